"""Single sign-on opens linked accounts only. The server is played by a fake behind the HTTP session of allauth."""

import json
from urllib.parse import parse_qs, urlparse

import pytest
from allauth.socialaccount.models import SocialAccount
from django.urls import include, path

from kepu.accounts.adapters import SingleSignOnAdapter
from kepu.accounts.login_urls import single_sign_on_urls
from kepu.accounts.models import Role, User
from tests.factories.accounts import PASSWORD, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
SERVER = "https://sso.example.gov.cn"
urlpatterns = [path("accounts/", include(single_sign_on_urls)), path("", include("kepu.config.urls"))]


class Answer:
    def __init__(self, body):
        self.body, self.status_code, self.headers = body, 200, {"content-type": "application/json"}
        self.text = json.dumps(body)

    def json(self):
        return self.body

    def raise_for_status(self):
        return None


class FakeServer:
    """Answers like an OpenID Connect server about one identity."""

    def __init__(self, identity):
        self.identity = identity

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return None

    def get(self, url, **_more):
        if "well-known" in url:
            return Answer(
                {
                    "issuer": SERVER,
                    "authorization_endpoint": f"{SERVER}/authorize",
                    "token_endpoint": f"{SERVER}/token",
                    "userinfo_endpoint": f"{SERVER}/userinfo",
                    "jwks_uri": f"{SERVER}/keys",
                }
            )
        return Answer(self.identity)

    def request(self, _method, _url, **_more):
        return Answer({"access_token": "token", "token_type": "Bearer"})


@pytest.fixture(autouse=True)
def server(settings, monkeypatch):
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "office",
                    "name": "统一登录",
                    "client_id": "kepu",
                    "secret": "secret",
                    "settings": {"server_url": SERVER},
                }
            ]
        }
    }
    fake = FakeServer(
        {"sub": "official-17", "name": "陈老师", "preferred_username": "admin", "email": "a@b.cn"}
    )
    monkeypatch.setattr(SingleSignOnAdapter, "get_requests_session", lambda _adapter: fake)
    return fake


def come_back_from_server(client, process="login"):
    sent = client.post(f"/accounts/oidc/office/login/?process={process}").headers["Location"]
    assert sent.startswith(f"{SERVER}/authorize")
    state = parse_qs(urlparse(sent).query)["state"][0]
    return client.get(
        "/accounts/oidc/office/login/callback/", {"code": "one-time", "state": state}, follow=True
    )


def who(client):
    return User.objects.filter(pk=client.session.get("_auth_user_id")).first()


def test_the_log_in_page_offers_the_server_by_its_name(client):
    assert "用统一登录登录" in client.get("/accounts/login/").content.decode()


def test_an_unknown_identity_makes_no_account_even_with_the_name_of_one(client):
    make_user(Role.DISTRICT_OFFICE, username="admin")
    page = come_back_from_server(client).content.decode()
    assert "还没有关联本平台账号" in page
    assert who(client) is None
    assert (User.objects.count(), SocialAccount.objects.count()) == (1, 0)


def test_a_linked_identity_opens_the_account_that_linked_it(client):
    user = make_user(Role.RESIDENT)
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD, "next": "/accounts/"})
    come_back_from_server(client, process="connect")
    assert SocialAccount.objects.get().user == user
    client.logout()
    come_back_from_server(client)
    assert who(client) == user


def test_an_answer_that_nobody_asked_for_is_refused(client):
    page = client.get(
        "/accounts/oidc/office/login/callback/", {"code": "x", "state": "forged"}
    ).content.decode()
    assert "没有登录" in page
    assert who(client) is None


def test_linking_asks_for_the_password_again_when_it_was_not_typed_lately(client):
    client.force_login(make_user(Role.PARTNER_UNIT))
    page = come_back_from_server(client, process="connect").content.decode()
    assert "请再输一次密码" in page
    assert not SocialAccount.objects.exists()
