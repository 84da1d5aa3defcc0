"""`manage.py up`: prepare, start web, worker, beat and sequencer, and stay until told to stop."""

from __future__ import annotations

import os
import socket
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from gateway import checks
from gateway.process import launch, prepare
from gateway.process.environment import NotReady
from gateway.process.programs import programs
from gateway.process.supervisor import Died, Late, Stopped, Supervisor, stop_on_signal

READY_LIMIT_S = 90.0


class Command(BaseCommand):
    """Exit 0 after Ctrl-C or TERM, 1 when a program ended by itself, 2 when the machine does not allow it."""

    help = "Start the gateway on this machine: web, worker, beat and sequencer under one supervisor."
    requires_system_checks = ()  # a demo's first start makes what the checks look for

    def add_arguments(self, parser: CommandParser) -> None:
        launch.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        once = options["setup_only"] or options["seed_only"]
        self.began = time.monotonic()
        try:
            with stop_on_signal():
                code = self.run(options)
        except Stopped:
            self.say("stopped")
            code = 130 if once else 0
        except NotReady as reason:
            self.stderr.write(str(reason))
            code = 2
        except (prepare.NotPossible, CommandError) as reason:
            self.stderr.write(str(reason))
            code = 1
        raise SystemExit(code)

    def say(self, sentence: str) -> None:
        """Show progress on standard error; standard output is for the ready line alone."""
        print(f"[{time.monotonic() - self.began:5.1f} s] {sentence}", file=sys.stderr, flush=True)

    def run(self, options: dict[str, Any]) -> int:
        """Prepare, then run until stopped; return the exit code."""
        launch.take_folder(Path(settings.DATA_DIR))
        port = options["port"] or _free_port()
        if not launch.port_is_free(port):
            raise NotReady(f"Port {port} is taken; choose another with --port, or --port 0 for a free one.")
        url = f"http://127.0.0.1:{port}/"
        environment = {
            **os.environ,
            "GATEWAY_DATA_DIR": str(settings.DATA_DIR),
            "GATEWAY_PUBLIC_URL": url,
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": str(settings.BASE_DIR),
        }
        self.prepare(options, environment)
        if options["setup_only"] or options["seed_only"]:
            return 0
        return self.serve(port, url, environment)

    def prepare(self, options: dict[str, Any], environment: dict[str, str]) -> None:
        """Make everything that the programs need."""
        with_demo = not options["no_demo"] and not options["setup_only"]
        if options["reset_demo"] or (with_demo and prepare.half_built()):
            self.say("throwing the demonstration city away")
            prepare.reset_demo()
        self.say("keys")
        prepare.make_keys()
        self.say("tables and triggers")
        prepare.make_database()
        prepare.make_static_files()
        call_command("check", stdout=self.stderr, **checks.at_start())
        if with_demo:
            prepare.seed_demo(environment, self.say)
        connections.close_all()

    def serve(self, port: int, url: str, environment: dict[str, str]) -> int:
        """Run the four programs until they are stopped or one of them ends."""
        supervisor = Supervisor(Path(settings.DATA_DIR) / "logs", environment)
        wanted = programs(port)
        try:
            supervisor.start(wanted)
            supervisor.wait_until_all_answer(wanted, READY_LIMIT_S, self.say)
            connections.close_all()
            print(ready_line(url), flush=True)
            return supervisor.watch()
        except (Died, Late) as end:
            self.stderr.write(f"{end}; its log is in {supervisor.log_folder}. Everything is being stopped.")
            return 1
        finally:
            self.say("stopping")
            supervisor.stop()


def ready_line(url: str) -> str:
    """Return the one line that says that all is ready, with the demo sign-ins if there are any."""
    found = prepare.sign_ins(url)
    if found is None:
        return f"READY {url}"
    people = " ".join(person["email"] for person in found["people"])
    passwords = {person["password"] for person in found["people"]}
    password = passwords.pop() if len(passwords) == 1 else "in-file"
    path = prepare.sign_ins_file()
    if path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return f"READY {url} {people} password={password} file={path}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
