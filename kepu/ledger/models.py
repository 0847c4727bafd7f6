"""The tables of the ledger. What is written once (facts, partners, verdicts, rules, closings) the database itself keeps from
being changed; what is only kept ready (tallies, progress) can be thrown away and made again from it.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kepu.ledger.happenings import EvidenceClass


class Fact(models.Model):
    """One thing that happened, as it was known when it was written. Codes, not references: nothing above can change it.

    A reversal is a row like its original with the opposite quantity; it keeps the day of the original, so that the total of that
    day is right from now on, and has its own `recorded_at`, so that the total as it was known before stays what it was.
    """

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(_("事实类别"), max_length=30)
    activity_kind = models.CharField(_("活动类型"), max_length=60, blank=True)
    quantity = models.DecimalField(_("数量"), max_digits=14, decimal_places=2)
    unit = models.CharField(_("计量单位"), max_length=20)
    happened_on = models.DateField(_("发生日期"))
    # The month of `happened_on` as 202510, so that no engine has to take dates apart row by row.
    month = models.PositiveIntegerField(_("月份"))
    recorded_at = models.DateTimeField(_("登记时间"))
    region = models.CharField(_("地区代码"), max_length=12)
    organisation = models.BigIntegerField(_("牵头单位"))
    plan = models.CharField(_("方案"), max_length=60, blank=True)
    measure = models.CharField(_("举措编号"), max_length=40, blank=True)
    audience = models.CharField(_("对象"), max_length=30, blank=True)
    # ",vocabulary:code,vocabulary:code," so that one code can be looked for in the same way on both engines.
    themes = models.TextField(_("主题"), blank=True)
    setting = models.CharField(_("形式"), max_length=12, blank=True)
    person_key = models.CharField(_("人员键"), max_length=64, blank=True)
    age = models.PositiveSmallIntegerField(_("当日年龄"), null=True, blank=True)
    evidence = models.CharField(_("证据类别"), max_length=16, choices=EvidenceClass.choices)
    occasion = models.CharField(_("场合"), max_length=80)
    source = models.CharField(_("来源"), max_length=200)
    source_address = models.CharField(_("来源页面"), max_length=200, blank=True)
    recorded_by = models.CharField(_("登记人"), max_length=150)
    recorded_by_id = models.BigIntegerField(_("登记人编号"), null=True, blank=True)
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reversals", db_index=False
    )
    reason = models.CharField(_("理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("事实")
        verbose_name_plural = _("事实")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["occasion", "person_key"], name="fact_by_occasion"),
            models.Index(fields=["month"], name="fact_by_month"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="reversed_at_most_once"
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, quantity__gt=0)
                | (Q(reverses__isnull=False, quantity__lt=0) & ~Q(reason="")),
                name="only_a_reversal_with_a_reason_is_negative",
            ),
            models.CheckConstraint(
                condition=Q(evidence__in=EvidenceClass.values), name="fact_evidence_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.happened_on} {self.kind} {self.quantity}{self.unit}"


class PartnerCredit(models.Model):
    """A unit that took part without leading. The leading unit stands on the fact itself."""

    fact = models.ForeignKey(Fact, models.PROTECT, related_name="partners")
    organisation = models.BigIntegerField(_("配合单位"))

    class Meta:
        verbose_name = _("配合单位")
        verbose_name_plural = _("配合单位")
        ordering = ["fact", "organisation"]
        constraints = [
            models.UniqueConstraint(fields=["fact", "organisation"], name="one_credit_per_fact_and_unit")
        ]

    def __str__(self) -> str:
        return f"{self.fact_id} {self.organisation}"


class Verdict(models.Model):
    """What the office said of an occasion. The newest one holds; the older ones say what held before."""

    occasion = models.CharField(_("场合"), max_length=80)
    is_confirmed = models.BooleanField(_("属实"))
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    at = models.DateTimeField(_("时间"))
    by = models.CharField(_("核实人"), max_length=150)
    by_id = models.BigIntegerField(_("核实人编号"), null=True, blank=True)

    class Meta:
        verbose_name = _("核实意见")
        verbose_name_plural = _("核实意见")
        ordering = ["pk"]
        indexes = [models.Index(fields=["occasion", "-id"], name="newest_verdict")]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_confirmed=True) | ~Q(reason=""), name="a_refusal_has_a_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.occasion} {self.is_confirmed}"


class CountingRule(models.Model):
    """One version of a rule by which facts are counted. A changed rule is a next version; reports name the version."""

    code = models.CharField(_("编号"), max_length=80)
    version = models.PositiveSmallIntegerField(_("版本"))
    title = models.CharField(_("名称"), max_length=120)
    definition = models.JSONField(_("口径"))
    reason = models.CharField(_("说明"), max_length=300, blank=True)
    defined_at = models.DateTimeField(_("制定时间"))
    defined_by = models.CharField(_("制定人"), max_length=150)

    class Meta:
        verbose_name = _("计数规则")
        verbose_name_plural = _("计数规则")
        ordering = ["code", "-version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="one_row_per_rule_version")]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


class RuleState(models.TextChoices):
    APPLYING = "applying", _("正在计数")
    READY = "ready", _("已生效")
    RETIRED = "retired", _("已被新版本代替")


class RuleProgress(models.Model):
    """How far a rule has been applied to the past: the facts of months up to `through` are counted, later ones not yet."""

    rule = models.OneToOneField(CountingRule, models.CASCADE, related_name="progress")
    state = models.CharField(max_length=10, choices=RuleState.choices, default=RuleState.APPLYING)
    through = models.PositiveIntegerField(default=0)
    people = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("规则进度")
        verbose_name_plural = _("规则进度")
        ordering = ["rule"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RuleState.values), name="rule_state_is_known")
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.state}"


class Tally(models.Model):
    """A cell of the general cube (no rule) or of one rule's. `cell` is a digest of all dimensions, for a cheap upsert."""

    cell = models.CharField(max_length=32, primary_key=True)
    rule = models.ForeignKey(CountingRule, models.CASCADE, null=True, related_name="+", db_index=False)
    month = models.PositiveIntegerField()
    town = models.CharField(max_length=12)
    kind = models.CharField(max_length=30)
    activity_kind = models.CharField(max_length=60)
    audience = models.CharField(max_length=30)
    plan = models.CharField(max_length=60)
    measure = models.CharField(max_length=40)
    evidence = models.CharField(max_length=16)
    setting = models.CharField(max_length=12)
    unit = models.CharField(max_length=20)
    organisation = models.BigIntegerField()
    is_verified = models.BooleanField()
    quantity = models.DecimalField(max_digits=14, decimal_places=2)
    facts = models.BigIntegerField()

    class Meta:
        verbose_name = _("统计单元")
        verbose_name_plural = _("统计单元")
        ordering = ["cell"]
        indexes = [
            models.Index(fields=["rule", "month"], name="tally_by_rule"),
            models.Index(fields=["plan", "measure"], name="tally_by_measure"),
        ]

    def __str__(self) -> str:
        return self.cell


class CreditTally(models.Model):
    """What each unit led or took part in: for the district this must not be added up, a joint activity counts once there."""

    cell = models.CharField(max_length=32, primary_key=True)
    rule = models.ForeignKey(CountingRule, models.CASCADE, null=True, related_name="+", db_index=False)
    month = models.PositiveIntegerField()
    organisation = models.BigIntegerField()
    is_lead = models.BooleanField()
    kind = models.CharField(max_length=30)
    plan = models.CharField(max_length=60)
    measure = models.CharField(max_length=40)
    unit = models.CharField(max_length=20)
    is_verified = models.BooleanField()
    quantity = models.DecimalField(max_digits=14, decimal_places=2)
    facts = models.BigIntegerField()

    class Meta:
        verbose_name = _("单位统计单元")
        verbose_name_plural = _("单位统计单元")
        ordering = ["cell"]
        indexes = [
            models.Index(fields=["rule", "organisation"], name="credit_by_rule"),
            models.Index(fields=["organisation", "month"], name="credit_by_unit"),
        ]

    def __str__(self) -> str:
        return self.cell


class RulePerson(models.Model):
    """How many verified facts of a person a rule counts now; whoever has one is one of its people."""

    cell = models.CharField(max_length=32, primary_key=True)
    rule = models.ForeignKey(CountingRule, models.CASCADE, related_name="+")
    person_key = models.CharField(max_length=64)
    facts = models.BigIntegerField()

    class Meta:
        verbose_name = _("规则人数")
        verbose_name_plural = _("规则人数")
        ordering = ["cell"]

    def __str__(self) -> str:
        return self.cell


class Closing(models.Model):
    """A closed stretch of the ledger: everything recorded before `until` and after the closing before it.

    `root` is the Merkle tree hash (RFC 6962) of its entries in order: facts, verdicts, then the counts published with it.
    """

    label = models.CharField(_("账期"), max_length=40, unique=True)
    until = models.DateTimeField(_("截至"))
    first_fact = models.BigIntegerField()
    last_fact = models.BigIntegerField()
    first_verdict = models.BigIntegerField()
    last_verdict = models.BigIntegerField()
    size = models.BigIntegerField(_("条数"))
    root = models.CharField(_("根"), max_length=64)
    previous_root = models.CharField(max_length=64, blank=True)
    closed_at = models.DateTimeField(_("结账时间"))
    closed_by = models.CharField(_("结账人"), max_length=150)

    class Meta:
        verbose_name = _("结账")
        verbose_name_plural = _("结账")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.label


class ClosingPiece(models.Model):
    """The root of a full piece of a closing's tree, so that a proof reads one piece and not the whole period."""

    closing = models.ForeignKey(Closing, models.PROTECT, related_name="pieces")
    position = models.PositiveIntegerField()
    root = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("结账分段")
        verbose_name_plural = _("结账分段")
        ordering = ["closing", "position"]
        constraints = [
            models.UniqueConstraint(fields=["closing", "position"], name="one_root_per_piece_of_a_closing")
        ]

    def __str__(self) -> str:
        return f"{self.closing_id} {self.position}"


class PublishedCount(models.Model):
    """A counted figure as it stood at a closing, under a number that anybody can look up."""

    closing = models.ForeignKey(Closing, models.PROTECT, related_name="counts")
    number = models.CharField(_("编号"), max_length=60, unique=True)
    rule = models.ForeignKey(CountingRule, models.PROTECT, related_name="+")
    quantity = models.DecimalField(_("已核实"), max_digits=14, decimal_places=2)
    unverified = models.DecimalField(_("待核实"), max_digits=14, decimal_places=2)
    people = models.PositiveBigIntegerField(_("人数"))
    # Which leaf of the closing's tree it is.
    position = models.BigIntegerField()

    class Meta:
        verbose_name = _("公布的计数")
        verbose_name_plural = _("公布的计数")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.number
