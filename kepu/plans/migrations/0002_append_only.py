from django.db import migrations

from kepu.core.append_only import MakeAppendOnly


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial")]

    operations = [
        MakeAppendOnly("PlanVersion"),
        MakeAppendOnly("TargetValue"),
        MakeAppendOnly("ReportDecision"),
    ]
