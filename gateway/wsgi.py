"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

_profile = os.environ.get("GATEWAY_PROFILE", "demo")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"gateway.settings.{_profile}")
application = get_wsgi_application()
