"""What each profile lets through, asked of real processes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]


def manage(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with these variables and no others of ours."""
    foreign = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", "BROKER_URL", "STORAGE_URL"}
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GATEWAY_") and k not in foreign}
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={**clean, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def sound(tmp_path: Path) -> dict[str, str]:
    """Variables of a production installation that passes every check without a database."""
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    for name in ("secret", "master"):
        (keys / name).write_text("0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        (keys / name).chmod(0o600)
    return {
        "GATEWAY_PROFILE": "production",
        "GATEWAY_DATA_DIR": str(tmp_path / "data"),
        "GATEWAY_CITY_NAME": "City of Cottonwood Mesa",
        "GATEWAY_PUBLIC_URL": "https://gateway.city.example/",
        "GATEWAY_ALLOWED_HOSTS": "gateway.city.example,127.0.0.1",
        "GATEWAY_SECRET_KEY_FILE": str(keys / "secret"),
        "GATEWAY_MASTER_KEYS_FILE": str(keys / "master"),
    }


def test_a_sound_production_installation_passes_every_deployment_check(sound) -> None:
    answer = manage("check", "--deploy", "--fail-level", "WARNING", **sound)

    assert answer.returncode == 0, answer.stderr
    assert "no issues" in answer.stdout


@pytest.mark.parametrize(
    "spoil, code",
    [
        ({"GATEWAY_ALLOWED_HOSTS": "*"}, "gateway.E005"),
        ({"GATEWAY_ALLOWED_HOSTS": ""}, "gateway.E005"),
        ({"GATEWAY_PUBLIC_URL": "http://gateway.city.example/"}, "gateway.E007"),
        ({"GATEWAY_WITNESS_URL": "https://witness.test"}, "gateway.E018"),
        ({"GATEWAY_WITNESS_URL": "https://witness.test", "GATEWAY_WITNESS_VKEY": "none"}, "gateway.E018"),
        ({"GATEWAY_TSA_URL": "https://stamps.test"}, "gateway.E019"),
        ({"GATEWAY_TSA_URL": "https://stamps.test", "GATEWAY_TSA_ROOTS": "/nowhere.pem"}, "gateway.E019"),
        ({"GATEWAY_CITY_NAME": " "}, "gateway.E017"),
        ({"GATEWAY_CITY_NAME": "City records office"}, "gateway.E017"),  # what it is called without a name
    ],
)
def test_production_does_not_start_on_unsafe_variables(sound, spoil, code) -> None:
    answer = manage("shell", "-c", "print('started')", **{**sound, **spoil})

    assert answer.returncode != 0
    assert code in answer.stderr
    assert "started" not in answer.stdout


def test_production_does_not_start_without_its_secret(sound, tmp_path) -> None:
    answer = manage("check", **{**sound, "GATEWAY_SECRET_KEY_FILE": str(tmp_path / "absent")})

    assert answer.returncode != 0
    assert "GATEWAY_SECRET_KEY_FILE" in answer.stderr


@pytest.mark.parametrize(
    "part, spoil, code",
    [
        ("web", {"GATEWAY_MASTER_KEYS_FILE": "/nonexistent"}, "gateway.E001"),
        ("worker", {"GATEWAY_MASTER_KEYS_FILE": "/nonexistent"}, "gateway.E001"),
        ("sequencer", {"GATEWAY_MASTER_KEYS_FILE": "/nonexistent"}, "gateway.E001"),
        ("beat", {}, "gateway.E014"),
    ],
)
def test_a_process_starts_with_its_own_keys_only(sound, part, spoil, code) -> None:
    answer = manage("start", part, **{**sound, **spoil})

    assert answer.returncode != 0
    assert code in answer.stderr


def test_production_refuses_keys_that_others_can_read(sound) -> None:
    Path(sound["GATEWAY_MASTER_KEYS_FILE"]).chmod(0o640)

    answer = manage("check", **sound)

    assert answer.returncode != 0
    assert "gateway.E002" in answer.stderr


@pytest.mark.parametrize(
    "made_for, fits",
    [
        ("gateway.city.example/log", True),
        ("gateway.city.example/log/2", True),
        ("gateway.other.example/log", False),
    ],
)
def test_the_logs_key_is_for_the_public_name(sound, tmp_path, made_for, fits) -> None:
    (tmp_path / "log.key.vkey").write_text(
        f"{made_for}+c8cf0b57+Aesl4HbCzhbjtblg40HgOLRpi3TRYcQcN0ef8/ADonBl\n"
    )

    answer = manage("check", **{**sound, "GATEWAY_LOG_KEY_FILE": str(tmp_path / "log.key")})

    assert (answer.returncode == 0) is fits
    assert ("gateway.E015" in answer.stderr) is not fits


def test_production_refuses_the_keys_of_a_demo(sound, tmp_path) -> None:
    demo = tmp_path / "demo-city"
    program = "from gateway.process import prepare; prepare.make_keys()"
    made = manage("shell", "-c", program, GATEWAY_DATA_DIR=str(demo))
    assert made.returncode == 0, made.stderr
    keys = {
        "GATEWAY_SECRET_KEY_FILE": str(demo / "keys" / "secret.key"),
        "GATEWAY_MASTER_KEYS_FILE": str(demo / "keys" / "master.json"),
    }

    for one in keys.items():
        answer = manage("check", **{**sound, **dict([one])})
        assert answer.returncode != 0, one
        assert "gateway.E003" in answer.stderr, one


def test_the_demo_answers_on_loopback_only(tmp_path) -> None:
    answer = manage("check", GATEWAY_DATA_DIR=str(tmp_path), GATEWAY_ALLOWED_HOSTS="gateway.city.example")

    assert answer.returncode != 0
    assert "loopback" in answer.stderr


def test_an_unknown_variable_is_an_error(tmp_path) -> None:
    answer = manage("check", GATEWAY_DATA_DIR=str(tmp_path), GATEWAY_DATABASE="x")

    assert answer.returncode != 0
    assert "GATEWAY_DATABASE" in answer.stderr


def test_an_empty_variable_is_the_same_as_none(tmp_path) -> None:
    empty = dict.fromkeys(
        ("DATABASE_URL", "STORAGE_URL", "BROKER_URL", "GATEWAY_MAIL_URL", "GATEWAY_SURFACE"), ""
    )

    answer = manage("check", GATEWAY_DATA_DIR=str(tmp_path), **empty)

    assert answer.returncode == 0, answer.stderr


def test_an_address_with_a_password_may_come_from_a_file(tmp_path) -> None:
    (tmp_path / "url").write_text("postgresql://who:secret@db.example:5433/gate\n")
    program = "from django.conf import settings; print(settings.DATABASES['default']['HOST'])"

    answer = manage(
        "shell",
        "-c",
        program,
        GATEWAY_DATA_DIR=str(tmp_path / "data"),
        DATABASE_URL_FILE=str(tmp_path / "url"),
    )

    assert "db.example" in answer.stdout


def test_the_example_lists_every_variable_and_no_other() -> None:
    from gateway.settings.base import KNOWN_VARIABLES

    text = (ROOT / ".env.example").read_text()
    listed = set(re.findall(r"^([A-Z_]+)=", text, flags=re.MULTILINE))
    plain = {"DATABASE_URL", "BROKER_URL", "STORAGE_URL"}
    files = {"DATABASE_URL_FILE", "BROKER_URL_FILE"}

    assert listed == KNOWN_VARIABLES | plain | files


def test_every_variable_that_the_code_reads_is_known() -> None:
    from gateway.settings.base import KNOWN_VARIABLES

    rooms = ("gateway", "workflows", "redaction")
    sources = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    text = "\n".join(path.read_text() for path in sources)
    read = set(re.findall(r"[\"'](GATEWAY_[A-Z_]+)[\"']", text))

    assert read <= KNOWN_VARIABLES


@pytest.mark.sqlite
@pytest.mark.parametrize("pragma, value", [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)])
def test_sqlite_is_durable_and_keeps_references(tmp_path, pragma, value) -> None:
    program = (
        "from django.db import connection; options = connection.settings_dict['OPTIONS'];"
        f"print(connection.cursor().execute('PRAGMA {pragma}').fetchone()[0],"
        " options['transaction_mode'], options['timeout'])"
    )

    answer = manage("shell", "-c", program, GATEWAY_DATA_DIR=str(tmp_path))

    assert answer.stdout.split()[-3:] == [str(value), "IMMEDIATE", "20"]


def test_an_act_is_never_wrapped_into_the_request() -> None:
    assert settings.ATOMIC_REQUESTS is False
    assert settings.DATABASES["default"].get("ATOMIC_REQUESTS", False) is False


def test_routes_are_closed_by_default() -> None:
    api = settings.REST_FRAMEWORK
    assert api["DEFAULT_PERMISSION_CLASSES"] == ["rest_framework.permissions.IsAuthenticated"]
    assert all("Basic" not in name for name in api["DEFAULT_AUTHENTICATION_CLASSES"])
    assert api["DEFAULT_RENDERER_CLASSES"] == ["rest_framework.renderers.JSONRenderer"]
