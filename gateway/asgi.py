"""ASGI entry point."""

import os

from django.core.asgi import get_asgi_application

_profile = os.environ.get("GATEWAY_PROFILE", "demo")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"gateway.settings.{_profile}")
application = get_asgi_application()
