"""The `test` profile."""

from gateway.settings.base import *  # noqa: F403

PROFILE = "test"
