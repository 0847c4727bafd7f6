"""Addresses of reports."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kepu.reports import views

app_name = "reports"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("quarters/<int:pk>/paper.<slug:file_format>", views.quarterly_paper, name="quarterly"),
    path("quarters/<int:pk>/evidence.zip", views.evidence, name="evidence"),
    path("<slug:slug>/ledger.xlsx", views.ledger, name="ledger"),
    path("<slug:slug>/<int:year>/paper.<slug:file_format>", views.yearly_paper, name="yearly"),
    path("<slug:slug>/final.<slug:file_format>", views.final_paper, name="final"),
]
