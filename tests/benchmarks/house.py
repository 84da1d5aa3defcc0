"""A PostgreSQL server of the benchmark's own, as durable as in service, and Django over an empty database."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests import keeper, services

# What an installation has: every commit is on the disk before it is answered.
DURABLE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
}
START_S = 30.0


@contextlib.contextmanager
def opened() -> Iterator[Path]:
    """Inside the block Django is set up over the tables of the log, of persons and of the benchmark; yields a
    folder for keys, memory and export. At the end server and files are gone."""
    folder = Path(tempfile.mkdtemp(prefix="gw-bench-"))
    folder.chmod(0o755)  # the server runs as another user
    server = keeper.start_postgres(folder, **DURABLE)
    try:
        services.wait_for("postgres", server.url, START_S)
        os.environ["DATABASE_URL"] = server.url
        os.environ["GATEWAY_DATA_DIR"] = str(folder / "data")
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.settings"
        _tables()
        yield folder
    finally:
        _let_go()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _tables() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)  # the benchmark's own, which refer to the product's


def _let_go() -> None:
    """Close what this process holds open of the server, so that it can stop."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import connection, connections

    with contextlib.suppress(ImproperlyConfigured):
        connections.close_all()
        connection.close_pool()
