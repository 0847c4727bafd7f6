"""Addresses of planning: the pages of citizens, the feeds, and the desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kepu.activities.views import (
    campaigns,
    feeds,
    kinds,
    planning,
    planning_dates,
    planning_overview,
    poster,
    public,
)

_ONE = "desk/activities/<slug:slug>/"
_DATE = "desk/activities/sessions/<int:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("activities/", public.browse, name="browse"),
    path("activities/calendar.ics", feeds.everything, name="feed"),
    path("activities/towns/<slug:town>/", public.in_town, name="in_town"),
    path("activities/for/<slug:audience>/", public.for_audience, name="for_audience"),
    path("activities/<slug:slug>/", public.activity, name="activity"),
    path("activities/<slug:slug>/calendar.ics", feeds.one, name="activity_feed"),
    path("calendar/<slug:token>/activities.ics", feeds.own, name="own_feed"),
    path("desk/activities/", planning.desk, name="desk"),
    path("desk/activities/calendar/", planning_overview.month, name="desk_calendar"),
    path("desk/activities/map/", planning_overview.map_, name="desk_map"),
    path("desk/activities/new/", planning.choose_kind, name="choose_kind"),
    path("desk/activities/new/<slug:kind>/", planning.plan, name="plan"),
    path("desk/activities/kinds/", kinds.kinds, name="kinds"),
    path("desk/activities/kinds/new/", kinds.add, name="add_kind"),
    path("desk/activities/kinds/<slug:code>/edit/", kinds.edit, name="edit_kind"),
    path("desk/activities/kinds/<slug:code>/retire/", kinds.retire, name="retire_kind"),
    path("desk/activities/kinds/<slug:code>/restore/", kinds.restore, name="restore_kind"),
    path("desk/activities/campaigns/", campaigns.campaigns, name="campaigns"),
    path("desk/activities/campaigns/new/", campaigns.new_campaign, name="new_campaign"),
    path("desk/activities/campaigns/<int:pk>/", campaigns.campaign, name="campaign"),
    path("desk/activities/campaigns/<int:pk>/list.xlsx", campaigns.workbook, name="campaign_workbook"),
    path("desk/activities/campaigns/<int:pk>/edit/", campaigns.edit_campaign, name="edit_campaign"),
    path("desk/activities/series/new/", campaigns.new_series, name="new_series"),
    path("desk/activities/series/<int:pk>/", campaigns.series, name="series"),
    path("desk/activities/series/<int:pk>/edit/", campaigns.edit_series, name="edit_series"),
    path(f"{_DATE}edit/", planning_dates.edit_session, name="edit_session"),
    path(f"{_DATE}move/", planning_dates.move_session, name="move_session"),
    path(f"{_DATE}put-off/", planning_dates.put_session_off, name="put_session_off"),
    path(f"{_DATE}cancel/", planning_dates.cancel_session, name="cancel_session"),
    path(f"{_DATE}remove/", planning_dates.remove_session, name="remove_session"),
    path("desk/activities/seats/<int:pk>/remove/", planning_dates.remove_seats, name="remove_seats"),
    path(_ONE, planning.activity, name="planned"),
    path(f"{_ONE}edit/", planning.edit, name="edit"),
    path(f"{_ONE}kind/", planning.choose_other_kind, name="choose_other_kind"),
    path(f"{_ONE}dates/", planning_dates.add_dates, name="add_dates"),
    path(f"{_ONE}seats/add/", planning_dates.add_seats, name="add_seats"),
    path(f"{_ONE}questions/", planning.ask, name="ask"),
    path(f"{_ONE}copy/", planning.copy, name="copy"),
    path(f"{_ONE}publish/", planning.publish, name="publish"),
    path(f"{_ONE}cancel/", planning.cancel, name="cancel"),
    path(f"{_ONE}discard/", planning.discard, name="discard"),
    path(f"{_ONE}poster.pdf", poster.pdf, name="poster"),
]
