"""The `dev` profile: as demo, with error pages that show code. Never with real records."""

from __future__ import annotations

from gateway.settings.base import *

PROFILE = "dev"
DEBUG = True
