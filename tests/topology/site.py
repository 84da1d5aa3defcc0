"""Runs the services of docker-compose.yml as local processes, in their order, against real servers.

Proves commands, variables, keys, order and health checks. It does not prove image build,
networks or users: there is no container engine here.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")
STOP_S = 30


def free_port() -> int:
    """Return a port of the loopback address that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@dataclass
class Site:
    """One installation: a folder for its volumes and secrets, and the processes that run."""

    folder: Path
    servers: dict[str, str]  # secret file -> content: where the database and the broker are
    variables: dict[str, str]  # what the operator put into .env
    overrides: dict[str, str] = field(default_factory=dict)  # of the services' environment, for a demo
    port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def make_keys(self) -> None:
        """Run the service `keys`, then write what the operator writes by hand."""
        (self.folder / "secrets").mkdir(mode=0o700)
        self.run_once("keys")
        for name, content in self.servers.items():
            path = self.folder / "secrets" / name
            path.write_text(content + "\n")
            path.chmod(0o600)

    def collect_static_files(self) -> None:
        """Do what building the image does for the web service."""
        command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=self.environment("web"), check=True, timeout=180)

    def run_once(self, service: str) -> None:
        """Run a service that ends by itself; its failure is ours."""
        done = subprocess.run(
            self.command(service), cwd=ROOT, env=self.environment(service), capture_output=True, text=True,
            check=False, timeout=180,
        )  # fmt: skip
        assert done.returncode == 0, f"{service}: {done.stderr[-2000:]}"

    def start(self, service: str) -> None:
        """Start a lasting service; its output goes to a file of its name."""
        with (self.folder / f"{service}.log").open("ab") as log:
            self.running[service] = subprocess.Popen(
                self.command(service), cwd=ROOT, env=self.environment(service), stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def start_all(self) -> None:
        """Start every service of ours when those it waits for are there."""
        left = [
            name
            for name, service in COMPOSE["services"].items()
            if is_ours(service) and "profiles" not in service
        ]
        done: set[str] = {"postgres", "rabbitmq"}
        while left:
            ready = [name for name in left if set(COMPOSE["services"][name].get("depends_on", {})) <= done]
            assert ready, f"{left} wait for each other"
            for name in ready:
                if COMPOSE["services"][name]["restart"] == "no":
                    self.run_once(name)
                else:
                    self.start(name)
                done.add(name)
                left.remove(name)

    def wait_until_healthy(self, limit_s: float) -> None:
        """Ask every service's own health check, one after the other, until all have answered.

        Each question is a process of its own: asking all of them again and again would take the
        processors away from the services that are starting.
        """
        waiting = [name for name in self.running if "healthcheck" in COMPOSE["services"][name]]
        end = time.monotonic() + limit_s
        for name in waiting:
            while not self.healthy(name):
                for one, process in self.running.items():
                    assert process.poll() is None, f"{one} ended: {self.log(one)}"
                assert time.monotonic() < end, f"not healthy: {name}; {self.log(name)}"
                time.sleep(1)
        for one, process in self.running.items():
            assert process.poll() is None, f"{one} ended: {self.log(one)}"

    def healthy(self, service: str) -> bool:
        """Run the health check of a service once, as the engine would."""
        words = [self.local(word) for word in COMPOSE["services"][service]["healthcheck"]["test"][1:]]
        words[0] = sys.executable if words[0] == "python" else words[0]
        return not subprocess.run(
            words, cwd=ROOT, env=self.environment(service), capture_output=True, check=False, timeout=60
        ).returncode

    def stop(self) -> dict[str, int]:
        """Stop every service as the engine does, and return how each ended. None is left."""
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        codes = {}
        for name, process in self.running.items():
            try:
                codes[name] = process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                codes[name] = -9
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            process.wait()
        self.running.clear()
        return codes

    def command(self, service: str) -> list[str]:
        """Return the service's command as run here: other port, loopback only."""
        words = [self.substituted(word) for word in COMPOSE["services"][service]["command"]]
        words = [{"0.0.0.0": "127.0.0.1", "8000": str(self.port)}.get(word, word) for word in words]
        return [sys.executable, "manage.py", *words]

    def environment(self, service: str) -> dict[str, str]:
        """Return the service's environment, volumes and secrets in our folder, nothing else of ours."""
        clean = {
            k: v for k, v in os.environ.items() if not k.startswith(("GATEWAY_", "DATABASE_", "BROKER_"))
        }
        clean.pop("DJANGO_SETTINGS_MODULE", None)
        given = COMPOSE["services"][service]["environment"]
        own = {name: self.local(self.substituted(str(value)), service) for name, value in given.items()}
        changed = dict(self.overrides)
        if service == "keys":
            changed.pop("GATEWAY_PROFILE", None)  # keys are made under a profile of their own
        own |= changed
        self._hand_out_secrets(service)
        return {**clean, **own}

    def substituted(self, text: str) -> str:
        """Return the text with the operator's variables put in, as compose does."""

        def value(match: re.Match[str]) -> str:
            name, how, rest = match.groups()
            if self.variables.get(name):
                return self.variables[name]
            assert how == "-", f"{name} is required: {rest}"
            return rest

        return VARIABLE.sub(value, text)

    def local(self, text: str, service: str = "") -> str:
        """Return a path or address of a container as it is here."""
        text = text.replace("127.0.0.1:8000", f"127.0.0.1:{self.port}")
        for there in ("/data", "/export", "/memory", "/secrets"):
            if text == there or text.startswith(f"{there}/"):
                return str(self.folder) + text
        if text.startswith("/run/secrets/"):
            return str(self.folder / "given" / service / text.removeprefix("/run/secrets/"))
        if text.startswith("/tmp/"):
            return str(self.folder / "tmp" / text.removeprefix("/tmp/"))
        return text

    def log(self, service: str) -> str:
        """Return the end of a service's output."""
        path = self.folder / f"{service}.log"
        return path.read_text(errors="replace")[-2000:] if path.exists() else ""

    def _hand_out_secrets(self, service: str) -> None:
        """Give a service the secrets that the file lists for it, and no others."""
        target = self.folder / "given" / service
        if target.exists() or service == "keys":
            return
        target.mkdir(parents=True, mode=0o700)
        for name in COMPOSE["services"][service].get("secrets", []):
            source = Path(COMPOSE["secrets"][name]["file"])
            shutil.copy2(self.folder / "secrets" / source.name, target / name)


def is_ours(service: dict[str, Any]) -> bool:
    """True for services that run this product's image."""
    return "APP_IMAGE" in service["image"]
