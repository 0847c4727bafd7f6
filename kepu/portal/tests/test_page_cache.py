"""Pages kept for visitors: who shares one, who gets a page of their own, and what is never kept."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

pytestmark = pytest.mark.django_db
HOME = "/"


@pytest.fixture(autouse=True)
def _no_kept_pages():
    caches["pages"].clear()


def is_made_anew(client, address=HOME, **asked):
    """Whether the page asks the database, which a kept one never does."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, **asked)
    assert response.status_code == 200
    return len(queries) > 0


def with_cookies(client, **cookies):
    client.cookies.clear()
    for name, value in cookies.items():
        client.cookies[name] = value
    return client


def test_the_second_visitor_gets_the_kept_page(client):
    assert [is_made_anew(client), is_made_anew(client)] == [True, False]


@pytest.mark.parametrize(
    "asked",
    [
        {"headers": {"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"}},
        {"headers": {"accept-language": "zh-TW"}},
        {"headers": {"accept-language": "fr"}},
        {"headers": {"accept-language": "x" * 5000}},
        {"headers": {"user-agent": "another browser"}},
        {"headers": {"host": "LOCALHOST"}},
    ],
    ids=["a browser in Chinese", "Taiwan", "French", "nonsense", "another browser", "host in capitals"],
)
def test_visitors_whose_page_looks_the_same_share_it(client, asked):
    is_made_anew(client, headers={"host": "localhost"})
    headers = {"host": "localhost"} | asked["headers"]
    assert not is_made_anew(client, headers=headers)


@pytest.mark.parametrize(
    "cookies", [{"mode": "sparkling"}, {"theme": "<b>"}, {"other": "1"}, {"django_language": "xx"}]
)
def test_a_cookie_that_changes_nothing_makes_no_page_of_its_own(client, cookies):
    is_made_anew(client)
    assert not is_made_anew(with_cookies(client, **cookies))


@pytest.mark.parametrize(
    "cookies", [{"mode": "elder"}, {"theme": "dark"}, {"theme": "light"}, {"django_language": "en"}]
)
def test_every_look_and_language_has_a_kept_page_of_its_own(client, cookies):
    plain = client.get(HOME).content
    assert is_made_anew(with_cookies(client, **cookies))
    assert not is_made_anew(client)
    assert client.get(HOME).content != plain


def test_a_browser_in_english_gets_english_after_one_in_chinese(client):
    client.get(HOME, headers={"accept-language": "zh-CN"})
    english = client.get(HOME, headers={"accept-language": "en-GB,en;q=0.9"})
    assert 'lang="en"' in english.content.decode()


def test_the_chosen_language_wins_over_the_browsers(client):
    client.get(HOME, headers={"accept-language": "en"})
    chosen = with_cookies(client, django_language="zh-hans").get(HOME, headers={"accept-language": "en"})
    assert 'lang="zh-Hans"' in chosen.content.decode()


def test_a_kept_page_sets_no_cookie_and_tells_browsers_that_cookies_matter(client):
    client.get(HOME)
    kept = client.get(HOME)
    assert dict(kept.cookies) == {}
    assert {"Cookie", "Accept-Language"} <= set(kept["Vary"].split(", "))
    assert set(kept["Cache-Control"].split(", ")) == {"private", "max-age=60"}


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("/?from=poster", {}),
        (HOME, {"headers": {"hx-request": "true"}}),
    ],
    ids=["with a query string", "asked by htmx"],
)
def test_what_differs_by_request_is_not_kept(client, address, asked):
    assert [is_made_anew(client, address, **asked) for _ in range(2)] == [True, True]


def test_a_page_with_a_session_is_neither_kept_nor_served_from_what_is_kept(client):
    client.get(HOME)
    with_cookies(client, sessionid="none")
    assert [is_made_anew(client), is_made_anew(client)] == [True, True]


def test_a_page_that_nobody_marked_is_not_kept(client):
    client.get(reverse("portal:goals"))
    assert is_made_anew(client, reverse("portal:goals"))


def test_an_address_that_does_not_exist_is_not_kept(client):
    client.get("/plans/nowhere/")
    assert [key for key in caches["pages"]._cache if "nowhere" in key] == []
