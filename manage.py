#!/usr/bin/env python
"""Command line of the gateway. `--data DIR` before or after the command names the data folder."""

from __future__ import annotations

import os
import sys


def _take_data_folder(argv: list[str]) -> list[str]:
    """Return argv without `--data DIR`, after putting DIR into the environment."""
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        if word == "--data":
            os.environ["GATEWAY_DATA_DIR"] = os.path.abspath(next(words, ""))
        elif word.startswith("--data="):
            os.environ["GATEWAY_DATA_DIR"] = os.path.abspath(word.removeprefix("--data="))
        else:
            rest.append(word)
    return rest


def main() -> None:
    """Run one management command under the settings of the profile in the environment."""
    argv = _take_data_folder(sys.argv)
    profile = os.environ.get("GATEWAY_PROFILE", "demo")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"gateway.settings.{profile}")
    from django.core.management import execute_from_command_line

    execute_from_command_line(argv)


if __name__ == "__main__":
    main()
