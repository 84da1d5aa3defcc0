"""Logs that hold ids and codes only (reliability.md R3).

Our own events are a name and small values. Records of other packages are reduced to their
template without its arguments, and an exception to its type and the lines it passed
through: its message may quote a record. Everything goes to standard error, one line each.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

# structlog's renderer for a terminal, used by nothing here, would load all of rich: a tenth of each start.
_LEFT_OUT = "rich" not in sys.modules
if _LEFT_OUT:
    sys.modules["rich"] = None  # type: ignore[assignment]
try:
    import structlog
finally:
    if _LEFT_OUT:
        del sys.modules["rich"]

SHORT = re.compile(r"[\w.:/@+ -]{0,120}\Z", re.ASCII)
# Servers that say where they listen and when they stop; their arguments are addresses and numbers.
PLAIN_SPOKEN = ("_granian", "granian")
FRAMES = 12
# These speak of settings and of code, before any record is read.
FOR_THE_OPERATOR = ("ImproperlyConfigured", "ImportError", "ModuleNotFoundError")

EventDict = MutableMapping[str, Any]


def dict_config(*, json_lines: bool, level: str = "INFO") -> dict[str, Any]:
    """Return the LOGGING setting; `json_lines` for machines, else one readable line each."""
    order = ["timestamp", "level", "logger", "event"]
    lines = structlog.processors.KeyValueRenderer(key_order=order, drop_missing=True)
    last = structlog.processors.JSONRenderer() if json_lines else lines
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "codes": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [_template_only, *_common()],
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
                "pass_foreign_args": True,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "codes"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Its lines carry the addresses that people typed; attempts are in its table.
            "axes": {"handlers": [], "level": "CRITICAL", "propagate": False},
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
            "celery": {"level": "WARNING"},
            "kombu": {"level": "ERROR"},
            "fontTools": {"level": "ERROR"},
            "pikepdf": {"level": "WARNING"},
            "pdfminer": {"level": "CRITICAL"},  # quotes the file it reads
            "presidio-analyzer": {"level": "ERROR"},
        },
    }


def configure() -> None:
    """Make `structlog.get_logger()` write through the standard library's handlers."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_common(),
            _short_values,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    if "celery" in sys.modules:  # we are a worker or its timer: Celery must not set up logging of its own
        from celery.signals import setup_logging

        setup_logging.connect(_leave_logging_alone)


def hide_messages_of_crashes() -> None:
    """From now on an uncaught exception prints its type and lines, never its message."""
    sys.excepthook = _print_crash
    threading.excepthook = lambda crash: _print_crash(
        crash.exc_type, crash.exc_value or crash.exc_type(), crash.exc_traceback
    )


def trail(error: BaseException | None) -> str:
    """Return `Type < file:line function < ...` for an exception: where, never what."""
    if error is None:
        return "unknown"
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    places = [
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in reversed(frames)
    ]
    return " < ".join([type(error).__qualname__, *places])


def _leave_logging_alone(**_: Any) -> None:
    """Nothing: that somebody listens is what keeps Celery from replacing our handlers."""


def _common() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _where_not_what,
    ]


def _template_only(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replace the formatted text of a foreign record by its template."""
    record: logging.LogRecord = event["_record"]
    if not record.name.startswith(PLAIN_SPOKEN):
        template = record.msg if isinstance(record.msg, str) else type(record.msg).__qualname__
        # A text without arguments may have been formatted before it came here.
        event["event"] = (
            template[:200] if event.get("positional_args") or SHORT.match(template) else "text withheld"
        )
        status = getattr(record, "status_code", None)
        if isinstance(status, int):
            event["status"] = status
    event.pop("positional_args", None)
    return event


def _where_not_what(_logger: Any, _method: str, event: EventDict) -> EventDict:
    record = event.get("_record")
    info = event.pop("exc_info", None) or (record.exc_info if record is not None else None)
    if isinstance(info, tuple):
        event["error"] = trail(info[1])
    elif info:
        event["error"] = trail(info if isinstance(info, BaseException) else sys.exc_info()[1])
    if record is not None:
        record.exc_info = record.exc_text = None
    event.pop("exception", None)
    event.pop("stack_info", None)
    return event


def _short_values(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Let numbers, ids and codes through; anything longer or stranger is named by its type only."""
    for key, value in event.items():
        if key in {"event", "error", "timestamp", "level", "logger", "_record", "_from_structlog"}:
            continue
        if value is None or isinstance(value, bool | int | float):
            continue
        text = str(value)
        event[key] = text if SHORT.match(text) else f"<{type(value).__name__}>"
    return event


def _print_crash(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.stderr.write("interrupted\n")
        return
    said = f"{error}\n" if kind.__qualname__ in FOR_THE_OPERATOR else ""
    sys.stderr.write(f"{said}stopped by an error: {trail(error)}\n")
