"""Addresses of the plan import, and of what versions and plans differ in."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kepu.plans.views import versions
from kepu.plans.views.importing import confirming, documents, preview, units

urlpatterns: list[URLPattern | URLResolver] = [
    path("import/", documents.start, name="import"),
    path("import/<int:pk>/", preview.preview, name="import_preview"),
    path("import/<int:pk>/discard/", documents.discard, name="import_discard"),
    path("import/<int:pk>/item/<slug:key>/", preview.item, name="import_item"),
    path("import/<int:pk>/unit/", units.unit, name="import_unit"),
    path("import/<int:pk>/warning/", preview.warning, name="import_warning"),
    path("import/<int:pk>/undo/", preview.undo, name="import_undo"),
    path("import/<int:pk>/redo/", preview.redo, name="import_redo"),
    path("import/<int:pk>/amends/", preview.amended_plan, name="import_amends"),
    path("import/<int:pk>/confirm/", confirming.confirm, name="import_confirm"),
    path("<slug:slug>/versions/", versions.versions, name="versions"),
    path("<slug:slug>/beside/<slug:other>/", versions.beside, name="beside"),
]
