"""The ledger's one public page."""

from __future__ import annotations

from django.urls import path

from kepu.ledger import views

app_name = "ledger"

urlpatterns = [path("verify/", views.verify, name="verify")]
