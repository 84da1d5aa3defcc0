"""ASGI entry point."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"gateway.settings.{os.environ.get('GATEWAY_PROFILE', 'demo')}")
application = get_asgi_application()
