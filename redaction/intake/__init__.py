"""From a received file to a normalised PDF.

`admit`, `prepare` and `flattened` run in the parent and parse nothing themselves; `look`, `flatten` and
`convert` are what the caged children do.
"""

from redaction.intake.admit import Source, admit
from redaction.intake.limits import Limits
from redaction.intake.prepare import Prepared, flattened, prepare

__all__ = ["Limits", "Prepared", "Source", "admit", "flattened", "normalise", "prepare"]


def normalise(data: bytes) -> bytes:
    """The PDF with form values and annotations drawn into its pages. Parses in this process:
    call it inside the cage, or on bytes of our own making. See `intake.flatten`."""
    from redaction.intake import flatten

    return flatten.normalise(data)
