"""What every profile shares. Values come from the environment; see `.env.example`.

The presumption is withhold: authentication and permission on every API route, no basic
authentication, no browsable renderer, no content in error pages.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from environ.fileaware_mapping import FileAwareMapping

from gateway.process import logs
from gateway.settings.signin import *
from redaction.intake.limits import Limits

BASE_DIR = Path(__file__).resolve().parent.parent.parent

KNOWN_VARIABLES = frozenset(
    {
        "GATEWAY_PROFILE",
        "GATEWAY_SURFACE",
        "GATEWAY_DATA_DIR",
        "GATEWAY_EXPORT_DIR",
        "GATEWAY_MEMORY_FILE",
        "GATEWAY_SECRET_KEY_FILE",
        "GATEWAY_MASTER_KEYS_FILE",
        "GATEWAY_LOG_KEY_FILE",
        "GATEWAY_PACKAGE_KEY_FILE",
        "GATEWAY_MAIL_URL",
        "GATEWAY_MAIL_URL_FILE",
        "GATEWAY_WITNESS_URL",
        "GATEWAY_WITNESS_VKEY",
        "GATEWAY_TSA_URL",
        "GATEWAY_TSA_ROOTS",
        "GATEWAY_TSA_EVERY",
        "GATEWAY_ACCEPT_ISOLATION",
        "GATEWAY_ALLOWED_HOSTS",
        "GATEWAY_INTAKE_LIMITS",
        "GATEWAY_TIME_ZONE",
        "GATEWAY_LANGUAGE",
        "GATEWAY_SAMPLES",
        "GATEWAY_REQUIRE_SERVICES",
        "GATEWAY_SCALE",
        "GATEWAY_CITY_NAME",
        "GATEWAY_STATUS_DETERMINATIONS",
        "GATEWAY_PUBLIC_URL",
        "GATEWAY_COUNSEL_PHONE",
    }
)
_unknown = sorted(name for name in os.environ if name.startswith("GATEWAY_") and name not in KNOWN_VARIABLES)
if _unknown:
    raise environ.ImproperlyConfigured(f"unknown settings in the environment: {', '.join(_unknown)}")

env = environ.FileAwareEnv()  # NAME_FILE names a file that holds the value of NAME
env.ENVIRON = FileAwareMapping(
    env={name: value for name, value in os.environ.items() if value}
)  # empty: not set

PROFILE = "base"
SURFACE = env.str("GATEWAY_SURFACE", "all")
DATA_DIR = Path(env.str("GATEWAY_DATA_DIR", str(BASE_DIR / "var"))).resolve()
EXPORT_DIR = Path(env.str("GATEWAY_EXPORT_DIR", str(DATA_DIR / "export")))
MEMORY_FILE = Path(env.str("GATEWAY_MEMORY_FILE", str(DATA_DIR / "memory" / "signer.json")))
SECRET_KEY_FILE = Path(env.str("GATEWAY_SECRET_KEY_FILE", str(DATA_DIR / "keys" / "secret.key")))
KEY_DIR = SECRET_KEY_FILE.parent
MASTER_KEYS_FILE = Path(env.str("GATEWAY_MASTER_KEYS_FILE", str(KEY_DIR / "master.json")))
LOG_KEY_FILE = Path(env.str("GATEWAY_LOG_KEY_FILE", str(KEY_DIR / "log.key")))
PACKAGE_KEY_FILE = Path(env.str("GATEWAY_PACKAGE_KEY_FILE", str(KEY_DIR / "package.key")))

SECRET_KEY = SECRET_KEY_FILE.read_text().strip() if SECRET_KEY_FILE.exists() else secrets.token_urlsafe(48)
DEBUG = False
ALLOWED_HOSTS = env.list("GATEWAY_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
PUBLIC_URL = env.str("GATEWAY_PUBLIC_URL", "http://127.0.0.1:8000/")
# The log's name for ever, so a public host must not change after the first entry.
_host = urlsplit(PUBLIC_URL).hostname or ""
_name = "demo.gateway.example" if _host in {"127.0.0.1", "localhost", "::1"} else _host
LOG_ORIGIN = f"{_name}/log"
PACKAGE_KEY_NAME = f"{_name}/package"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "guardian",
    "oauth2_provider",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "workflows.policy",
    "workflows.audit",
    "workflows.vault",
    "workflows.lawbook",
    "workflows.jobs",
    "workflows.clocks",
    "workflows.notices",
    "workflows.matters",
    "workflows.instruments",
    "workflows.records",
    "workflows.releases",
    "workflows.holding",
    "workflows.flow",
    "workflows.transparency",
    "workflows.exports",
    "gateway.process",
    "gateway.accounts",
    "gateway.api",
    "gateway.web",
    "gateway.delivery",
    "gateway.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "gateway.headers.ResponseHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "gateway.accounts.middleware.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "gateway.accounts.middleware.AuditContext",
    "gateway.accounts.answered.LeavesAnEntry",
    "gateway.accounts.middleware.SecondFactor",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "gateway.urls"
ASGI_APPLICATION = "gateway.asgi.application"
WSGI_APPLICATION = "gateway.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gateway.web.context.house",
            ],
        },
    }
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'gateway.sqlite3'}")
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # reliability.md: WAL alone is worse than the default; the three belong together.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 16, "timeout": 10}}
ATOMIC_REQUESTS = False  # flow's transactions are durable: each act commits or refuses on its own

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "gateway_cache",
        # Above it a third of what is still wanted is thrown away: limits of attempts, forms kept for people.
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

SILENCED_SYSTEM_CHECKS = [
    "guardian.W001",
    "axes.W006",  # the account is locked wherever the attempts come from
]

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["gateway.api.parsers.Json"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
    "EXCEPTION_HANDLER": "gateway.api.errors.handle",
    "DEFAULT_THROTTLE_CLASSES": ["gateway.api.throttle.ClientThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "client": "60/min",
        "public": "20/min",
        "asking": "10/hour",
        "paper_check": "20/min",
    },
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Disclosure gateway",
    "DESCRIPTION": "Requests of federal agencies for city records; nothing moves without a verified order.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "RecordClass": "workflows.policy.codes.RECORD_CLASS_CHOICES",
        "Attestation": "workflows.records.models.ATTESTATIONS",
        "BlockKind": "workflows.policy.codes.BLOCK_KINDS",
        "SumKind": "workflows.policy.scope_words.SUMS",
        "FindingDecision": "workflows.records.models.DECISIONS",
        "NoticeState": "workflows.notices.machine.STATES",
        "ForgettingGround": "workflows.holding.models.FORGET_GROUNDS",
        "HoldGround": "workflows.holding.models.GROUNDS",
        "SealGround": "workflows.matters.models.SEAL_GROUNDS",
        "SecrecyGround": "workflows.instruments.models.SECRECY_GROUNDS",
        "AuthorisationGround": "workflows.instruments.models.GROUNDS",
    },
}

COUNSEL_PHONE = env.str("GATEWAY_COUNSEL_PHONE", "")  # whom to call while a warrant is executed
UNNAMED_CITY = "City records office"
CITY_NAME = env.str("GATEWAY_CITY_NAME", UNNAMED_CITY)  # as pages and the papers of courts name it
# Whether counsel may write determinations under 8 U.S.C. 1373 (policy 5.3): ships off, counsel owns it.
DETERMINATION_1373 = env.bool("GATEWAY_STATUS_DETERMINATIONS", False)
LANGUAGE_CODE = env.str("GATEWAY_LANGUAGE", "en")
TIME_ZONE = env.str("GATEWAY_TIME_ZONE", "America/Denver")
USE_TZ = True
USE_I18N = True

LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT: Path | None = None
WHITENOISE_USE_FINDERS = True  # straight from the packages; production collects them with hashed names

# Limits of redaction.intake.Limits that differ from their defaults: {"pages": "2000"}.
INTAKE_LIMITS = env.dict("GATEWAY_INTAKE_LIMITS", default={})
try:
    Limits.changed(INTAKE_LIMITS)
except ValueError as wrong:
    raise environ.ImproperlyConfigured(f"GATEWAY_INTAKE_LIMITS: {wrong}") from None
# The one reduced level of isolation (redaction.sandbox) with which production may read foreign files.
ACCEPT_ISOLATION = env.str("GATEWAY_ACCEPT_ISOLATION", "")
BROKER_URL = env.str("BROKER_URL", "filesystem://")
STORAGE_URL = env.str("STORAGE_URL", "")
WITNESS_URL = env.str("GATEWAY_WITNESS_URL", "")
WITNESS_VKEY = env.str("GATEWAY_WITNESS_VKEY", "")
# An outside authority that stamps checkpoints (RFC 3161): its address, the certificates that its own must
# lead to (PEM), and at how many checkpoints it is asked again.
TSA_URL = env.str("GATEWAY_TSA_URL", "")
TSA_ROOTS = env.str("GATEWAY_TSA_ROOTS", "")
TSA_EVERY = env.int("GATEWAY_TSA_EVERY", 100)

# No write once less than this is free (reliability.md 3.2): the larger of the two counts.
VAULT_MIN_FREE_SHARE = 0.05
VAULT_MIN_FREE_BYTES = 2 * 1000**3

CELERY_APP = "gateway.celery.app"  # loaded by the first job, not by the start of the web process
JOB_LEASE_S = 30.0
JOB_HEARTBEAT_S = 10.0
JOB_SWEEP_S = 5.0
JOB_ATTEMPTS = 5
JOB_SOFT_LIMIT_S = 3600  # large files fan out by page ranges, so no single job needs an hour
JOB_HARD_LIMIT_S = 3660

MAIL_URL = env.str("GATEWAY_MAIL_URL", "")
if MAIL_URL:
    globals().update(env.email_url_config(MAIL_URL))  # EMAIL_BACKEND, EMAIL_HOST, ...
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(DATA_DIR / "mail")

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Bodies outside uploads: 1 MiB. Uploads stream to a folder of ours, never to the shared temporary one.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "incoming"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
for _folder in (DATA_DIR, FILE_UPLOAD_TEMP_DIR):  # what cannot be made is reported by the checks
    with contextlib.suppress(OSError):
        _folder.mkdir(mode=0o700, parents=True, exist_ok=True)

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

LOGGING = logs.dict_config(json_lines=False)
logs.configure()
