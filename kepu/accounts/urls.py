"""Addresses of accounts; those of the log-in are in login_urls."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kepu.accounts.views import audit, invitations, organisations, people, profile

app_name = "accounts"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", profile.profile, name="profile"),
    path("calendar/renew/", profile.renew_calendar, name="renew_calendar"),
    path("consents/", profile.consents, name="consents"),
    path("consents/<int:pk>/<slug:purpose>/withdraw/", profile.withdraw_consent, name="withdraw_consent"),
    path("organisations/", organisations.organisation_list, name="organisations"),
    path("organisations/new/", organisations.new_organisation, name="new_organisation"),
    path("organisations/<int:pk>/", organisations.organisation_detail, name="organisation"),
    path("organisations/<int:pk>/edit/", organisations.edit_organisation, name="edit_organisation"),
    path("organisations/<int:pk>/move/", organisations.move_organisation, name="move_organisation"),
    path("organisations/<int:pk>/close/", organisations.close_organisation, name="close_organisation"),
    path("organisations/<int:pk>/reopen/", organisations.reopen_organisation, name="reopen_organisation"),
    path("organisations/<int:pk>/invite/", invitations.invite, name="invite"),
    path("invitations/<int:pk>/withdraw/", invitations.withdraw, name="withdraw_invitation"),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
    path("invitation/<str:token>/take-up/", invitations.take_up, name="take_up_invitation"),
    path("memberships/<int:pk>/end/", people.end_membership, name="end_membership"),
    path("people/<int:pk>/", people.account_detail, name="account"),
    path("people/<int:pk>/password/", people.temporary_password, name="temporary_password"),
    path("people/<int:pk>/second-factor/", people.remove_second_factor, name="remove_second_factor"),
    path("people/<int:pk>/close/", people.close_account, name="close_account"),
    path("people/<int:pk>/reopen/", people.reopen_account, name="reopen_account"),
    path("people/<int:pk>/reveal/", people.reveal, name="reveal"),
    path("audit/", audit.audit_log, name="audit"),
    path("audit/export/", audit.audit_export, name="audit_export"),
    path("audit/looks/", audit.looks, name="looks"),
]
