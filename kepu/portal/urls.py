"""Addresses of portal."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kepu.portal import plan_views, views

app_name = "portal"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("mode/", views.set_mode, name="set_mode"),
    path("language/", views.set_language, name="set_language"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("healthz", views.healthz, name="healthz"),
    path("plans/", plan_views.current, name="goals"),
    path("plans/<slug:slug>/", plan_views.plan, name="plan"),
    path("plans/<slug:slug>/data.json", plan_views.data_json, name="plan_json"),
    path("plans/<slug:slug>/targets.csv", plan_views.targets_csv, name="plan_targets_csv"),
    path("plans/<slug:slug>/measures.csv", plan_views.measures_csv, name="plan_measures_csv"),
]
