"""The `production` profile: refuses to start on any failed check (`gateway.checks`).

It stands behind a proxy that ends TLS, sets X-Forwarded-Proto itself and drops the one
that a client sends.
"""

from __future__ import annotations

import environ

from gateway.process import logs
from gateway.settings.base import *

PROFILE = "production"
if not SECRET_KEY_FILE.is_file():
    raise environ.ImproperlyConfigured(f"GATEWAY_SECRET_KEY_FILE: {SECRET_KEY_FILE} is not a readable file")

DEBUG = False
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked from inside the container
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

STATIC_ROOT = BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

LOGGING = logs.dict_config(json_lines=True)
logs.hide_messages_of_crashes()
