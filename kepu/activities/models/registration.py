"""Who signed up: a party (one person, a household, a school class, a village list) and the people in it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import Organisation, Sex, User
from kepu.activities.models.activity import Activity, SeatPool
from kepu.core.secrets import EncryptedTextField
from kepu.core.vocabulary import Audience
from kepu.regions.models import Region


class PartyKind(models.TextChoices):
    PERSON = "person", _("个人")
    HOUSEHOLD = "household", _("家庭")
    SCHOOL_CLASS = "school_class", _("班级")
    VILLAGE_LIST = "village_list", _("村社名单")


class RegistrationState(models.TextChoices):
    SEATED = "seated", _("已报上")
    WAITING = "waiting", _("候补中")
    OFFERED = "offered", _("待确认")
    CANCELLED = "cancelled", _("已取消")
    EXPIRED = "expired", _("已过期")


class Registration(models.Model):
    """One sign-up for the seats of one pool. It is changed and cancelled by a link; only the link's digest is kept."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="registrations")
    pool = models.ForeignKey(SeatPool, models.PROTECT, related_name="registrations")
    number = models.CharField(_("报名号"), max_length=12, unique=True)
    link_digest = models.CharField(max_length=64, unique=True, editable=False)
    idempotency_key = models.CharField(max_length=64, unique=True, editable=False)
    """Sent by the form: the same sign-up sent twice is one."""
    party = models.CharField(_("形式"), max_length=14, choices=PartyKind.choices, default=PartyKind.PERSON)
    party_name = models.CharField(_("家庭、班级或村社"), max_length=80, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    contact_name = models.CharField(_("联系人"), max_length=60)
    contact_phone = EncryptedTextField(_("联系电话"), blank=True)
    contact_phone_index = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    is_phone_confirmed = models.BooleanField(_("手机号已验证"), default=False)
    registered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    """The clerk who signed them up; null when they did it themselves or a relative did."""
    proxy_relation = models.CharField(_("代报人关系"), max_length=40, blank=True)
    answers = models.JSONField(_("问题的回答"), default=dict, blank=True)
    seats = models.PositiveIntegerField(_("人数"))
    state = models.CharField(_("状态"), max_length=10, choices=RegistrationState.choices)
    waiting_since = models.DateTimeField(_("候补时间"), null=True, blank=True)
    offer_ends_at = models.DateTimeField(_("确认期限"), null=True, blank=True)
    registered_at = models.DateTimeField(_("报名时间"))
    changed_at = models.DateTimeField(_("修改时间"))
    state_reason = models.CharField(_("原因"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("报名")
        verbose_name_plural = _("报名")
        ordering = ["registered_at", "pk"]
        indexes = [models.Index(fields=["pool", "state", "waiting_since"], name="waiting_list_of_a_pool")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=RegistrationState.values), name="registration_state_is_known"
            ),
            models.CheckConstraint(condition=models.Q(seats__gte=1), name="registration_has_a_seat"),
        ]

    def __str__(self) -> str:
        return self.number


class Participant(models.Model):
    """One person who comes, with an account or without. Walk-ins have no registration.

    `person_key` is a keyed digest by which the ledger counts distinct people; it says nothing to whoever reads it.
    """

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="participants")
    registration = models.ForeignKey(
        Registration, models.PROTECT, null=True, blank=True, related_name="participants"
    )
    code_digest = models.CharField(max_length=64, unique=True, editable=False)
    """Digest of the opaque token in the QR code that the person shows."""
    code = EncryptedTextField(_("签到码"), blank=True, editable=False)
    """The token itself, so that whoever holds the link of the sign-up can have the QR code shown again."""
    name = models.CharField(_("姓名"), max_length=60)
    name_pinyin = models.CharField(max_length=200, blank=True, editable=False)
    name_initials = models.CharField(max_length=30, blank=True, editable=False)
    sex = models.CharField(_("性别"), max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    birth_year = models.PositiveSmallIntegerField(_("出生年"), null=True, blank=True)
    birth_date = models.DateField(_("出生日期"), null=True, blank=True)
    phone = EncryptedTextField(_("电话"), blank=True)
    phone_index = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    audience = models.CharField(_("人群"), max_length=12, choices=Audience.choices)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name=_("居住地"))
    person_key = models.CharField(max_length=64, db_index=True, editable=False)
    guardian_name = models.CharField(_("监护人"), max_length=60, blank=True)
    is_walk_in = models.BooleanField(_("现场来的"), default=False)
    is_cancelled = models.BooleanField(_("不来了"), default=False)
    added_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("参加人")
        verbose_name_plural = _("参加人")
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["activity", "name"], name="participants_by_name"),
            models.Index(fields=["activity", "name_pinyin"], name="participants_by_pinyin"),
            models.Index(fields=["activity", "name_initials"], name="participants_by_initials"),
        ]

    def __str__(self) -> str:
        return self.name


class ConsentOf(models.TextChoices):
    SELF = "self", _("本人")
    GUARDIAN = "guardian", _("监护人")
    PROXY = "proxy", _("代办人")


class SignUpConsent(models.Model):
    """What was agreed to at a sign-up, for whom, by whom, in which version of the text."""

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="consents")
    given_by = models.CharField(_("同意人"), max_length=10, choices=ConsentOf.choices)
    name = models.CharField(_("姓名"), max_length=60)
    relation = models.CharField(_("关系"), max_length=40, blank=True)
    purpose = models.SlugField(_("用途"), max_length=60)
    text_version = models.CharField(_("文本版本"), max_length=20)
    is_given = models.BooleanField(_("同意"))
    channel = models.CharField(_("渠道"), max_length=20)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("报名同意")
        verbose_name_plural = _("报名同意")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.name} {self.purpose}"


class PhoneCode(models.Model):
    """A short code sent to a phone, kept as a digest; so many tries, so many minutes."""

    phone_index = models.CharField(max_length=64, db_index=True)
    purpose = models.SlugField(_("用途"), max_length=40)
    code_digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField(_("发送时间"))
    expires_at = models.DateTimeField(_("有效期至"))
    tries = models.PositiveSmallIntegerField(_("已试次数"), default=0)
    used_at = models.DateTimeField(_("使用时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("短信验证码")
        verbose_name_plural = _("短信验证码")
        ordering = ["-sent_at"]

    def __str__(self) -> str:
        return f"{self.purpose} {self.sent_at:%H:%M}"


class TextMessageState(models.TextChoices):
    WAITING = "waiting", _("待发送")
    SENT = "sent", _("已发送")
    GIVEN_UP = "given_up", _("发送失败")


class TextMessage(models.Model):
    """A text to a phone, written in the transaction of what it tells and sent afterwards. Number and text are forgotten then."""

    idempotency_key = models.CharField(max_length=120, unique=True)
    registration = models.ForeignKey(Registration, models.CASCADE, related_name="text_messages")
    kind = models.SlugField(_("类型"), max_length=40)
    phone = EncryptedTextField(_("电话"), blank=True)
    text = EncryptedTextField(_("内容"), blank=True)
    state = models.CharField(
        _("状态"), max_length=10, choices=TextMessageState.choices, default=TextMessageState.WAITING
    )
    tries = models.PositiveSmallIntegerField(_("已试次数"), default=0)
    written_at = models.DateTimeField(_("写入时间"))
    next_try_at = models.DateTimeField(_("下次发送"))
    sent_at = models.DateTimeField(_("发送时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("短信")
        verbose_name_plural = _("短信")
        ordering = ["written_at", "pk"]
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(state="waiting"), name="texts_to_be_sent")
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=TextMessageState.values), name="text_message_state_is_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.written_at:%Y-%m-%d %H:%M}"


class PhoneCheckWaiver(models.Model):
    """The decision of a district's office that phones are taken as written, because no text message can be sent."""

    office = models.OneToOneField(Organisation, models.CASCADE, related_name="phone_check_waiver")
    reason = models.CharField(_("原因"), max_length=200)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("决定时间"))

    class Meta:
        verbose_name = _("不验证手机号的决定")
        verbose_name_plural = _("不验证手机号的决定")
        ordering = ["office"]

    def __str__(self) -> str:
        return f"{self.office}"
