"""People, accounts, organisations, and who is what where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from kepu.core.clock import today
from kepu.core.secrets import EncryptedTextField
from kepu.regions.models import Region


class Sex(models.TextChoices):
    MALE = "1", _("男")
    FEMALE = "2", _("女")
    UNKNOWN = "0", _("未知")


PERSONAL_FIELDS = frozenset({"phone", "id_number"})


class PersonalFieldsSealed(RuntimeError):
    """Code tried to read a personal field in passing; `services.reveal_personal_fields` is the way, and leaves a trace."""


class SealedPeople(models.Manager["Person"]):
    """People as every query and relation gives them: without the fields that only a recorded access may show."""

    def get_queryset(self) -> models.QuerySet[Person]:
        return super().get_queryset().defer(*PERSONAL_FIELDS)


class Person(models.Model):
    """A human being, with or without an account. Phone and id number lie encrypted, found by blind index.

    Both stay unread when a person is fetched, and reading them from such a person raises.
    """

    name = models.CharField(_("姓名"), max_length=60)
    sex = models.CharField(_("性别"), max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    birth_year = models.PositiveSmallIntegerField(_("出生年"), null=True, blank=True)
    phone = EncryptedTextField(_("手机号"), blank=True)
    phone_index = models.CharField(max_length=64, unique=True, null=True, editable=False)
    id_number = EncryptedTextField(_("身份证号"), blank=True)
    id_number_index = models.CharField(max_length=64, unique=True, null=True, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name=_("居住地"))

    objects = SealedPeople()

    class Meta:
        verbose_name = _("人员")
        verbose_name_plural = _("人员")
        ordering = ["name", "pk"]
        base_manager_name = "objects"  # so that user.person comes sealed too

    def __str__(self) -> str:
        return self.name

    def refresh_from_db(
        self, using: str | None = None, fields: Iterable[str] | None = None, from_queryset: Any = None
    ) -> None:
        """Django calls this for a field that was not fetched; a personal field stays shut."""
        fields = None if fields is None else list(fields)
        if fields and PERSONAL_FIELDS.intersection(fields):
            raise PersonalFieldsSealed(", ".join(fields))
        super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)


class User(AbstractUser):
    """An account that logs in. The name shown is one field; first and last name are not used."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("姓名"), max_length=60)
    person = models.OneToOneField(Person, models.PROTECT, null=True, blank=True, related_name="user")
    must_change_password = models.BooleanField(_("须改密码"), default=False)

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("账号")
        verbose_name_plural = _("账号")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @cached_property
    def active_memberships(self) -> list[Membership]:
        """What this account is today, read once per request; services that change it drop the cache."""
        return list(Membership.on(today()).filter(user=self))


PATH_DIGITS = 8


class OrganisationKind(models.TextChoices):
    ASSOCIATION = "association", _("科协")
    DEPARTMENT = "department", _("政府部门")
    PARTY_BODY = "party_body", _("党委部门")
    MASS_ORGANISATION = "mass_organisation", _("群团组织")
    TOWNSHIP = "township", _("乡镇街道")
    VILLAGE = "village", _("村和社区")
    SCHOOL = "school", _("学校")
    MEDICAL = "medical", _("医疗机构")
    ENTERPRISE = "enterprise", _("企业")
    VENUE = "venue", _("场馆和基地")
    SOCIETY = "society", _("社会组织")
    MEDIA = "media", _("媒体")
    OTHER = "other", _("其他")


class Organisation(models.Model):
    """A unit in the tree of units.

    `path` is the ids from the root down, so that rights follow the tree. Each is as wide as the others ("00000001/00000007/"):
    in the order of their paths units stand below their parent and, among themselves, as they came into the roster.
    """

    name = models.CharField(_("全称"), max_length=120)
    short_name = models.CharField(_("简称"), max_length=60)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    aliases = models.JSONField(_("别名"), default=list, blank=True)
    kind = models.CharField(_("类别"), max_length=20, choices=OrganisationKind.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=200, db_index=True, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("地区"))
    is_active = models.BooleanField(_("使用中"), default=True)

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["region", "name"], name="one_organisation_per_name_in_region"),
            models.CheckConstraint(
                condition=models.Q(kind__in=OrganisationKind.values), name="organisation_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    def path_below(self, parent: Organisation | None) -> str:
        """The path this unit has, or would have, under a parent; it needs its id."""
        return f"{parent.path if parent else ''}{self.pk:0{PATH_DIGITS}d}/"

    @property
    def depth(self) -> int:
        """How many units stand above this one."""
        return self.path.count("/") - 1

    def is_within(self, other: Organisation) -> bool:
        """Whether this unit is the other or lies below it in the tree."""
        return self.path.startswith(other.path)


class Role(models.TextChoices):
    DISTRICT_OFFICE = "district_office", _("区纲要办")
    LEAD_UNIT = "lead_unit", _("牵头单位")
    PARTNER_UNIT = "partner_unit", _("责任单位")
    TOWNSHIP = "township", _("乡镇街道")
    VENUE_KEEPER = "venue_keeper", _("场馆管理员")
    EXPERT = "expert", _("专家")
    VOLUNTEER_ORGANISER = "volunteer_organiser", _("志愿队组织者")
    RESIDENT = "resident", _("居民")
    GUARDIAN = "guardian", _("监护人")
    AUDITOR = "auditor", _("审计员")


class Membership(models.Model):
    """A role that an account has in an organisation. `ended_on` is the first day on which it no longer holds."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(_("角色"), max_length=20, choices=Role.choices)
    started_on = models.DateField(_("开始"))
    ended_on = models.DateField(_("结束"), null=True, blank=True)

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        ordering = ["organisation", "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=models.Q(ended_on__isnull=True),
                name="one_open_membership_per_role",
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_is_known"),
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("started_on")),
                name="membership_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.organisation} {self.get_role_display()}"

    @classmethod
    def on(cls, day: date) -> models.QuerySet[Membership]:
        """The memberships that hold on a day, in organisations that are in use, each with its organisation."""
        return cls.objects.filter(
            models.Q(ended_on__isnull=True) | models.Q(ended_on__gt=day),
            started_on__lte=day,
            organisation__is_active=True,
        ).select_related("organisation")


class Invitation(models.Model):
    """A one-time link that lets a person take up a role; only the digest of its token is kept."""

    class State(models.TextChoices):
        OPEN = "open", _("待接受")
        ACCEPTED = "accepted", _("已接受")
        WITHDRAWN = "withdrawn", _("已撤回")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    role = models.CharField(_("角色"), max_length=20, choices=Role.choices)
    name = models.CharField(_("姓名"), max_length=60)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="invitations_sent")
    invited_at = models.DateTimeField(_("邀请时间"))
    expires_at = models.DateTimeField(_("有效期至"))
    accepted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="invitations_accepted"
    )

    class Meta:
        verbose_name = _("邀请")
        verbose_name_plural = _("邀请")
        ordering = ["-invited_at"]

    def __str__(self) -> str:
        return f"{self.name} {self.organisation}"


class Guardianship(models.Model):
    """Who may act for a minor."""

    guardian = models.ForeignKey(Person, models.PROTECT, related_name="wards")
    ward = models.ForeignKey(Person, models.PROTECT, related_name="guardians")
    relation = models.CharField(_("关系"), max_length=20)
    started_on = models.DateField(_("开始"))
    ended_on = models.DateField(_("结束"), null=True, blank=True)

    class Meta:
        verbose_name = _("监护关系")
        verbose_name_plural = _("监护关系")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["guardian", "ward"], name="one_guardianship_per_pair"),
            models.CheckConstraint(
                condition=~models.Q(guardian=models.F("ward")), name="nobody_is_their_own_guardian"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guardian} - {self.ward}"


class Consent(models.Model):
    """What a person (or the guardian for them) agreed to or refused: purpose, text version, channel, time."""

    class Answer(models.TextChoices):
        GIVEN = "given", _("同意")
        REFUSED = "refused", _("不同意")
        WITHDRAWN = "withdrawn", _("撤回")

    person = models.ForeignKey(Person, models.PROTECT, related_name="consents")
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="consents_given")
    purpose = models.SlugField(_("用途"), max_length=60)
    text_version = models.CharField(_("文本版本"), max_length=20)
    answer = models.CharField(_("答复"), max_length=10, choices=Answer.choices)
    channel = models.CharField(_("渠道"), max_length=20)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("同意记录")
        verbose_name_plural = _("同意记录")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.person} {self.purpose} {self.get_answer_display()}"


class PersonalDataAccess(models.Model):
    """Who looked at whose personal data, which fields and why. Append-only by database triggers."""

    at = models.DateTimeField(_("时间"), db_index=True)
    viewer = models.CharField(_("查看人"), max_length=150)
    viewer_id = models.BigIntegerField(_("查看人编号"))
    person_id = models.BigIntegerField(_("被查看人编号"), db_index=True)
    fields = models.JSONField(_("字段"))
    purpose = models.CharField(_("用途"), max_length=200)

    class Meta:
        verbose_name = _("个人信息查看记录")
        verbose_name_plural = _("个人信息查看记录")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.viewer}"


class CalendarToken(models.Model):
    """The secret part of a person's calendar feed address; can be renewed."""

    user = models.OneToOneField(User, models.CASCADE, related_name="calendar_token")
    token = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("日历地址")
        verbose_name_plural = _("日历地址")

    def __str__(self) -> str:
        return f"{self.user}"
