"""The `test` profile: a data folder of its own that is removed at the end, cheap passwords."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

if "GATEWAY_DATA_DIR" not in os.environ:
    _folder = tempfile.mkdtemp(prefix="gw-test-")
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    os.environ["GATEWAY_DATA_DIR"] = _folder
os.environ.setdefault("BROKER_URL", "memory://")

from gateway.settings.base import *

PROFILE = "test"
CITY_NAME = "City of Cottonwood Mesa"  # to which the demo papers that tests file are addressed
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # tests only: sign-ins by the hundred
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: threads must meet the same locks as in service. Durability is not tested here.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )
else:
    DATABASES["default"]["OPTIONS"] = {}  # no pool: the test database must be free to drop
VAULT_MIN_FREE_SHARE, VAULT_MIN_FREE_BYTES = 0.0, 64 * 1024**2
WHITENOISE_AUTOREFRESH = True  # else every test client lists all static files of all packages anew
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
LOGGING["root"]["level"] = "WARNING"
