"""Every place in the product that writes an entry uses names that the log knows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from workflows.audit import schema
from workflows.audit.events import EVENTS

ROOT = Path(__file__).resolve().parents[3]


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of `log.record` and `log.record_refusal` with its place."""
    for room in ("workflows", "gateway"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr in ("record", "record_refusal")
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id == "log"
                ):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def literals(node: ast.expr | None) -> Iterator[tuple[str, ast.expr]]:
    """Yield the literal keys of a dict display with their values."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant):
                yield str(key.value), value


def test_events_facts_and_objects_at_every_call_are_known() -> None:
    unknown, seen = [], 0
    for place, call in calls():
        seen += 1
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        if call.args and isinstance(call.args[0], ast.Constant) and call.args[0].value not in EVENTS:
            unknown.append(f"{place} event {call.args[0].value}")
        for key, value in literals(given.get("facts")):
            if key not in schema.FACTS:
                unknown.append(f"{place} fact {key}")
            if key in ("counts", "refs"):
                known = schema.COUNTS if key == "counts" else schema.REFS
                unknown += [f"{place} {key} {inner}" for inner, _ in literals(value) if inner not in known]
        obj = given.get("obj")
        kind = obj.elts[0] if isinstance(obj, ast.Tuple) else None
        if isinstance(kind, ast.Constant) and kind.value not in schema.OBJECT_KINDS:
            unknown.append(f"{place} object {kind.value}")
    assert unknown == []
    assert seen > 10
