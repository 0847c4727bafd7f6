"""Let a command import and confirm a plan: nobody in particular is the system. One open import per file and office."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kepu.core.append_only import MakeAppendOnly


class LetChange(MakeAppendOnly):
    """Take the triggers off: SQLite makes the table anew for the next operation, and would lose them in silence."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        super().database_backwards(app_label, schema_editor, to_state, from_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        super().database_forwards(app_label, schema_editor, to_state, from_state)

    def describe(self):
        return f"Let {self.model_name} be altered"


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0004_assessment_review"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        LetChange("PlanVersion"),
        migrations.AlterField(
            model_name="planversion",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        MakeAppendOnly("PlanVersion"),
        migrations.AlterField(
            model_name="planimport",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="planimport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("office", "file_digest"),
                name="one_open_import_per_office_and_file",
            ),
        ),
    ]
