"""What is planned: kinds, campaigns, series, activities, their sessions and their seats."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import Organisation, User
from kepu.core.vocabulary import Audience
from kepu.plans.models import Measure
from kepu.regions.models import Region


class Shape(models.TextChoices):
    """What the work on an activity looks like; everything else about a kind is data."""

    ACTIVITY = "activity", _("活动")
    TRAINING = "training", _("培训")


class Kind(models.Model):
    """A kind of activity: which fields, themes and evidence it asks for. Shipped as YAML, edited at the desk."""

    code = models.SlugField(_("代码"), max_length=60, unique=True)
    label = models.CharField(_("名称"), max_length=80)
    label_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    shape = models.CharField(_("形式"), max_length=10, choices=Shape.choices, default=Shape.ACTIVITY)
    brand = models.SlugField(_("品牌"), max_length=60, blank=True)
    audiences = models.JSONField(_("对象"), default=list, blank=True)
    theme_vocabularies = models.JSONField(_("主题词表"), default=list, blank=True)
    required = models.JSONField(_("必填内容"), default=list, blank=True)
    evidence = models.JSONField(_("认可的佐证"), default=list, blank=True)
    questions = models.JSONField(_("报名时问"), default=list, blank=True)
    abilities = models.JSONField(_("会不会清单"), default=list, blank=True)
    attendance_share = models.DecimalField(
        _("出勤要求"), max_digits=4, decimal_places=2, null=True, blank=True
    )
    gives_certificate = models.BooleanField(_("发证书"), default=False)
    follow_up_months = models.JSONField(_("回访月数"), default=list, blank=True)
    position = models.PositiveIntegerField(_("顺序"), default=0)
    is_active = models.BooleanField(_("使用中"), default=True)
    edited_at = models.DateTimeField(_("修改时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("活动类别")
        verbose_name_plural = _("活动类别")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(condition=models.Q(shape__in=Shape.values), name="kind_shape_is_known")
        ]

    def __str__(self) -> str:
        return self.label


class Campaign(models.Model):
    """A themed day, week or month under which many units act."""

    title = models.CharField(_("名称"), max_length=120)
    brand = models.SlugField(_("品牌"), max_length=60, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("地区"))
    organiser = models.ForeignKey(Organisation, models.PROTECT, related_name="campaigns")
    starts_on = models.DateField(_("开始"))
    ends_on = models.DateField(_("结束"))
    text = models.TextField(_("说明"), blank=True)
    report_due_on = models.DateField(_("总结截止"), null=True, blank=True)

    class Meta:
        verbose_name = _("主题活动")
        verbose_name_plural = _("主题活动")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="campaign_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Series(models.Model):
    """Activities of one name that go on, such as a lecture series."""

    title = models.CharField(_("名称"), max_length=120)
    kind = models.ForeignKey(Kind, models.PROTECT, related_name="series")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, blank=True, related_name="series")
    organiser = models.ForeignKey(Organisation, models.PROTECT, related_name="series")
    text = models.TextField(_("说明"), blank=True)

    class Meta:
        verbose_name = _("系列")
        verbose_name_plural = _("系列")
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title


class ActivityState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("已发布")
    CANCELLED = "cancelled", _("已取消")
    REPORTED = "reported", _("已总结")
    VERIFIED = "verified", _("已核实")


class Setting(models.TextChoices):
    ON_SITE = "on_site", _("现场")
    ONLINE = "online", _("线上")


class SignUp(models.TextChoices):
    """Who may sign up."""

    OPEN = "open", _("网上报名")
    STAFF = "staff", _("工作人员登记")
    NONE = "none", _("不用报名")


class Activity(models.Model):
    """One offer on one measure of the plan, with one or many sessions."""

    slug = models.SlugField(_("地址名"), max_length=20, unique=True)
    title = models.CharField(_("名称"), max_length=120)
    title_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    text = models.TextField(_("介绍"), blank=True)
    kind = models.ForeignKey(Kind, models.PROTECT, related_name="activities")
    series = models.ForeignKey(Series, models.PROTECT, null=True, blank=True, related_name="activities")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, blank=True, related_name="activities")
    measure = models.ForeignKey(Measure, models.PROTECT, null=True, blank=True, related_name="activities")
    organiser = models.ForeignKey(Organisation, models.PROTECT, related_name="activities")
    partners = models.ManyToManyField(Organisation, related_name="partnered_activities", blank=True)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("地区"))
    place = models.CharField(_("地点"), max_length=120, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    latitude = models.DecimalField(_("纬度"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("经度"), max_digits=9, decimal_places=6, null=True, blank=True)
    setting = models.CharField(_("方式"), max_length=10, choices=Setting.choices, default=Setting.ON_SITE)
    online_address = models.URLField(_("线上地址"), max_length=300, blank=True)
    audience = models.CharField(_("对象"), max_length=12, choices=Audience.choices)
    themes = models.JSONField(_("主题"), default=dict, blank=True)
    languages = models.JSONField(_("语言"), default=list, blank=True)
    accessibility = models.JSONField(_("无障碍"), default=list, blank=True)
    cost = models.DecimalField(_("费用"), max_digits=8, decimal_places=2, default=0)
    contact = models.CharField(_("咨询电话"), max_length=60, blank=True)
    sign_up = models.CharField(_("报名"), max_length=10, choices=SignUp.choices, default=SignUp.OPEN)
    sign_up_opens_at = models.DateTimeField(_("报名开始"), null=True, blank=True)
    sign_up_closes_at = models.DateTimeField(_("报名截止"), null=True, blank=True)
    questions = models.JSONField(_("报名时问"), default=list, blank=True)
    state = models.CharField(
        _("状态"), max_length=10, choices=ActivityState.choices, default=ActivityState.DRAFT
    )
    state_reason = models.CharField(_("原因"), max_length=300, blank=True)
    copied_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="copies")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("创建时间"))
    changed_at = models.DateTimeField(_("修改时间"))

    class Meta:
        verbose_name = _("活动")
        verbose_name_plural = _("活动")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=ActivityState.values), name="activity_state_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(audience__in=Audience.values), name="activity_audience_is_known"
            ),
            models.CheckConstraint(condition=models.Q(cost__gte=0), name="activity_cost_is_not_negative"),
        ]

    def __str__(self) -> str:
        return self.title


class SessionState(models.TextChoices):
    PLANNED = "planned", _("待举办")
    POSTPONED = "postponed", _("已延期")
    CANCELLED = "cancelled", _("已取消")


class Session(models.Model):
    """One date of an activity, or one lesson of a training."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="sessions")
    position = models.PositiveIntegerField(_("顺序"), default=0)
    starts_at = models.DateTimeField(_("开始"), db_index=True)
    ends_at = models.DateTimeField(_("结束"))
    place = models.CharField(_("地点"), max_length=120, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name=_("地区"))
    topic = models.CharField(_("内容"), max_length=120, blank=True)
    hours = models.DecimalField(_("学时"), max_digits=5, decimal_places=1, null=True, blank=True)
    is_practice = models.BooleanField(_("实践"), default=False)
    state = models.CharField(
        _("状态"), max_length=10, choices=SessionState.choices, default=SessionState.PLANNED
    )
    state_reason = models.CharField(_("原因"), max_length=300, blank=True)
    check_in_secret = models.CharField(max_length=64, editable=False)
    """Signs the rotating code of self check-in; never leaves the server."""

    class Meta:
        verbose_name = _("场次")
        verbose_name_plural = _("场次")
        ordering = ["starts_at", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="session_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=SessionState.values), name="session_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity} {self.starts_at:%Y-%m-%d %H:%M}"


class SessionRole(models.TextChoices):
    LECTURER = "lecturer", _("主讲")
    ASSISTANT = "assistant", _("助教")
    HELPER = "helper", _("工作人员")


class SessionStaff(models.Model):
    """Who teaches or helps at a session; an expert on the roster, or a name."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="staff")
    role = models.CharField(_("角色"), max_length=10, choices=SessionRole.choices)
    name = models.CharField(_("姓名"), max_length=60)
    organisation = models.CharField(_("单位"), max_length=120, blank=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("授课人员")
        verbose_name_plural = _("授课人员")
        ordering = ["role", "pk"]

    def __str__(self) -> str:
        return self.name


class SeatPool(models.Model):
    """Seats for everybody, or for one audience: of one session, or of all of them (a class signs up once).

    `taken` only ever grows by a conditional UPDATE that leaves it within `capacity`, so no seat is given twice.
    """

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="pools")
    session = models.ForeignKey(Session, models.CASCADE, null=True, blank=True, related_name="pools")
    audience = models.CharField(_("对象"), max_length=12, choices=Audience.choices, blank=True)
    capacity = models.PositiveIntegerField(_("名额"))
    taken = models.PositiveIntegerField(_("已占"), default=0)
    waiting_capacity = models.PositiveIntegerField(_("候补名额"), default=0)

    class Meta:
        verbose_name = _("名额")
        verbose_name_plural = _("名额")
        ordering = ["pk"]
        constraints = [
            # Two, because SQLite counts every empty session as another one.
            models.UniqueConstraint(
                fields=["session", "audience"],
                condition=models.Q(session__isnull=False),
                name="one_pool_per_audience_of_a_session",
            ),
            models.UniqueConstraint(
                fields=["activity", "audience"],
                condition=models.Q(session__isnull=True),
                name="one_pool_per_audience_of_an_activity",
            ),
            models.CheckConstraint(
                condition=models.Q(taken__lte=models.F("capacity")), name="no_more_seats_taken_than_there_are"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.taken}/{self.capacity}"
