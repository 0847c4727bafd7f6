"""What a training has beyond an activity: its class data, abilities before and after, results, certificates, visits."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import Organisation, User
from kepu.activities.models.activity import Activity
from kepu.activities.models.registration import Participant


class TrainingLevel(models.TextChoices):
    BASIC = "basic", _("基础班")
    ADVANCED = "advanced", _("提高班")


class Training(models.Model):
    """The class: an activity whose sessions are lessons."""

    activity = models.OneToOneField(Activity, models.CASCADE, related_name="training")
    institution = models.SlugField(_("办班机构"), max_length=60, blank=True)
    scenario = models.SlugField(_("场景"), max_length=60, blank=True)
    level = models.CharField(_("层次"), max_length=10, choices=TrainingLevel.choices, blank=True)
    attendance_share = models.DecimalField(_("出勤要求"), max_digits=4, decimal_places=2, default=0)
    abilities = models.JSONField(_("会不会清单"), default=list, blank=True)
    gives_certificate = models.BooleanField(_("发证书"), default=False)
    follow_up_months = models.JSONField(_("回访月数"), default=list, blank=True)

    class Meta:
        verbose_name = _("培训班")
        verbose_name_plural = _("培训班")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.activity)


class Moment(models.TextChoices):
    BEFORE = "before", _("学前")
    AFTER = "after", _("学后")


class AbilityCheck(models.Model):
    """Whether one person can do one thing, before or after."""

    training = models.ForeignKey(Training, models.CASCADE, related_name="ability_checks")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="ability_checks")
    moment = models.CharField(_("时点"), max_length=8, choices=Moment.choices)
    ability = models.SlugField(_("能力"), max_length=60)
    can_do = models.BooleanField(_("会"))
    checked_at = models.DateTimeField(_("时间"))
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("会不会")
        verbose_name_plural = _("会不会")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "moment", "ability"], name="one_check_per_ability_and_moment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ability} {self.can_do}"


class TrainingResult(models.Model):
    """What came of the class for one person: hours, share of lessons, passed or not."""

    training = models.ForeignKey(Training, models.CASCADE, related_name="results")
    participant = models.OneToOneField(Participant, models.CASCADE, related_name="training_result")
    hours = models.DecimalField(_("学时"), max_digits=6, decimal_places=1)
    attended_share = models.DecimalField(_("出勤率"), max_digits=4, decimal_places=2)
    has_passed = models.BooleanField(_("合格"))
    note = models.CharField(_("说明"), max_length=200, blank=True)
    settled_at = models.DateTimeField(_("评定时间"))
    settled_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("结业情况")
        verbose_name_plural = _("结业情况")
        ordering = ["participant__name", "pk"]

    def __str__(self) -> str:
        return f"{self.participant}"


class Certificate(models.Model):
    """A numbered paper that anybody can check by its number; withdrawn, never deleted."""

    result = models.OneToOneField(TrainingResult, models.PROTECT, related_name="certificate")
    number = models.CharField(_("证书编号"), max_length=40, unique=True)
    digest = models.CharField(_("摘要"), max_length=64)
    fact_key = models.CharField(max_length=120, blank=True)
    issued_at = models.DateTimeField(_("发证时间"))
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    withdrawal_reason = models.CharField(_("撤销理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("证书")
        verbose_name_plural = _("证书")
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number


class FollowUp(models.Model):
    """A visit after a month or half a year: do they use what they learned?"""

    training = models.ForeignKey(Training, models.CASCADE, related_name="follow_ups")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="follow_ups")
    months = models.PositiveSmallIntegerField(_("几个月后"))
    due_on = models.DateField(_("应回访"))
    done_on = models.DateField(_("回访日期"), null=True, blank=True)
    still_uses = models.BooleanField(_("还在用"), null=True, blank=True)
    note = models.CharField(_("情况"), max_length=300, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("回访")
        verbose_name_plural = _("回访")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["participant", "months"], name="one_visit_per_person_and_month")
        ]

    def __str__(self) -> str:
        return f"{self.participant} {self.due_on}"


class UnitHours(models.Model):
    """How many officials of a unit reached the yearly hours, as imported; no names, no ranking."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="unit_hours")
    year = models.PositiveSmallIntegerField(_("年度"))
    people = models.PositiveIntegerField(_("应训人数"))
    reached = models.PositiveIntegerField(_("达到人数"))
    hours = models.DecimalField(_("总学时"), max_digits=9, decimal_places=1)
    required_hours = models.DecimalField(_("规定学时"), max_digits=5, decimal_places=1, default=90)
    topics = models.JSONField(_("必修内容"), default=list, blank=True)
    source = models.CharField(_("来源"), max_length=200)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("单位干部学时")
        verbose_name_plural = _("单位干部学时")
        ordering = ["-year", "organisation"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year"], name="one_row_of_hours_per_unit_and_year"
            ),
            models.CheckConstraint(
                condition=models.Q(reached__lte=models.F("people")), name="no_more_reached_than_there_are"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}"
