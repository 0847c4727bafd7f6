"""Addresses of portal."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kepu.portal.views import feedback, looks, open_data, pages, plans

app_name = "portal"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("mode/", looks.set_mode, name="set_mode"),
    path("language/", looks.set_language, name="set_language"),
    path("styleguide/", pages.styleguide, name="styleguide"),
    path("healthz", pages.healthz, name="healthz"),
    path("privacy/", pages.privacy, name="privacy"),
    path("robots.txt", pages.robots, name="robots"),
    path("feedback/", feedback.write, name="feedback"),
    path("feedback/find/", feedback.find, name="feedback_find"),
    path("feedback/<slug:number>/", feedback.followed, name="feedback_followed"),
    path("desk/feedback/", feedback.waiting, name="feedback_desk"),
    path("desk/feedback/<slug:number>/", feedback.answer, name="feedback_answer"),
    path("plans/", plans.plans, name="goals"),
    path("plans/<slug:slug>/", plans.plan, name="plan"),
    path("plans/<slug:slug>/measures/<str:code>/", plans.measure, name="measure"),
    path("plans/<slug:slug>/data.json", open_data.data_json, name="plan_json"),
    path("plans/<slug:slug>/targets.csv", open_data.targets_csv, name="plan_targets_csv"),
    path("plans/<slug:slug>/measures.csv", open_data.measures_csv, name="plan_measures_csv"),
]
