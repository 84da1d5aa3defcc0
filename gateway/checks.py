"""Checks with stable ids that an installation must pass (reliability.md R8).

Under the production profile no process starts while one fails: those without a database
run whenever Django is set up (`refuse_unsafe_settings`), those that ask the database run
before web, worker, beat or sequencer begin (`manage.py start`, `manage.py up`).
"""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from workflows.audit.keys import KeyMissing, witness_verifier
from workflows.audit.timestamping import RootsMissing, trusted_roots

DEMO_MARK = "demo-"  # begins every secret that a demo installation made
DEMO_DOMAIN = "@demo.test"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
NEEDED_MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware",
    "gateway.headers.ResponseHeaders",
    "csp.middleware.CSPMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "gateway.accounts.middleware.AuditContext",
    "gateway.accounts.answered.LeavesAnEntry",
    "axes.middleware.AxesMiddleware",
)


# What can make an installation unsafe. That the API's description is well-formed is for CI to know.
START_TAGS = ["security", "database", "models", "caches", "files", "urls", "async_support"]


def at_start() -> dict[str, Any]:
    """Return the arguments of the `check` command with which every start begins."""
    if settings.PROFILE == "production":
        return {"deploy": True, "fail_level": "WARNING", "databases": ["default"], "tags": START_TAGS}
    return {"databases": ["default"]}


# evidence.md E4: who signs the log or a package, and who opens originals, are different processes.
NEEDED = {
    "web": ("MASTER_KEYS_FILE",),
    "worker": ("MASTER_KEYS_FILE",),
    "beat": (),
    "sequencer": ("LOG_KEY_FILE",),
}
FOREIGN = {
    "web": ("LOG_KEY_FILE", "PACKAGE_KEY_FILE"),
    "worker": ("LOG_KEY_FILE",),
    "beat": ("MASTER_KEYS_FILE", "LOG_KEY_FILE", "PACKAGE_KEY_FILE"),
    "sequencer": ("MASTER_KEYS_FILE", "PACKAGE_KEY_FILE"),
}


def refuse_foreign_keys(part: str) -> None:
    """Raise ImproperlyConfigured when this part lacks its key or can read another's, in production."""
    if settings.PROFILE != "production":
        return
    missing = [name for name in NEEDED[part] if not Path(getattr(settings, name)).is_file()]
    foreign = [name for name in FOREIGN[part] if Path(getattr(settings, name)).exists()]
    said = [f"gateway.E001 GATEWAY_{name} names no file" for name in missing]
    said += [f"gateway.E014 the {part} must not have GATEWAY_{name}" for name in foreign]
    if said:
        raise ImproperlyConfigured("the production profile does not start: " + "; ".join(said))


def refuse_reduced_isolation(part: str) -> None:
    """Raise ImproperlyConfigured, in production, when a worker could open foreign files with less than
    full isolation, unless the operator accepted that very level (reliability.md 3.2)."""
    if settings.PROFILE != "production" or part != "worker":
        return
    from gateway.process import health  # its models are not there yet when settings are checked

    found = health.isolation()
    if not found.well and found.code != f"reduced:{settings.ACCEPT_ISOLATION}":
        raise ImproperlyConfigured(
            f"the production profile does not start: gateway.E016 foreign files would be opened with "
            f"isolation {found.code}; see `manage.py health isolation` and GATEWAY_ACCEPT_ISOLATION"
        )


def refuse_unsafe_settings() -> None:
    """Raise ImproperlyConfigured, naming every failed check, under the production profile."""
    if settings.PROFILE != "production":
        return
    failed = [*keys(), *openness(), *home(), *witness(), *timestamps(), *defences()]
    if failed:
        raise ImproperlyConfigured(
            "the production profile does not start: " + "; ".join(f"{one.id} {one.msg}" for one in failed)
        )


@register(Tags.security, deploy=True)
def keys(app_configs: Sequence[AppConfig] | None = None, **_: Any) -> list[CheckMessage]:
    """Secrets are files, made for this installation, open to their owner alone."""
    failed: list[CheckMessage] = []
    if not Path(settings.SECRET_KEY_FILE).is_file():
        failed.append(Error("GATEWAY_SECRET_KEY_FILE names no file.", id="gateway.E001"))
    for name in ("SECRET_KEY_FILE", "MASTER_KEYS_FILE", "LOG_KEY_FILE", "PACKAGE_KEY_FILE"):
        path = Path(getattr(settings, name))
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            failed.append(
                Error(f"GATEWAY_{name} is open to other accounts; set mode 0600.", id="gateway.E002")
            )
        if (path.parent / "DEMO").exists():
            failed.append(Error(f"GATEWAY_{name} lies among keys that a demo made.", id="gateway.E003"))
    for name, wanted in (
        ("LOG_KEY_FILE", settings.LOG_ORIGIN),
        ("PACKAGE_KEY_FILE", settings.PACKAGE_KEY_NAME),
    ):
        public = Path(f"{getattr(settings, name)}.vkey")
        made_for = public.read_text().split("+")[0] if public.is_file() else wanted
        if made_for != wanted and not made_for.startswith(f"{wanted}/"):
            failed.append(
                Error(f"GATEWAY_PUBLIC_URL is not what GATEWAY_{name} was made for.", id="gateway.E015")
            )
    if settings.SECRET_KEY.startswith(DEMO_MARK):
        failed.append(Error("GATEWAY_SECRET_KEY_FILE was made by a demo.", id="gateway.E003"))
    return failed


@register(Tags.security, deploy=True)
def openness(app_configs: Sequence[AppConfig] | None = None, **_: Any) -> list[CheckMessage]:
    """Nothing is shown to strangers, nothing travels in clear."""
    failed: list[CheckMessage] = []
    if settings.DEBUG:
        failed.append(Error("DEBUG is on.", id="gateway.E004"))
    hosts = set(settings.ALLOWED_HOSTS)
    if not hosts - LOOPBACK or any(host.startswith(("*", ".")) for host in hosts):
        failed.append(Error("GATEWAY_ALLOWED_HOSTS must name the hosts one by one.", id="gateway.E005"))
    if not (
        settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE and settings.SESSION_COOKIE_HTTPONLY
    ):
        failed.append(Error("Cookies may travel in clear or be read by scripts.", id="gateway.E006"))
    if not settings.SECURE_SSL_REDIRECT:
        failed.append(Error("Requests in clear are not sent to https.", id="gateway.E006"))
    if urlsplit(settings.PUBLIC_URL).scheme != "https":
        failed.append(Error("GATEWAY_PUBLIC_URL must begin with https://.", id="gateway.E007"))
    return failed


@register(Tags.security, deploy=True)
def home(app_configs: Sequence[AppConfig] | None = None, **_: Any) -> list[CheckMessage]:
    """The installation knows whose it is: every order to this city would else be read as one to another."""
    if settings.CITY_NAME.strip() and settings.CITY_NAME != settings.UNNAMED_CITY:
        return []
    return [
        Error("GATEWAY_CITY_NAME must name the city as courts write it in their orders.", id="gateway.E017")
    ]


@register(Tags.security, deploy=True)
def witness(app_configs: Sequence[AppConfig] | None = None, **_: Any) -> list[CheckMessage]:
    """Address and key of the witness are given together, and the key is one of a witness."""
    if bool(settings.WITNESS_URL) != bool(settings.WITNESS_VKEY):
        told = "GATEWAY_WITNESS_URL and GATEWAY_WITNESS_VKEY belong together."
        return [Error(told, id="gateway.E018")]
    try:
        witness_verifier()
    except KeyMissing as error:
        return [Error(error.sentence, id="gateway.E018")]
    return []


@register(Tags.security, deploy=True)
def timestamps(app_configs: Sequence[AppConfig] | None = None, **_: Any) -> list[CheckMessage]:
    """An authority that stamps checkpoints has certificates by which its answers are judged."""
    if not settings.TSA_URL:
        return []
    if not settings.TSA_ROOTS or settings.TSA_EVERY < 1:
        told = "GATEWAY_TSA_URL needs GATEWAY_TSA_ROOTS, and a GATEWAY_TSA_EVERY of at least 1."
        return [Error(told, id="gateway.E019")]
    try:
        trusted_roots()
    except RootsMissing as error:
        return [Error(str(error), id="gateway.E019")]
    return []


@register(Tags.security, deploy=True)
def defences(app_configs: Sequence[AppConfig] | None = None, **_: Any) -> list[CheckMessage]:
    """Password hashing, lock-out, headers and API defaults are those that the tests prove."""
    failed: list[CheckMessage] = []
    if not settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher"):
        failed.append(Error("Passwords are not kept with Argon2.", id="gateway.E008"))
    for name in NEEDED_MIDDLEWARE:
        if name not in settings.MIDDLEWARE:
            failed.append(Error(f"Middleware {name} is missing.", id="gateway.E009"))
    api = settings.REST_FRAMEWORK
    if api.get("DEFAULT_PERMISSION_CLASSES") in (None, [], ["rest_framework.permissions.AllowAny"]):
        failed.append(Error("API routes are open by default.", id="gateway.E010"))
    return failed


@register(Tags.database)
def rows(
    app_configs: Sequence[AppConfig] | None = None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """No superusers anywhere; no demo people and no missing trigger in production."""
    from django.contrib.auth import get_user_model

    from workflows.audit import triggers

    person = get_user_model()
    failed: list[CheckMessage] = []
    if "default" not in (databases or ()):
        return failed
    connection = connections["default"]
    with connection.cursor() as cursor:
        if person._meta.db_table not in connection.introspection.table_names(cursor):
            return failed  # before the first migration
    if person._default_manager.filter(is_superuser=True).exists():
        failed.append(Error("There are superusers; the gate knows none.", id="gateway.E011"))
    if settings.PROFILE == "production":
        if person._default_manager.filter(email__endswith=DEMO_DOMAIN).exists():
            failed.append(Error("There are demo accounts in this database.", id="gateway.E012"))
        failed += [Error(sentence, id="gateway.E013") for sentence in triggers.check(connection)]
    return failed
