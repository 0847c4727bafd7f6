"""Addresses of plans, one module per area of work."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

app_name = "plans"

# Fixed words come before the plan's own address name, which could be any word.
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("kepu.plans.urls.importing")),
    path("", include("kepu.plans.urls.assessment")),
    path("", include("kepu.plans.urls.progress")),
    path("", include("kepu.plans.urls.plan")),
]
