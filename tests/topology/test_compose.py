"""The compose file's own commands carry a matter, against real PostgreSQL and RabbitMQ."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import services
from tests.topology.site import ROOT, Site

pytestmark = [pytest.mark.rabbitmq, pytest.mark.slow]
HOST = "gateway.city.example"
CITY = "City of Cottonwood Mesa"


@pytest.fixture
def servers(postgres_url: str, rabbitmq_url: str) -> Iterator[dict[str, str]]:
    """A database of its own for every site: a log met without the memory of its signer closes the gate."""
    with services.own_database(postgres_url) as database_url:
        yield {"database_url": database_url, "broker_url": rabbitmq_url}


@pytest.fixture
def production(tmp_path: Path, servers: dict[str, str]) -> Iterator[Site]:
    site = Site(tmp_path, servers, {"PUBLIC_HOST": HOST, "GATEWAY_CITY_NAME": CITY})
    yield site
    site.stop()


def ask(site: Site, path: str, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    connection.request("GET", path, headers={"Host": HOST, **headers})
    return connection.getresponse()


def test_the_production_profile_starts_as_the_file_says_and_stops_in_order(production: Site) -> None:
    production.make_keys()
    production.collect_static_files()
    production.start_all()
    production.wait_until_healthy(120)

    assert ask(production, "/healthz").status == 200
    in_clear = ask(production, "/")
    assert (in_clear.status, in_clear.headers["Location"]) == (301, f"https://{HOST}/")
    by_proxy = ask(production, "/no-such-page", **{"X-Forwarded-Proto": "https"})
    assert by_proxy.status == 404
    assert "max-age" in by_proxy.headers["Strict-Transport-Security"]

    assert set(production.stop().values()) == {0}
    a_web_process_with_the_logs_key_does_not_start(production)


def a_web_process_with_the_logs_key_does_not_start(production: Site) -> None:
    environment = production.environment("web")
    key = Path(environment["GATEWAY_LOG_KEY_FILE"])
    key.write_bytes((production.folder / "secrets" / "log.key").read_bytes())
    key.chmod(0o600)

    done = subprocess.run(
        production.command("web"), cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip

    assert done.returncode != 0
    assert "gateway.E014" in done.stderr


@pytest.fixture
def city(tmp_path: Path, servers: dict[str, str]) -> Iterator[Site]:
    """The same services under the demo profile, whose invented people a test may sign in as."""
    site = Site(tmp_path, servers, {"PUBLIC_HOST": HOST, "GATEWAY_CITY_NAME": CITY})
    site.overrides = {
        "GATEWAY_PROFILE": "demo",
        "GATEWAY_PUBLIC_URL": f"http://127.0.0.1:{site.port}/",
        "GATEWAY_ALLOWED_HOSTS": "127.0.0.1",
    }
    yield site
    site.stop()


def test_one_matter_is_driven_through(city: Site) -> None:
    city.make_keys()
    city.start_all()
    # The demonstration city is built by the process that may do everything: keys of all, as on one machine.
    everything = {
        **city.environment("packer"),
        **{f"GATEWAY_{name}_FILE": str(city.folder / "secrets" / file) for name, file in (
            ("SECRET_KEY", "secret.key"), ("MASTER_KEYS", "master.json"),
            ("LOG_KEY", "log.key"), ("PACKAGE_KEY", "package.key"),
        )},
    }  # fmt: skip
    manage(everything, "seed_demo")
    city.wait_until_healthy(120)

    said = manage(everything, "demo_case", "--url", f"http://127.0.0.1:{city.port}/", limit_s=420)

    last = said.strip().splitlines()[-1]
    assert last.startswith("package: "), said[-2000:]
    verified = verify(Path(last.removeprefix("package: ")), city.folder / "opened")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    manage(everything, "verify_audit")
    assert json.loads(manage(everything, "health", "database", "worker", "sequencer", "parked", "--json"))[
        "parts"
    ]
    assert set(city.stop().values()) == {0}


def manage(environment: dict[str, str], *words: str, limit_s: float = 180) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=environment, capture_output=True, text=True,
        check=False, timeout=limit_s,
    )  # fmt: skip
    assert done.returncode == 0, f"{words[0]}: {done.stdout[-1500:]} {done.stderr[-1500:]}"
    return done.stdout


def verify(package: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the package's own verifier over it, as its receiver would."""
    with zipfile.ZipFile(package) as bundle:
        bundle.extractall(folder)
    script = next(folder.rglob("verify_bundle.py"))
    return subprocess.run(
        [sys.executable, "-I", str(script), str(script.parent)], capture_output=True, text=True, check=False,
        timeout=120, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
