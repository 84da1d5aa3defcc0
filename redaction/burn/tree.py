"""The structure tree of tagged outputs: one document, its paragraphs in the order of the pages.

docs/output-profile.md, 9.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

HEADS = 3  # objects before the first paragraph: root, document, table of parents


def objects(first: int, pages: Sequence[tuple[int, Sequence[int]]]) -> Iterator[str]:
    """The dictionaries, numbered from `first`. `pages` has each page's object number and how many
    marks in its content belong to each paragraph."""
    root, document, parents = first, first + 1, first + 2
    starts = list(accumulate((len(paragraphs) for _, paragraphs in pages), initial=first + HEADS))
    yield (
        f"<< /Type /StructTreeRoot /K {document} 0 R /ParentTree {parents} 0 R "
        f"/ParentTreeNextKey {len(pages)} >>"
    )
    every = " ".join(f"{number} 0 R" for number in range(starts[0], starts[-1]))
    yield f"<< /Type /StructElem /S /Document /P {root} 0 R /K [{every}] >>"
    rows = (
        f"{n} [{' '.join(f'{start + at} 0 R' for at, marks in enumerate(paragraphs) for _ in range(marks))}]"
        for n, (start, (_, paragraphs)) in enumerate(zip(starts, pages, strict=False))
    )
    yield f"<< /Nums [{' '.join(rows)}] >>"
    for page, paragraphs in pages:
        mark = 0
        for marks in paragraphs:
            kids = " ".join(map(str, range(mark, mark + marks)))
            yield f"<< /S /P /P {document} 0 R /Pg {page} 0 R /K [{kids}] >>"
            mark += marks
