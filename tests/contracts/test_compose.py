"""The compose file says nothing that is not there: what schema checkers do not see."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = sorted(name for name, service in SERVICES.items() if "APP_IMAGE" in service["image"])
RUNNING = sorted(name for name, service in SERVICES.items() if "profiles" not in service)


def secret_names(service: dict[str, Any]) -> list[str]:
    return [one if isinstance(one, str) else one["source"] for one in service.get("secrets", [])]


def volume_names(service: dict[str, Any]) -> list[str]:
    return [one.split(":")[0] for one in service.get("volumes", []) if not one.startswith(".")]


@pytest.mark.parametrize("name", SERVICES)
def test_every_name_that_a_service_uses_is_defined(name) -> None:
    service = SERVICES[name]
    assert set(service.get("depends_on", {})) <= SERVICES.keys()
    assert set(secret_names(service)) <= COMPOSE["secrets"].keys()
    assert set(volume_names(service)) <= COMPOSE["volumes"].keys()
    assert set(service.get("networks", [])) <= COMPOSE["networks"].keys()


def test_nothing_is_defined_that_no_service_uses() -> None:
    assert {one for service in SERVICES.values() for one in secret_names(service)} == COMPOSE[
        "secrets"
    ].keys()
    assert {one for service in SERVICES.values() for one in volume_names(service)} == COMPOSE[
        "volumes"
    ].keys()
    assert {one for service in SERVICES.values() for one in service.get("networks", [])} == COMPOSE[
        "networks"
    ].keys()


@pytest.mark.parametrize("name", RUNNING)
def test_who_waits_for_a_healthy_service_waits_for_one_that_says_so(name) -> None:
    for other, how in SERVICES[name].get("depends_on", {}).items():
        if how["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other], other


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_known_to_the_settings(name) -> None:
    from gateway.settings.base import KNOWN_VARIABLES

    known = KNOWN_VARIABLES | {"DATABASE_URL_FILE", "BROKER_URL_FILE", "STORAGE_URL"}
    assert SERVICES[name]["environment"].keys() <= known


@pytest.mark.parametrize("name", RUNNING)
def test_every_container_is_confined(name) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["pids_limit"] and service["mem_limit"] and service["cpus"]
    assert "privileged" not in service
    if name != "proxy":
        assert not str(service["user"]).startswith(("0", "root"))


@pytest.mark.parametrize("name", sorted(set(RUNNING) - {"migrate"}))
def test_every_lasting_service_has_a_health_check(name) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if service.get("ports")] == ["proxy"]
    assert COMPOSE["networks"]["back"]["internal"] is True
    outside = [name for name in RUNNING if "front" in SERVICES[name]["networks"]]
    assert outside == ["proxy", "web"]


def test_no_secret_stands_in_the_file_or_in_a_variable() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|KEY|DATABASE_URL|BROKER_URL", name):
                assert name.endswith("_FILE"), name
                assert value == "" or str(value).startswith(("/run/secrets/", "/secrets/")), name
    assert not re.search(r"://[^\s@]+:(?!PASSWORD)[^\s@]+@", TEXT)


@pytest.mark.parametrize("name", [name for name in OURS if SERVICES[name]["command"][0] == "start"])
def test_each_process_gets_the_keys_that_are_its_own(name) -> None:
    from gateway import checks

    part = SERVICES[name]["command"][1]
    file_of = {
        "MASTER_KEYS_FILE": "master.json",
        "LOG_KEY_FILE": "log.key",
        "PACKAGE_KEY_FILE": "package.key",
    }
    given = set(secret_names(SERVICES[name]))
    assert "secret.key" in given
    assert {file_of[key] for key in checks.NEEDED[part]} <= given
    assert not {file_of[key] for key in checks.FOREIGN[part]} & given


def test_one_process_signs_packages_and_one_signs_the_log() -> None:
    holders = {
        key: [name for name in RUNNING if key in secret_names(SERVICES[name])]
        for key in ("package.key", "log.key")
    }
    assert holders == {"package.key": ["packer"], "log.key": ["sequencer"]}


def test_every_queue_is_served_once() -> None:
    from workflows.jobs.registry import Queue

    served: list[str] = []
    for service in SERVICES.values():
        command = service.get("command", [])
        if command[:2] == ["start", "worker"]:
            served += command[command.index("--queues") + 1].split(",")
    assert sorted(served) == sorted(queue.value for queue in Queue)


@pytest.mark.parametrize("part", ["beat", "sequencer"])
def test_there_is_one_of_what_must_be_one(part) -> None:
    holders = [service for service in SERVICES.values() if service.get("command", [])[:2] == ["start", part]]
    assert len(holders) == 1
    assert "deploy" not in holders[0]


@pytest.mark.parametrize("name", OURS)
def test_every_command_is_one_of_the_products(name) -> None:
    from django.core.management import get_commands, load_command_class

    command = SERVICES[name]["command"]
    app = get_commands()[command[0]]
    load_command_class(app, command[0]).create_parser("manage.py", command[0]).parse_args(command[1:])


@pytest.mark.parametrize("name", OURS)
def test_every_health_command_is_one_of_the_products(name) -> None:
    from django.core.management import load_command_class

    test = SERVICES[name].get("healthcheck", {}).get("test", [])
    if test[1:3] == ["python", "manage.py"]:
        load_command_class("gateway.process", test[3]).create_parser("manage.py", test[3]).parse_args(
            test[4:]
        )


def test_no_command_of_ours_loads_every_page_to_look_it_over_before_it_runs() -> None:
    """`start` and `up` run all checks once; in each health check and tool they would be half the time."""
    from django.core.management import get_commands, load_command_class

    ours = [(app, name) for name, app in get_commands().items() if app.startswith(("gateway.", "workflows."))]
    assert {name for _, name in ours} >= {"health", "sequencer", "start", "verify_audit"}
    checking = [name for app, name in ours if load_command_class(app, name).requires_system_checks]
    assert checking == []


def test_the_image_carries_what_the_commands_need() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert "USER 10001:10001" in dockerfile
    for room in ("gateway", "workflows", "redaction", "templates", "manage.py"):
        assert re.search(rf"^COPY {re.escape(room)} ", dockerfile, re.MULTILINE), room
        assert f"!{room}" in (ROOT / ".dockerignore").read_text().splitlines(), room
