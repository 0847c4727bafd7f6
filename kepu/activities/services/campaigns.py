"""Campaigns under which many units act, and series that go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import Organisation, User
from kepu.activities import rules
from kepu.activities.models import Campaign, Kind, Series
from kepu.audit.services import System, record
from kepu.core.errors import BadInput, require
from kepu.regions.models import Region


class CampaignUntitled(BadInput):
    code = "campaign_untitled"
    message = _("请填写名称。")


class CampaignEndsBeforeItStarts(BadInput):
    code = "campaign_ends_before_it_starts"
    message = _("结束日期不能早于开始日期。")


@dataclass(frozen=True, slots=True)
class CampaignWords:
    """A campaign as it is typed."""

    title: str
    organiser: Organisation
    region: Region
    starts_on: date
    ends_on: date
    brand: str = ""
    text: str = ""
    report_due_on: date | None = None


@dataclass(frozen=True, slots=True)
class SeriesWords:
    """A series as it is typed."""

    title: str
    organiser: Organisation
    kind: Kind
    campaign: Campaign | None = None
    text: str = ""


@transaction.atomic
def open_campaign(words: CampaignWords, *, by: User | System, at: datetime) -> Campaign:
    """Announce a themed day, week or month."""
    require(rules.can_plan(by, words.organiser))
    campaign = _put_campaign(Campaign(), words=words)
    record("open_campaign", of=campaign, by=by, at=at, organisation=str(campaign.organiser))
    return campaign


@transaction.atomic
def edit_campaign(campaign: Campaign, *, words: CampaignWords, by: User | System, at: datetime) -> Campaign:
    """Change it; what takes place under it stays."""
    held = Campaign.objects.select_for_update(of=("self",)).select_related("organiser").get(pk=campaign.pk)
    require(rules.can_manage_campaign(by, held))
    require(rules.can_plan(by, words.organiser))
    before = str(held)
    changed = _put_campaign(held, words=words)
    record("edit_campaign", of=changed, by=by, at=at, changes={"title": [before, changed.title]})
    return changed


@transaction.atomic
def begin_series(words: SeriesWords, *, by: User | System, at: datetime) -> Series:
    """Begin a series of activities of one name."""
    require(rules.can_plan(by, words.organiser))
    series = _put_series(Series(), words=words)
    record("begin_series", of=series, by=by, at=at, organisation=str(series.organiser))
    return series


@transaction.atomic
def edit_series(series: Series, *, words: SeriesWords, by: User | System, at: datetime) -> Series:
    """Change it; its activities stay."""
    held = Series.objects.select_for_update(of=("self",)).select_related("organiser").get(pk=series.pk)
    require(rules.can_plan(by, held.organiser))
    require(rules.can_plan(by, words.organiser))
    before = str(held)
    changed = _put_series(held, words=words)
    record("edit_series", of=changed, by=by, at=at, changes={"title": [before, changed.title]})
    return changed


def _put_campaign(campaign: Campaign, *, words: CampaignWords) -> Campaign:
    if not words.title.strip():
        raise CampaignUntitled(field="title")
    if words.ends_on < words.starts_on:
        raise CampaignEndsBeforeItStarts(field="ends_on")
    campaign.title, campaign.brand, campaign.text = words.title.strip(), words.brand, words.text
    campaign.organiser, campaign.region = words.organiser, words.region
    campaign.starts_on, campaign.ends_on = words.starts_on, words.ends_on
    campaign.report_due_on = words.report_due_on
    campaign.save()
    return campaign


def _put_series(series: Series, *, words: SeriesWords) -> Series:
    if not words.title.strip():
        raise CampaignUntitled(field="title")
    series.title, series.text = words.title.strip(), words.text
    series.organiser, series.kind, series.campaign = words.organiser, words.kind, words.campaign
    series.save()
    return series
