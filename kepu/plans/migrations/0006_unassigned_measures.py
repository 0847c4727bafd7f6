"""A measure for which no unit answers says so. Only a word: no row and no column changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plans", "0005_imports_by_the_system")]

    operations = [
        migrations.AlterField(
            model_name="progressreport",
            name="standing",
            field=models.CharField(
                choices=[
                    ("done", "已完成"),
                    ("on_track", "按期"),
                    ("at_risk", "有风险"),
                    ("late", "逾期"),
                    ("silent", "未填报"),
                    ("unassigned", "没有责任单位"),
                    ("not_due", "未到期"),
                ],
                default="on_track",
                max_length=10,
                verbose_name="进展",
            ),
        ),
    ]
