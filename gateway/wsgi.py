"""WSGI entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application

_profile = os.environ.get("GATEWAY_PROFILE", "demo")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"gateway.settings.{_profile}")
application = get_wsgi_application()

# What is loaded now stays for good: looking through it for garbage again and again would hold up a page for
# tenths of a second now and then.
gc.collect()
gc.freeze()
