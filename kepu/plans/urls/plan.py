"""Addresses of plans, measures, targets, yearly work and the library. The plan's own address comes last."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kepu.plans.views import counting, library, measures, periods, plans, targets, work

urlpatterns: list[URLPattern | URLResolver] = [
    path("", plans.plans, name="list"),
    path("higher/add/", plans.add_higher_plan, name="add_higher"),
    path("library/", library.library, name="library"),
    path("library/documents/add/", library.add_document, name="document_add"),
    path("library/documents/<int:pk>/edit/", library.edit_document, name="document_edit"),
    path("library/documents/<int:pk>/remove/", library.remove_document, name="document_remove"),
    path("library/documents/<int:pk>/clauses/add/", library.add_clause, name="clause_add"),
    path("library/clauses/<int:pk>/edit/", library.edit_clause, name="clause_edit"),
    path("library/clauses/<int:pk>/remove/", library.remove_clause, name="clause_remove"),
    path("measures/<int:pk>/", measures.measure, name="measure"),
    path("measures/<int:pk>/deadline/", measures.edit_deadline, name="measure_deadline"),
    path("measures/<int:pk>/english/", measures.translate, name="measure_english"),
    path("measures/<int:pk>/cite/", measures.cite, name="measure_cite"),
    path("measures/<int:pk>/target/", measures.add_target, name="measure_target"),
    path("measures/<int:pk>/work/", work.add_work, name="work_add"),
    path("citations/<int:pk>/remove/", measures.uncite, name="uncite"),
    path("actions/<int:pk>/english/", plans.translate_action, name="action_english"),
    path("targets/<int:pk>/", targets.target, name="target"),
    path("targets/<int:pk>/edit/", targets.edit, name="target_edit"),
    path("targets/<int:pk>/value/", targets.add_value, name="target_value"),
    path("targets/<int:pk>/parent/", targets.link, name="target_parent"),
    path("targets/<int:pk>/counting/", counting.counting, name="target_counting"),
    path("targets/<int:pk>/counting/shipped/", counting.take_shipped_rule, name="target_shipped_rule"),
    path("targets/<int:pk>/counting/go-on/", counting.go_on, name="target_count_on"),
    path("targets/<int:pk>/counting/stop/", counting.stop, name="target_count_stop"),
    path("targets/<int:pk>/counted/", counting.counted, name="target_counted"),
    path("targets/<int:pk>/withdraw/", targets.withdraw, name="target_withdraw"),
    path("work/<int:pk>/edit/", work.edit_work, name="work_edit"),
    path("work/<int:pk>/done/", work.finish_work, name="work_done"),
    path("work/<int:pk>/resume/", work.resume_work, name="work_resume"),
    path("work/<int:pk>/remove/", work.remove_work, name="work_remove"),
    path("<slug:slug>/", plans.plan, name="plan"),
    path("<slug:slug>/periods/", periods.periods, name="periods"),
    path("<slug:slug>/work/", work.work, name="work"),
    path("<slug:slug>/coverage/", library.coverage, name="coverage"),
    path("<slug:slug>/settings/", plans.settings, name="settings"),
    path("<slug:slug>/close/", plans.close, name="close"),
    path("<slug:slug>/reopen/", plans.reopen, name="reopen"),
    path("<slug:slug>/publish/", plans.publish, name="publish"),
    path("<slug:slug>/hide/", plans.hide, name="hide"),
]
