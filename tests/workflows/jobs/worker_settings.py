"""The test profile with short leases, so that recovery takes seconds and not half a minute."""

from gateway.settings.test import *  # noqa: F403

JOB_LEASE_S = 3.0
JOB_HEARTBEAT_S = 1.0
JOB_SWEEP_S = 0.5
