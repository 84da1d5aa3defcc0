"""Logs hold ids and codes only, whoever writes them."""

from __future__ import annotations

import io
import json
import logging
import logging.config
import subprocess
import sys

import pytest
import structlog

from gateway.process import logs

SECRET = "Maria Lopez, A 123 456 789"


@pytest.fixture
def lines():
    """Run a function under the product's logging and return what reached standard error, as dicts."""
    stream = io.StringIO()
    before = logging.root.handlers[:], logging.root.level
    logging.config.dictConfig(logs.dict_config(json_lines=True))
    for handler in logging.root.handlers:
        handler.stream = stream
    logs.configure()

    def read() -> list[dict[str, object]]:
        assert SECRET not in stream.getvalue()
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    yield read
    logging.root.handlers[:], logging.root.level = before


def test_an_own_event_keeps_its_ids_and_codes(lines) -> None:
    structlog.get_logger("workflows.jobs").info("job.done", job=17, kind="record.scan", matter="0b0e-7f")

    (line,) = lines()
    assert line["event"] == "job.done"
    assert (line["job"], line["kind"], line["matter"]) == (17, "record.scan", "0b0e-7f")


def test_a_long_or_strange_value_is_named_by_its_type(lines) -> None:
    structlog.get_logger("x").warning("odd", name=SECRET + "!", words={"a": SECRET})

    (line,) = lines()
    assert (line["name"], line["words"]) == ("<str>", "<dict>")


def test_a_foreign_record_keeps_its_template_only(lines) -> None:
    logging.getLogger("celery.app.trace").error("Task %s raised: %r", "wake", SECRET)

    (line,) = lines()
    assert line["event"] == "Task %s raised: %r"


def test_a_foreign_text_that_was_formatted_before_is_withheld(lines) -> None:
    text = f"cannot parse <{SECRET}>"
    logging.getLogger("some.package").warning(text)

    (line,) = lines()
    assert line["event"] == "text withheld"


def test_an_exception_says_where_and_not_what(lines) -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error: %s", "/x")
        structlog.get_logger("y").exception("burn.failed")

    foreign, own = lines()
    for line in (foreign, own):
        assert str(line["error"]).startswith("ValueError < test_logs.py:")


def test_the_lock_out_package_says_nothing(lines) -> None:
    logging.getLogger("axes.attempts").critical("AXES: login failure by %s", SECRET)

    assert lines() == []


def test_a_crash_prints_no_message() -> None:
    program = (
        f"from gateway.process import logs; logs.hide_messages_of_crashes(); raise ValueError({SECRET!r})"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "ValueError" in done.stderr
    assert SECRET not in done.stderr
