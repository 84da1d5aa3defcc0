"""The Celery application: how messages travel. What work there is, the database knows.

    celery -A gateway.celery worker -Q read,ocr,burn,verify,pack,mail
    celery -A gateway.celery beat

None of these settings is what keeps work from being lost or done twice: the job rows and
the sweep are (workflows/jobs). They only make the usual case quick and the rest harmless.
"""

from __future__ import annotations

import fcntl
import importlib
import os
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlsplit

from celery import Celery
from celery.signals import worker_init
from kombu.entity import Queue as BrokerQueue
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault(
    "DJANGO_SETTINGS_MODULE", f"gateway.settings.{os.environ.get('GATEWAY_PROFILE', 'demo')}"
)

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from gateway.broker import EXCHANGE, QUEUES, clear_leftovers

BROKER_FOLDER = Path(settings.DATA_DIR) / "broker"
MESSAGES, CONTROL = BROKER_FOLDER / "messages", BROKER_FOLDER / "control"
POLL_S = 0.1
REGISTER_S = 6 * 3600.0  # a quarter that is over is published within hours of its first checkpoint
CLOCK_SWEEP_S = 60.0  # clocks end at full minutes and seconds of a day; an hour is their finest grain
CLEAR_S = 3600.0  # sessions and tokens that ran out
ANSWER_S = 4.0  # an act must not wait longer for a broker that does not answer
AT_ONCE = {"max_retries": 0, "interval_start": 0}  # for senders; workers and beat reconnect for ever


def _transport(scheme: str) -> dict[str, Any]:
    """Return the transport's options. Raises ImproperlyConfigured for a broker that was never tried."""
    if scheme == "filesystem":
        for folder in (MESSAGES, CONTROL):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return {
            "data_folder_in": str(MESSAGES),
            "data_folder_out": str(MESSAGES),
            "control_folder": str(CONTROL),
            "polling_interval": POLL_S,
        }
    if scheme in ("amqp", "amqps"):
        return {"confirm_publish": True, **AT_ONCE}
    if scheme in ("redis", "rediss"):
        return {"socket_connect_timeout": ANSWER_S, "socket_timeout": 30.0, **AT_ONCE}
    if scheme == "memory" and settings.PROFILE == "test":
        return {"polling_interval": POLL_S}
    raise ImproperlyConfigured(
        "BROKER_URL must begin with filesystem://, amqp://, amqps://, redis:// or rediss://"
    )


def _configuration() -> dict[str, Any]:
    scheme = urlsplit(settings.BROKER_URL).scheme
    durable = {"x-queue-type": "quorum"} if scheme.startswith("amqp") else None
    return {
        "broker_url": settings.BROKER_URL,
        "broker_transport_options": _transport(scheme),
        "broker_connection_timeout": ANSWER_S,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "task_queues": [BrokerQueue(name, routing_key=name, queue_arguments=durable) for name in QUEUES],
        "task_default_exchange": EXCHANGE,
        "task_default_queue": "mail",
        "task_create_missing_queues": False,
        "include": [
            "workflows.jobs.tasks",
            "workflows.flow.tasks",
            "workflows.transparency.tasks",
            "workflows.exports.tasks",
            "gateway.accounts.tasks",
        ],
        # Messages are JSON with an id; nothing else is read, nothing is kept.
        "accept_content": ["json"],
        "task_serializer": "json",
        "result_serializer": "json",
        "event_serializer": "json",
        "result_backend": None,
        "task_ignore_result": True,
        "worker_send_task_events": False,
        # One at a time, in a process of its own (PDFium is not thread-safe), acknowledged when it is over.
        "worker_pool": "prefork",
        "worker_prefetch_multiplier": 1,
        "worker_max_tasks_per_child": 200,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_soft_time_limit": settings.JOB_SOFT_LIMIT_S,
        "task_time_limit": settings.JOB_HARD_LIMIT_S,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        "enable_utc": True,
        "timezone": "UTC",
        "beat_schedule_filename": str(Path(settings.DATA_DIR) / "beat-schedule"),
        "beat_max_loop_interval": settings.JOB_SWEEP_S,
        "beat_schedule": {
            # `mail` holds short jobs only, so that a sweep never stands behind an hour of OCR.
            "sweep": {
                "task": "jobs.sweep",
                "schedule": settings.JOB_SWEEP_S,
                "options": {"queue": "mail", "expires": 2 * settings.JOB_SWEEP_S},
            },
            "clocks": {
                "task": "clocks.sweep",
                "schedule": CLOCK_SWEEP_S,
                "options": {"queue": "mail", "expires": CLOCK_SWEEP_S},
            },
            "register": {
                "task": "register.publish",
                "schedule": REGISTER_S,
                "options": {"queue": "mail", "expires": REGISTER_S},
            },
            "reports": {
                "task": "reports.make",
                "schedule": REGISTER_S,
                "options": {"queue": "mail", "expires": REGISTER_S},
            },
            "clear": {
                "task": "accounts.clear",
                "schedule": CLEAR_S,
                "options": {"queue": "mail", "expires": CLEAR_S},
            },
        },
    }


TRANSPORT_ALIASES["filesystem"] = "gateway.broker:Transport"
app = Celery("gateway")
app.conf.update(_configuration())

_node_lock: TextIO | None = None


@worker_init.connect
def refuse_second_node(**_: Any) -> None:
    """Stop a second worker node on the filesystem transport, which knows no second reader (stack.md K7).

    The lock belongs to the worker's main process and dies with it, however it dies.
    """
    global _node_lock
    if urlsplit(settings.BROKER_URL).scheme != "filesystem":
        return
    lock = (BROKER_FOLDER / "node.lock").open("w")
    try:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise SystemExit("A worker already serves this data folder. A second one needs amqp:// or redis://.")
    _node_lock = lock
    clear_leftovers(MESSAGES, CONTROL)


@worker_init.connect
def load_what_reads_papers(**_: Any) -> None:
    """Before the worker divides, so that its processes share what takes half a second to load."""
    importlib.import_module("workflows.instruments.reading")
