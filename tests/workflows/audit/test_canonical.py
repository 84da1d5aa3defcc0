"""One value, one byte string; nothing that two parsers could read in two ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.audit.canonical import LARGEST, NotCanonical, canonical, is_canonical, parse

KEYS = st.text(st.characters(codec="ascii"), max_size=8)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST, LARGEST)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_is_read_back_and_written_the_same(value: object) -> None:
    body = canonical(value)
    assert parse(body) == value
    assert canonical(parse(body)) == body


@pytest.mark.parametrize(
    "value", [1.0, float("nan"), 2**53, -(2**53), {1: "a"}, {"é": 1}, "\ud800", b"x", (1,), {"a": {"b": 0.5}}]
)
def test_a_value_outside_the_subset_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b'{"a": 1}', b'{"b":1,"a":2}', b'{"a":1,"a":1}', b"1.0", b"1e3", b"NaN",
        b"9007199254740992", b'{"a":[1,-9007199254740992]}', b"1" * 5000,
        b'{"a":9007199254740992}', b'"\\u00e9"', b'"\\u0041"', b"-0", b' {"a":1}', b'{"a":1}\n', b"\xff",
        '{"é":1}'.encode(), b"\xef\xbb\xbf1", b"[" * 100_000,
    ],
)  # fmt: skip
def test_bytes_that_another_program_could_write_otherwise_are_refused(body: bytes) -> None:
    assert not is_canonical(body)


def test_the_form_is_that_of_rfc_8785_on_this_subset() -> None:
    assert canonical({"b": ["€", "\x0f\n", '"\\', True, None], "a": 333333333}) == (
        '{"a":333333333,"b":["€","\\u000f\\n","\\"\\\\",true,null]}'.encode()
    )
