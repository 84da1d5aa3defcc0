"""The test profile, with PostgreSQL reached as in service, and the software that the log is compared with.

`EVIDENCE_BENCH_PEERS` names a folder that holds django-auditlog and django-simple-history, outside our
environment (requirements/bench-peers.txt). Without it they are left out.
"""

from __future__ import annotations

import os
import sys

from gateway.settings.test import *

PEERS = os.environ.get("EVIDENCE_BENCH_PEERS", "")
if PEERS:
    sys.path.append(PEERS)
    INSTALLED_APPS = [*INSTALLED_APPS, "auditlog", "simple_history"]
INSTALLED_APPS = [*INSTALLED_APPS, "tests.benchmarks"]
DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 16, "timeout": 10}}
ROOT_URLCONF = "tests.benchmarks.api"
# Everything that a request passes in service, but for what would write an entry of its own.
SESSIONS = "gateway.accounts.middleware.Sessions"
MIDDLEWARE = [name for name in MIDDLEWARE if name == SESSIONS or not name.startswith("gateway.accounts.")]
