"""Every address, app by app."""

from __future__ import annotations

from django.urls import include, path

from kepu.plans.views import calendar

handler400 = "kepu.core.pages.bad_request"

urlpatterns = [
    path("accounts/", include("kepu.accounts.login_urls")),
    path("accounts/", include("kepu.accounts.urls")),
    path("inbox/", include("kepu.messages.urls")),
    path("desk/", include("kepu.desk.urls")),
    path("desk/plans/", include("kepu.plans.urls")),
    path("desk/reports/", include("kepu.reports.urls")),
    path("calendar/<slug:token>.ics", calendar.feed, name="calendar"),
    path("", include("kepu.ledger.urls")),
    path("", include("kepu.activities.urls")),
    path("", include("kepu.portal.urls")),
]
