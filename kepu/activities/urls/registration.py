"""Addresses of registration."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kepu.activities.views import my_sign_ups, sign_up, sign_up_desk, sign_up_lists

urlpatterns: list[URLPattern | URLResolver] = [
    path("activities/my-sign-ups/", my_sign_ups.by_phone, name="my_sign_ups"),
    path("activities/my-sign-ups/leave/", my_sign_ups.leave, name="my_sign_ups_leave"),
    path("activities/my-sign-ups/<slug:token>/", my_sign_ups.one, name="my_sign_up"),
    path("activities/my-sign-ups/<slug:token>/change/", my_sign_ups.change, name="my_sign_up_change"),
    path("activities/my-sign-ups/<slug:token>/accept/", my_sign_ups.accept, name="my_sign_up_accept"),
    path("activities/my-sign-ups/<slug:token>/cancel/", my_sign_ups.cancel, name="my_sign_up_cancel"),
    path(
        "activities/my-sign-ups/<slug:token>/calendar.ics", my_sign_ups.calendar, name="my_sign_up_calendar"
    ),
    path("activities/<slug:slug>/sign-up/", sign_up.sign_up, name="sign_up"),
    path("desk/activities/phone-check/", sign_up_desk.phone_check, name="phone_check"),
    path("desk/activities/sign-ups/<slug:number>/", sign_up_desk.one, name="sign_up_desk"),
    path("desk/activities/sign-ups/<slug:number>/phone/", sign_up_desk.show_phone, name="sign_up_phone"),
    path("desk/activities/sign-ups/<slug:number>/cancel/", sign_up_desk.cancel, name="sign_up_cancel"),
    path("desk/activities/sign-ups/<slug:number>/move/", sign_up_desk.move, name="sign_up_move"),
    path("desk/activities/sign-ups/<slug:number>/accept/", sign_up_desk.accept, name="sign_up_accept"),
    path("desk/activities/<slug:slug>/sign-ups/", sign_up_desk.listed, name="sign_ups"),
    path("desk/activities/<slug:slug>/sign-ups/new/", sign_up_desk.new, name="sign_up_others"),
    path("desk/activities/<slug:slug>/sign-ups/list/", sign_up_lists.upload, name="sign_up_list"),
    path(
        "desk/activities/<slug:slug>/sign-ups/list/template.xlsx",
        sign_up_lists.template,
        name="sign_up_template",
    ),
    path("desk/activities/<slug:slug>/sign-ups/export/", sign_up_lists.export, name="sign_up_export"),
    path("desk/activities/<slug:slug>/seats/", sign_up_desk.seats, name="seats"),
]
