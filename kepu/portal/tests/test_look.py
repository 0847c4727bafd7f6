"""The switches for look and language, the styleguide, the error pages, the health check."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db
COMPONENTS = Path(django_settings.BASE_DIR) / "kepu" / "templates" / "cotton"
EXAMPLES = Path(django_settings.BASE_DIR) / "kepu" / "portal" / "templates" / "portal" / "examples"


def html_tag(response):
    return re.search(r"<html[^>]*>", response.content.decode()).group(0)


def switch(client, **query):
    return client.get(reverse("portal:set_mode"), query)


def test_elder_mode_is_remembered_on_the_next_page(client):
    switch(client, mode="elder")
    assert 'data-mode="elder"' in html_tag(client.get(reverse("portal:styleguide")))


def test_elder_mode_can_be_left_again(client):
    switch(client, mode="elder")
    switch(client, mode="standard")
    assert 'data-mode="standard"' in html_tag(client.get(reverse("portal:styleguide")))


def test_a_chosen_colour_scheme_is_remembered_beside_the_mode(client):
    switch(client, mode="elder")
    switch(client, theme="dark")
    tag = html_tag(client.get(reverse("portal:styleguide")))
    assert ('data-mode="elder"' in tag, 'data-theme="dark"' in tag) == (True, True)


def test_an_unknown_mode_is_not_stored(client):
    switch(client, mode="sparkling")
    assert "mode" not in client.cookies


def test_a_forged_cookie_shows_the_standard_look(client):
    client.cookies["mode"] = '"><script>'
    assert 'data-mode="standard"' in html_tag(client.get(reverse("portal:styleguide")))


def test_the_switch_leads_back_to_the_page_it_was_used_on(client):
    assert switch(client, mode="elder", next="/styleguide/?a=1")["Location"] == "/styleguide/?a=1"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_switch_never_leads_to_another_site(client, target):
    assert switch(client, mode="elder", next=target)["Location"] == "/"


def test_the_language_is_remembered(client):
    client.get(reverse("portal:set_language"), {"language": "en"})
    assert 'lang="en"' in html_tag(client.get(reverse("portal:styleguide")))


def test_an_unknown_language_is_not_stored(client):
    client.get(reverse("portal:set_language"), {"language": "xx"})
    assert django_settings.LANGUAGE_COOKIE_NAME not in client.cookies


def test_chinese_pages_name_the_script_they_are_written_in(client):
    assert 'lang="zh-Hans"' in html_tag(client.get(reverse("portal:styleguide")))


def test_caches_are_told_that_pages_differ_by_cookie(client):
    assert "Cookie" in client.get(reverse("portal:styleguide"))["Vary"]


def test_every_page_offers_elder_mode_and_leads_back_to_itself(client):
    assert (
        "/mode/?mode=elder&amp;next=%2Fstyleguide%2F"
        in client.get(reverse("portal:styleguide")).content.decode()
    )


def test_the_demo_banner_shows_only_on_a_demonstration(client, settings):
    settings.DEMO = False
    without = "demo-banner" in client.get(reverse("portal:styleguide")).content.decode()
    settings.DEMO = True
    assert (without, "demo-banner" in client.get(reverse("portal:styleguide")).content.decode()) == (
        False,
        True,
    )


def test_the_styleguide_shows_every_component():
    used = set(
        re.findall(r"<c-([\w-]+)", "".join(path.read_text("utf-8") for path in EXAMPLES.glob("*.html")))
    )
    used |= set(
        re.findall(r"<c-([\w-]+)", "".join(path.read_text("utf-8") for path in COMPONENTS.glob("*.html")))
    )
    shell = {"mark", "page_head", "form_fields"}
    assert {path.stem for path in COMPONENTS.glob("*.html")} - {
        name.replace("-", "_") for name in used
    } <= shell


def test_the_styleguide_shows_the_code_of_each_example(client):
    body = client.get(reverse("portal:styleguide")).content.decode()
    assert "&lt;c-target title=&quot;老年人培训&quot;" in body


def test_no_template_tag_or_comment_is_left_on_the_page(client):
    body = client.get(reverse("portal:styleguide")).content.decode()
    shown = re.sub(r"<pre.*?</pre>", "", body, flags=re.DOTALL)
    assert [mark for mark in ("{%", "{{", "{#", "<c-") if mark in shown] == []


@pytest.mark.parametrize("name", ["portal:home", "portal:styleguide"])
def test_public_pages_need_no_account(client, name):
    assert 'id="main"' in client.get(reverse(name)).content.decode()


def test_a_missing_page_says_what_to_do(client):
    response = client.get("/there/is/nothing/")
    assert (response.status_code, "没有找到这一页" in response.content.decode()) == (404, True)


def test_an_expired_form_says_what_to_do():
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(reverse("account_login"), {"login": "a", "password": "b"})
    assert (response.status_code, "页面放得太久了" in response.content.decode()) == (403, True)


def test_the_health_check_names_the_database(client):
    assert client.get(reverse("portal:healthz")).json() == {"status": "ok", "database": "ok"}


def test_the_health_check_fails_when_the_database_does(client, monkeypatch):
    def unreachable():
        raise OperationalError("no such host")

    monkeypatch.setattr(connection, "cursor", unreachable)
    response = client.get(reverse("portal:healthz"))
    assert (response.status_code, response.json()["database"]) == (503, "unreachable")
