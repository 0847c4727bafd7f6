"""One settings file. Nothing set: SQLite in var/, no debug, secrets made once. Everything else by environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from kepu.config.env import WrongSetting, env_bool, env_int, env_list, env_secret, env_str

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(env_str("KEPU_VAR", default=str(BASE_DIR / "var")))

DEBUG = env_bool("KEPU_DEBUG", default=False)
SECRET_KEY = env_secret("KEPU_SECRET_KEY", generated_in=VAR_DIR)
FIELD_KEY = env_secret("KEPU_FIELD_KEY", generated_in=VAR_DIR)
FIELD_CIPHER = env_str("KEPU_FIELD_CIPHER", default="AES-256-GCM")  # or SM4-GCM
ALLOWED_HOSTS = env_list("KEPU_HOSTS", default=("localhost", "127.0.0.1", "[::1]"))
CSRF_TRUSTED_ORIGINS = env_list("KEPU_ORIGINS")
BEHIND_TLS = env_bool("KEPU_TLS", default=False)
DEMO = env_bool("KEPU_DEMO", default=False)
SITE_NAME = env_str("KEPU_SITE_NAME", default="上虞科普")
SITE_ADDRESS = env_str("KEPU_ADDRESS").rstrip("/")  # for links in texts to phones, which no request can know
# Text messages: a class with `send`, by its dotted path; printed in development, nothing where none is named.
SMS_SENDER = env_str(
    "KEPU_SMS_SENDER", default="kepu.activities.senders.ConsoleSender" if DEMO or DEBUG else ""
)

INSTALLED_APPS = [
    "kepu.core",
    "kepu.regions",
    "kepu.audit",
    "kepu.accounts",
    "kepu.messages",
    "kepu.ledger",
    "kepu.plans",
    "kepu.activities",
    "kepu.reports",
    "kepu.desk",
    "kepu.portal",
    "kepu.demo",
    "kepu.config",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "django_cotton.apps.SimpleAppConfig",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "kepu.portal.page_cache.PageCacheMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kepu.portal.middleware.AppearanceMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "kepu.accounts.middleware.AccountConditionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "kepu.config.urls"
WSGI_APPLICATION = "kepu.config.wsgi.application"

# Cotton and template partials each want to rewrite the loaders; named once here, in this order, both work.
_LOADERS = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
_CACHED_LOADERS: Any = _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "kepu" / "templates"],
        "OPTIONS": {
            "loaders": [("template_partials.loader.Loader", _CACHED_LOADERS)],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "kepu.core.templatetags.kepu_constants",
                "kepu.core.templatetags.kepu_format",
                "kepu.core.templatetags.kepu_figures",
                "kepu.core.templatetags.kepu_marks",
                "kepu.core.templatetags.kepu_remembered",
                "kepu.core.templatetags.kepu_target",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kepu.portal.context.page",
                "kepu.accounts.context.may",
                "kepu.messages.context.inbox",
            ],
        },
    }
]
COTTON_DIR = "cotton"
COTTON_ISOLATE_BY_DEFAULT = True

_SQLITE: dict[str, Any] = {
    "ENGINE": "kepu.core.sqlite",
    "NAME": VAR_DIR / "kepu.sqlite3",
    "CONN_MAX_AGE": 60,  # opening one costs more than most pages; a minute, so that a restored file is soon read
    "TEST": {"NAME": ":memory:"},  # said, because test runners know only Django's own backend by name
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA busy_timeout=20000;"
            "PRAGMA cache_size=-64000;PRAGMA mmap_size=268435456;PRAGMA foreign_keys=ON;"
        ),
    },
}
_DATABASE_URL = env_str("DATABASE_URL")
DATABASES: dict[str, Any] = {
    "default": dict(dj_database_url.parse(_DATABASE_URL, conn_max_age=60)) if _DATABASE_URL else _SQLITE
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits must be seen by every worker, so the default cache is the database; whole pages stay in memory.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entries"},
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages"},
    "limits": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "limits",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:home"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "kepu.accounts.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Log-in by django-allauth: user name or phone, no sign-up, no e-mail (kepu/accounts/adapters.py).
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "kepu.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "portal:home"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_FORMS = {
    "login": "kepu.accounts.login_forms.LogInForm",
    "change_password": "kepu.accounts.login_forms.NewPasswordForm",
    "reauthenticate": "kepu.accounts.login_forms.PasswordAgainForm",
}
# Five failures per name lock it for a quarter of an hour; a whole office may sit behind one address.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "20/m/ip,5/15m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("KEPU_PROXIES", default=1 if BEHIND_TLS else 0)
REQUIRE_TOTP = env_bool("KEPU_REQUIRE_TOTP", default=not DEMO)
MFA_ADAPTER = "kepu.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = SITE_NAME
MFA_FORMS = {
    "authenticate": "kepu.accounts.login_forms.SecondFactorForm",
    "reauthenticate": "kepu.accounts.login_forms.SecondFactorAgainForm",
    "activate_totp": "kepu.accounts.login_forms.SetUpSecondFactorForm",
}
# Single sign-on by OpenID Connect is off until a server is named; it opens linked accounts and makes none.
OIDC_SERVER = env_str("KEPU_OIDC_SERVER")
OIDC_CLIENT_ID = env_str("KEPU_OIDC_CLIENT_ID")
if OIDC_SERVER and not OIDC_CLIENT_ID:
    raise WrongSetting("KEPU_OIDC_SERVER is set: KEPU_OIDC_CLIENT_ID is needed too")
SOCIALACCOUNT_ADAPTER = "kepu.accounts.adapters.SingleSignOnAdapter"
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = (
    {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "office",
                    "name": env_str("KEPU_OIDC_NAME", default="单点登录"),
                    "client_id": OIDC_CLIENT_ID,
                    "secret": env_str("KEPU_OIDC_SECRET"),
                    "settings": {"server_url": OIDC_SERVER},
                }
            ],
        }
    }
    if OIDC_SERVER
    else {}
)

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("英文"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "kepu" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
MEDIA_ROOT = (
    VAR_DIR / "files"
)  # Never served by address: a view that checks the right to see them streams them.
DATA_UPLOAD_MAX_MEMORY_SIZE = env_int("KEPU_FORM_BYTES", default=12 * 1024 * 1024)
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
EVIDENCE_MAX_BYTES = env_int("KEPU_EVIDENCE_BYTES", default=20 * 1024 * 1024)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        # Browsers hold the redirect after a form to this rule too, and single sign-on redirects to its server.
        "form-action": [SELF, *(["/".join(OIDC_SERVER.split("/")[:3])] if OIDC_SERVER else [])],
        "frame-ancestors": [NONE],
    }
}
CSRF_FAILURE_VIEW = "kepu.portal.views.pages.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = BEHIND_TLS
SECURE_HSTS_PRELOAD = BEHIND_TLS
if BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 8 * 3600
CSRF_COOKIE_SECURE = BEHIND_TLS
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
