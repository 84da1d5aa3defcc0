"""What all tests share: real servers, the shared samples, and which tests fit the database at hand."""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.nodeid import coerce_node_id
from pytest_django import DjangoDbBlocker

from tests import services
from tests.city import city, committed_db, guards_step_aside, own_log
from tests.prepared import Tables

ROOT = Path(__file__).resolve().parent.parent
__all__ = ["city", "committed_db", "guards_step_aside", "own_log"]
NO_SAMPLES = "skipped: sample documents not present"

# What these ask does not depend on the database, or is asked of both beneath them.
SAME_ON_BOTH = (
    "tests/gateway/web/",
    "tests/gateway/api/",
    "tests/house/test_health.py",
    "tests/workflows/records/",
    "tests/workflows/exports/",
    *(
        f"tests/workflows/flow/test_{name}.py"
        for name in (
            "accounting",
            "bases",
            "challenging",
            "notifying",
            "policymaking",
            "searching",
            "secrecy",
            "section_14",
            "supplement",
        )
    ),
    "tests/gateway/demo/",
    "tests/contracts/",
    "tests/workflows/audit/test_bundle.py",
    "tests/workflows/audit/test_other_software.py",
)

# Whole cities that are started once more, and what is said twice; in the full size.
FULL_ONLY = (
    "tests/house/test_run.py::test_a_city_that_was_half_built_is_built_anew",
    "tests/house/test_run.py::test_when_one_program_dies_all_stop_and_its_name_is_said[sequencer",
    # What test_agency says of the same pages without a browser.
    "tests/gateway/web/test_browser.py::test_an_agency_has_its_paper_explained_and_sends_it",
    # The same check and the same filing as of a new request.
    "tests/gateway/web/test_agency.py::test_a_paper_for_a_request_is_checked_then_filed",
    # Paces of crowded pages; that no decision is lost between two sessions, test_review says of one.
    "tests/gateway/web/test_review_pace.py",
)

_stack = contextlib.ExitStack()


def on_postgresql() -> bool:
    """True when Django's own test database is PostgreSQL in this run."""
    return os.environ.get("DATABASE_URL", "").startswith(("postgres://", "postgresql://"))


def pytest_configure(config: pytest.Config) -> None:
    """Open the folder of private servers in the first process; the others inherit it."""
    for number in range(1, 33):
        config.addinivalue_line("markers", f"t{number}: test T{number} of the reliability plan")
    config.addinivalue_line("markers", "full: has a full size, run by `--scale full`")
    if services.FOLDER_VARIABLE not in os.environ:
        os.environ["TEST_SERVICES_OWNER"] = str(os.getpid())
        config.stash[FOLDER] = _stack.enter_context(services.run_folder())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what this process started."""
    _stack.close()


FOLDER = pytest.StashKey[Path]()


@pytest.fixture(scope="session")
def tables(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Tables]:
    """How this process comes by its tables. While they are made nobody collects garbage: thousands of
    model classes are none yet."""
    made = Tables()
    gc.disable()
    made.begin()
    yield made
    with django_db_blocker.unblock():
        made.drop()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tables: Tables) -> None:
    """The settings say what the tables are made from."""


@pytest.fixture(scope="session")
def django_db_keepdb(tables: Tables) -> bool:
    """A copied file is not to be made anew."""
    return tables.copied


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, tables: Tables, django_db_blocker: DjangoDbBlocker) -> None:
    """The tables are there."""
    with django_db_blocker.unblock():
        tables.end()
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests that fit the database of this run.

    On PostgreSQL: every test that uses Django's database, so that one suite speaks for both; those of
    SAME_ON_BOTH in the full size only.
    On SQLite: all but those which speak of PostgreSQL as Django's database.
    """
    keep, drop = [], []
    for item in items:
        fits = _fits_postgresql(item) if on_postgresql() else _fits_sqlite(item)
        fits &= not item.nodeid.startswith(FULL_ONLY) or os.environ.get("GATEWAY_SCALE") == "full"
        (keep if fits else drop).append(item)
    if drop:
        config.hook.pytest_deselected(items=drop)
    # The long ones first, so that no process is left with one of them at the end. The sort is stable.
    items[:] = sorted(keep, key=lambda item: item.get_closest_marker("slow") is None)
    if config.getoption("loadgroup", default=False):
        for item in items:
            _name_the_group(item)


def _name_the_group(item: pytest.Item) -> None:
    """Tests of one group run in one process: pytest-xdist goes by what stands behind the @ of a name, and
    its 3.8 writes that where pytest 9.2 no longer reads it. Without a mark, tests that share what their
    module makes once are a group: every other process would make it again."""
    group = item.get_closest_marker("xdist_group")
    name = group.args[0] if group is not None else _shares_of_its_module(item)
    if name and "@" not in item.nodeid.rpartition("]")[2]:
        item._id = coerce_node_id(f"{item.nodeid}@{name}")


def _shares_of_its_module(item: pytest.Item) -> str:
    """The file of the test when it asks for a fixture that this file makes once, else empty."""
    info = getattr(item, "_fixtureinfo", None)
    made = info.name2fixturedefs.values() if info else ()
    own = any(
        known[-1].scope == "module" and known[-1].baseid and not known[-1].argname.startswith("_")
        for known in made
    )
    return item.nodeid.partition("::")[0] if own else ""


def _uses_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(
        fixtures & {"db", "transactional_db", "django_db_reset_sequences", "live_server"}
    )


def _fits_postgresql(item: pytest.Item) -> bool:
    left_out = any(item.get_closest_marker(name) for name in ("sqlite", "browser", "slow"))
    left_out |= item.nodeid.startswith(SAME_ON_BOTH) and os.environ.get("GATEWAY_SCALE") != "full"
    return _uses_database(item) and not left_out


def _fits_sqlite(item: pytest.Item) -> bool:
    needs_postgresql = item.get_closest_marker("postgres") is not None and _uses_database(item)
    return not needs_postgresql or "postgres_url" in getattr(item, "fixturenames", ())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """List the servers that this run used and those that it had to do without."""
    folder = config.stash.get(FOLDER, None) or Path(os.environ[services.FOLDER_VARIABLE])
    used, absent = services.used_and_absent(folder)
    terminalreporter.write_line(f"services used: {', '.join(used) or 'none'}")
    terminalreporter.write_line(f"services missing: {', '.join(absent) or 'none'}")
    if earlier := os.environ.get("TEST_EARLIER_RUN"):
        terminalreporter.write_line(earlier)


def _server(name: str) -> str:
    offer = services.obtain(name)
    if not offer.url:
        if services.services_required():
            pytest.fail(f"{name} is required here: {offer.how}", pytrace=False)
        pytest.skip(f"{name}: {offer.how}")
    return offer.url


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL of an own, empty PostgreSQL database."""
    with services.own_database(_server("postgres")) as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> str:
    """URL of a Redis database; use an own key prefix."""
    return _server("redis")


@pytest.fixture(scope="session")
def redis_broker_url(redis_url: str) -> str:
    """URL of a Redis database that this process of the run has for itself, to be a broker."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return services.with_path(redis_url, str(10 + number % 5))


@pytest.fixture(scope="session")
def rabbitmq_url() -> str:
    """AMQP URL of a virtual host that this process of the run has for itself."""
    url = _server("rabbitmq")
    process = os.environ.get("PYTEST_XDIST_WORKER")
    given = os.environ.get(services.URL_VARIABLES["rabbitmq"])  # a node that is not ours has its own hosts
    return services.with_path(url, process) if process and not given else url


@pytest.fixture(scope="session")
def s3_url() -> str:
    """Endpoint URL of an S3-compatible store; any access key is taken; make an own bucket."""
    return _server("s3")


def _shared(folder: Path) -> Path:
    if not folder.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(NO_SAMPLES, pytrace=False)
        pytest.skip(NO_SAMPLES)
    return folder


def _samples_folder() -> Path:
    return Path(os.environ.get("GATEWAY_SAMPLES") or ROOT.parent / "shared" / "samples").resolve()


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of sample documents (`pdfs/`, `odd/`), outside this repository."""
    return _shared(_samples_folder())


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of public test vectors, beside the samples."""
    return _shared(_samples_folder().parent / "vectors")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the Chromium to drive: `CHROMIUM` in the environment, else from PATH."""
    import shutil

    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        if services.services_required():
            pytest.fail("chromium is required here and is not installed", pytrace=False)
        pytest.skip("chromium: not installed")
    return found
