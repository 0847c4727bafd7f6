"""Addresses of messages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kepu.messages import views

app_name = "messages"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.inbox, name="inbox"),
    path("<int:pk>/", views.open_message, name="open"),
    path("read/", views.read_all, name="read_all"),
]
