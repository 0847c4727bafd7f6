"""Addresses of check-in: at the door, afterwards, and the one for who checks themselves in."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kepu.activities.views.check_in import api, attendance, entering, myself, scanner

_SESSION = "desk/activities/sessions/<int:pk>/"
_DOOR = f"{_SESSION}check-in/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_DOOR, scanner.page, name="check_in"),
    path(f"{_DOOR}worker.js", scanner.worker, name="check_in_worker"),
    path(f"{_DOOR}roster", api.roster, name="check_in_roster"),
    path(f"{_DOOR}find", api.find, name="check_in_find"),
    path(f"{_DOOR}batch", api.batch, name="check_in_batch"),
    path(f"{_SESSION}attendance/", attendance.list_, name="attendance_list"),
    path(f"{_SESSION}attendance/count/", attendance.counter, name="attendance_counter"),
    path(f"{_SESSION}walk-in/", entering.walk_in, name="walk_in"),
    path(f"{_SESSION}sheet/", entering.sheet, name="sign_in_sheet"),
    path(f"{_SESSION}sheet/template.xlsx", entering.template, name="sign_in_template"),
    path(f"{_SESSION}head-count/", entering.heads, name="head_count"),
    path(f"{_SESSION}admit/<int:person>/", entering.admit, name="admit"),
    path(f"{_SESSION}screen/", scanner.screen, name="check_in_screen"),
    path("desk/activities/attendances/<int:pk>/", attendance.attendance, name="attendance"),
    path("desk/activities/sheets/<int:pk>/photo/", attendance.photo, name="sheet_photo"),
    path("activities/check-in/<int:pk>/", myself.page, name="check_in_myself"),
]
