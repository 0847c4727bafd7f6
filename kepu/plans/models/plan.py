"""Plan ▸ actions ▸ measures ▸ responsible units, and the targets with a number."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import Organisation, User
from kepu.regions.models import Region


class PlanLevel(models.TextChoices):
    NATION = "nation", _("国家")
    PROVINCE = "province", _("省级")
    CITY = "city", _("市级")
    DISTRICT = "district", _("县级")


class PlanState(models.TextChoices):
    RUNNING = "running", _("实施中")
    CLOSED = "closed", _("已结束")


class Plan(models.Model):
    """One plan of one place for one period. A later version of the same plan amends it; a successor is another plan."""

    slug = models.SlugField(_("地址名"), max_length=60, unique=True)
    title = models.CharField(_("名称"), max_length=200)
    title_en = models.CharField(_("英文名称"), max_length=240, blank=True)
    level = models.CharField(_("层级"), max_length=10, choices=PlanLevel.choices, default=PlanLevel.DISTRICT)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("地区"))
    office = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("主管办公室"))
    starts_in = models.PositiveSmallIntegerField(_("起始年"))
    ends_in = models.PositiveSmallIntegerField(_("结束年"))
    state = models.CharField(_("状态"), max_length=10, choices=PlanState.choices, default=PlanState.RUNNING)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    succeeds = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="successors")
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    is_public = models.BooleanField(_("公开"), default=True)
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = _("方案")
        verbose_name_plural = _("方案")
        ordering = ["-starts_in", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_in__gte=models.F("starts_in")), name="plan_period_runs"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=PlanState.values), name="plan_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def last_day(self) -> date:
        return date(self.ends_in, 12, 31)


class PlanVersion(models.Model):
    """What the plan said in one version, in full, and how it differs from the version before."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版本"))
    content = models.JSONField(_("内容"))
    differences = models.JSONField(_("变化"), default=list, blank=True)
    reason = models.TextField(_("说明"), blank=True)
    # Null is the system: a plan imported by a command.
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(_("确认时间"))

    class Meta:
        verbose_name = _("方案版本")
        verbose_name_plural = _("方案版本")
        ordering = ["plan", "-number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="one_row_per_plan_version")]

    def __str__(self) -> str:
        return f"{self.plan} v{self.number}"


class ActionKind(models.TextChoices):
    """The same values as the engine's kinds of action."""

    CAMPAIGN = "action", _("行动")
    PROJECT = "project", _("工程")
    TASK = "task", _("任务")
    SAFEGUARD = "safeguard", _("保障措施")


class Action(models.Model):
    """A key task of the plan."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="actions")
    position = models.PositiveSmallIntegerField(_("顺序"))
    title = models.CharField(_("名称"), max_length=200)
    title_en = models.CharField(_("英文名称"), max_length=240, blank=True)
    kind = models.CharField(_("类别"), max_length=10, choices=ActionKind.choices)
    others_take_part = models.BooleanField(_("其他成员单位参加"), default=False)
    withdrawn_in = models.PositiveSmallIntegerField(_("取消于版本"), null=True, blank=True)

    class Meta:
        verbose_name = _("重点任务")
        verbose_name_plural = _("重点任务")
        ordering = ["plan", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=ActionKind.values), name="action_kind_is_known"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Measure(models.Model):
    """One thing that somebody has to do. `code` stays the same through amendments, so that progress stays with it."""

    action = models.ForeignKey(Action, models.PROTECT, related_name="measures")
    position = models.PositiveSmallIntegerField(_("顺序"))
    code = models.CharField(_("编号"), max_length=40)
    title = models.CharField(_("名称"), max_length=200)
    title_en = models.CharField(_("英文名称"), max_length=240, blank=True)
    text = models.TextField(_("内容"), blank=True)
    due_on = models.DateField(_("期限"), null=True, blank=True)
    continues = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="continued_by")
    withdrawn_in = models.PositiveSmallIntegerField(_("取消于版本"), null=True, blank=True)

    class Meta:
        verbose_name = _("举措")
        verbose_name_plural = _("举措")
        ordering = ["action__position", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["action", "code"], name="one_measure_per_code")]

    def __str__(self) -> str:
        return self.title


class ResponsibilityRole(models.TextChoices):
    LEAD = "lead", _("牵头")
    PARTNER = "partner", _("配合")


class Responsibility(models.Model):
    """A unit answers for an action (and so for all its measures that name no unit of their own) or for a measure."""

    action = models.ForeignKey(Action, models.CASCADE, null=True, blank=True, related_name="responsibilities")
    measure = models.ForeignKey(
        Measure, models.CASCADE, null=True, blank=True, related_name="responsibilities"
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="responsibilities")
    role = models.CharField(_("角色"), max_length=8, choices=ResponsibilityRole.choices)
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)
    written_as = models.CharField(_("方案写法"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("责任")
        verbose_name_plural = _("责任")
        ordering = ["role", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(action__isnull=True) ^ models.Q(measure__isnull=True),
                name="responsible_for_an_action_or_a_measure",
            ),
            models.UniqueConstraint(
                fields=["action", "organisation"],
                condition=models.Q(action__isnull=False),
                name="one_responsibility_per_action_and_unit",
            ),
            models.UniqueConstraint(
                fields=["measure", "organisation"],
                condition=models.Q(measure__isnull=False),
                name="one_responsibility_per_measure_and_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_role_display()}"


class NumberKind(models.TextChoices):
    """The three kinds of number, never mixed, always shown."""

    COUNTED = "counted", _("计数")
    ESTIMATED = "estimated", _("估计")
    REPORTED = "reported", _("上报")


class Comparator(models.TextChoices):
    """The same values as the engine's comparators."""

    AT_LEAST = ">=", _("不低于")
    MORE_THAN = ">", _("超过")
    AT_MOST = "<=", _("不高于")
    LESS_THAN = "<", _("低于")
    EQUAL = "=", _("等于")
    ABOUT = "~", _("约")
    MULTIPLY = "x", _("达到原来的")


class Target(models.Model):
    """A goal with a number. `is_from_plan` is false for a figure that the office set itself."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="targets")
    measure = models.ForeignKey(Measure, models.PROTECT, null=True, blank=True, related_name="targets")
    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    text = models.TextField(_("方案原文"), blank=True)
    kind = models.CharField(_("数字性质"), max_length=10, choices=NumberKind.choices)
    comparator = models.CharField(_("比较"), max_length=2, choices=Comparator.choices)
    value = models.DecimalField(_("目标值"), max_digits=16, decimal_places=4)
    unit = models.CharField(_("计量单位"), max_length=20)
    population = models.CharField(_("对象"), max_length=120, blank=True)
    baseline = models.DecimalField(_("基数"), max_digits=16, decimal_places=4, null=True, blank=True)
    per = models.CharField(_("按"), max_length=40, blank=True)
    due_on = models.DateField(_("期限"), null=True, blank=True)
    is_from_plan = models.BooleanField(_("方案载明"), default=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    # The code of a rule of the ledger; empty where the number is reported or estimated.
    counting_rule = models.CharField(_("计数规则"), max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)
    withdrawn_in = models.PositiveSmallIntegerField(_("取消于版本"), null=True, blank=True)

    class Meta:
        verbose_name = _("指标")
        verbose_name_plural = _("指标")
        ordering = ["plan", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=NumberKind.values), name="number_kind_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(comparator__in=Comparator.values), name="comparator_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TargetValue(models.Model):
    """What was reached by a day: append-only; the newest row of a day is the valid one, the older ones stay."""

    target = models.ForeignKey(Target, models.PROTECT, related_name="values")
    kind = models.CharField(_("数字性质"), max_length=10, choices=NumberKind.choices)
    as_of = models.DateField(_("截至"))
    value = models.DecimalField(_("数值"), max_digits=16, decimal_places=4)
    low = models.DecimalField(_("区间下限"), max_digits=16, decimal_places=4, null=True, blank=True)
    high = models.DecimalField(_("区间上限"), max_digits=16, decimal_places=4, null=True, blank=True)
    sample_size = models.PositiveIntegerField(_("样本量"), null=True, blank=True)
    unverified = models.DecimalField(_("待核实"), max_digits=16, decimal_places=4, null=True, blank=True)
    source = models.CharField(_("来源"), max_length=200)
    reason = models.CharField(_("更正理由"), max_length=200, blank=True)
    recorded_by = models.CharField(_("登记人"), max_length=150)
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("指标数值")
        verbose_name_plural = _("指标数值")
        ordering = ["target", "-as_of", "-recorded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=NumberKind.values), name="target_value_kind_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(low__isnull=True, high__isnull=True)
                | models.Q(low__lte=models.F("value"), high__gte=models.F("value")),
                name="interval_holds_the_value",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.as_of} {self.value}"


class WorkItem(models.Model):
    """The yearly break-down: what one unit does for a measure in one year."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="work_items")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="work_items")
    year = models.PositiveSmallIntegerField(_("年度"))
    text = models.CharField(_("工作内容"), max_length=300)
    quantity = models.DecimalField(_("数量"), max_digits=16, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("计量单位"), max_length=20, blank=True)
    due_on = models.DateField(_("期限"))
    done_on = models.DateField(_("完成日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("年度工作")
        verbose_name_plural = _("年度工作")
        ordering = ["year", "due_on", "pk"]

    def __str__(self) -> str:
        return self.text
