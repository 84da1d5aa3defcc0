"""The `demo` profile: an invented city on one machine. Makes its own keys, answers on loopback only."""

from __future__ import annotations

import environ

from gateway.process import logs
from gateway.settings.base import *

PROFILE = "demo"
CITY_NAME = env.str("GATEWAY_CITY_NAME", "City of Cottonwood Mesa")  # the invented one
if not set(ALLOWED_HOSTS) <= {"127.0.0.1", "localhost", "[::1]", "testserver"}:
    raise environ.ImproperlyConfigured(
        "the demo profile answers on loopback only; use the production profile for other hosts"
    )
SESSION_COOKIE_NAME = "gateway_demo_session"
CSRF_COOKIE_NAME = "gateway_demo_csrf"
logs.hide_messages_of_crashes()
