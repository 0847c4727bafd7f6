"""Addresses of the yearly assessment of units and of the final assessment of a plan."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
