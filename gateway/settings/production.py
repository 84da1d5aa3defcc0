"""The `production` profile."""

from gateway.settings.base import *  # noqa: F403

PROFILE = "production"
