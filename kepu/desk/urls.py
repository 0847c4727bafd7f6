"""Addresses of desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kepu.desk.views import home, vocabulary

app_name = "desk"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("vocabulary/", vocabulary.vocabulary_list, name="vocabularies"),
    path("vocabulary/<slug:name>/", vocabulary.vocabulary, name="vocabulary"),
    path("vocabulary/<slug:name>/add/", vocabulary.add_term, name="term_add"),
    path("vocabulary/terms/<int:pk>/edit/", vocabulary.edit_term, name="term_edit"),
    path("vocabulary/terms/<int:pk>/deactivate/", vocabulary.deactivate_term, name="term_deactivate"),
    path("vocabulary/terms/<int:pk>/activate/", vocabulary.activate_term, name="term_activate"),
]
