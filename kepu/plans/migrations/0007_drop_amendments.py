"""An amendment can be dropped; a number is in a 计量单位."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0006_unassigned_measures"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="progressreport",
            name="one_open_report_per_unit_and_period",
        ),
        migrations.RemoveConstraint(
            model_name="progressreport",
            name="report_state_is_known",
        ),
        migrations.AlterField(
            model_name="target",
            name="comparator",
            field=models.CharField(
                choices=[
                    (">=", "不低于"),
                    (">", "超过"),
                    ("<=", "不高于"),
                    ("<", "低于"),
                    ("=", "等于"),
                    ("~", "约"),
                    ("x", "达到原来的"),
                ],
                max_length=2,
                verbose_name="比较",
            ),
        ),
        migrations.AlterField(
            model_name="figure",
            name="unit",
            field=models.CharField(max_length=20, verbose_name="计量单位"),
        ),
        migrations.AlterField(
            model_name="progressreport",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "草稿"),
                    ("submitted", "待核实"),
                    ("returned", "已退回"),
                    ("accepted", "已核实"),
                    ("superseded", "已被更正"),
                    ("dropped", "已放弃"),
                ],
                default="draft",
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.AlterField(
            model_name="reportdecision",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "草稿"),
                    ("submitted", "待核实"),
                    ("returned", "已退回"),
                    ("accepted", "已核实"),
                    ("superseded", "已被更正"),
                    ("dropped", "已放弃"),
                ],
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.AlterField(
            model_name="target",
            name="unit",
            field=models.CharField(max_length=20, verbose_name="计量单位"),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="unit",
            field=models.CharField(blank=True, max_length=20, verbose_name="计量单位"),
        ),
        migrations.AddConstraint(
            model_name="progressreport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["accepted", "superseded", "dropped"]), _negated=True),
                fields=("measure", "organisation", "period"),
                name="one_open_report_per_unit_and_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="progressreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "submitted", "returned", "accepted", "superseded", "dropped"])
                ),
                name="report_state_is_known",
            ),
        ),
    ]
