"""The policy as it is in force: versions as rows, and the one function that the rest of the program asks.

    policy = in_force(now)
    policy.kind(paper.type).verdict

The table cannot be imported while Django still reads the list of rooms: it is loaded on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workflows.lawbook.reading import in_force, numbered, waits_for_approval

__all__ = ["in_force", "numbered", "waits_for_approval"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("workflows.lawbook.reading"), name)
    raise AttributeError(name)
