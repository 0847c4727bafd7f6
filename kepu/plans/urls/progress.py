"""Addresses of reporting: reports, evidence, periods."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kepu.plans.views import periods
from kepu.plans.views import progress as views

urlpatterns: list[URLPattern | URLResolver] = [
    path("reports/", views.reports, name="reports"),
    path("reports/<int:pk>/", views.report, name="report"),
    path("reports/<int:pk>/withdraw/", views.withdraw, name="report_withdraw"),
    path("reports/<int:pk>/accept/", views.accept, name="report_accept"),
    path("reports/<int:pk>/return/", views.return_, name="report_return"),
    path("reports/<int:pk>/amend/", views.amend, name="report_amend"),
    path("reports/<int:pk>/drop/", views.drop, name="report_drop"),
    path("reports/write/<int:measure>/<int:period>/<int:unit>/", views.write_report, name="write_report"),
    path("evidence/<int:pk>/", views.evidence, name="evidence"),
    path("evidence/<int:pk>/remove/", views.remove_evidence, name="evidence_remove"),
    path("periods/<int:pk>/due/", periods.move_due_day, name="period_due"),
    path("periods/<int:pk>/lock/", periods.lock, name="period_lock"),
    path("periods/<int:pk>/unlock/", periods.unlock, name="period_unlock"),
]
