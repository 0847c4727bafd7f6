"""Addresses of the yearly assessment of units and of the final assessment of a plan."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kepu.plans.views import assessment as views
from kepu.plans.views import final, rubrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("assessments/", rubrics.assessments, name="assessments"),
    path("assessments/new/", rubrics.rubric_new, name="rubric_new"),
    path("assessments/rubrics/<int:pk>/", rubrics.rubric, name="rubric"),
    path("assessments/rubrics/<int:pk>/edit/", rubrics.rubric_edit, name="rubric_edit"),
    path("assessments/rubrics/<int:pk>/open/", rubrics.rubric_open, name="rubric_open"),
    path("assessments/rubrics/<int:pk>/publish/", rubrics.rubric_publish, name="rubric_publish"),
    path("assessments/rubrics/<int:pk>/finalise/", rubrics.rubric_finalise, name="rubric_finalise"),
    path("assessments/<int:pk>/", views.assessment, name="assessment"),
    path("assessments/<int:pk>/self-review/", views.self_review, name="assessment_self_review"),
    path("assessments/<int:pk>/review/", views.review, name="assessment_review"),
    path("assessments/<int:pk>/return/", views.return_self_review, name="assessment_return"),
    path("assessments/<int:pk>/close/", views.close_self_review, name="assessment_close"),
    path("assessments/scores/<int:pk>/appeal/", views.appeal, name="assessment_appeal"),
    path("assessments/appeals/<int:pk>/", views.answer_appeal, name="assessment_answer"),
    path("<slug:slug>/final/", final.final_assessment, name="final_assessment"),
]
