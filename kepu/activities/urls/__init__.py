"""Addresses of activities, one module per part of the work; the public ones and those of the desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

app_name = "activities"

# Fixed words come before an activity's own address name.
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("kepu.activities.urls.training")),
    path("", include("kepu.activities.urls.closing")),
    path("", include("kepu.activities.urls.check_in")),
    path("", include("kepu.activities.urls.registration")),
    path("", include("kepu.activities.urls.planning")),
]
