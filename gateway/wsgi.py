"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"gateway.settings.{os.environ.get('GATEWAY_PROFILE', 'demo')}")
application = get_wsgi_application()
