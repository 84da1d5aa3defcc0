"""From a received file to a normalised PDF.

`admit`, `prepare`, `flattened` and `children` run in the parent and parse nothing themselves; `look`,
`flatten`, `convert`, `family.members` and `office.convert_here` are what the caged children do.
"""

from redaction.intake.admit import Source, admit, admit_bytes
from redaction.intake.family import Child, children, is_folder_only
from redaction.intake.limits import Limits
from redaction.intake.prepare import ChildFacts, Part, Prepared, flattened, prepare

__all__ = [
    "Child",
    "ChildFacts",
    "Limits",
    "Part",
    "Prepared",
    "Source",
    "admit",
    "admit_bytes",
    "children",
    "flattened",
    "is_folder_only",
    "normalise",
    "prepare",
]


def normalise(data: bytes) -> bytes:
    """The PDF with form values and annotations drawn into its pages. Parses in this process:
    call it inside the cage, or on bytes of our own making. See `intake.flatten`."""
    from redaction.intake import flatten

    return flatten.normalise(data)
