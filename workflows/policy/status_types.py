"""The types of status data, with their names, from the detector's own table of the law."""

from __future__ import annotations

import functools


@functools.cache
def status_types() -> dict[str, str]:
    """Every type's id and its name, in the order of the table."""
    from redaction.detect import lexicon
    from redaction.detect.policy import read_law

    kinds, _ = read_law(lexicon.read_yaml(lexicon.FOLDER / "law.yaml"))
    return {name: kind.name[:1].upper() + kind.name[1:] for name, kind in kinds.items()}
