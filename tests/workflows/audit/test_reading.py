"""A body is read as quickly as its form allows, and never otherwise than the two judges read it."""

import hashlib
import string
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.audit.conftest import LogUnderTest
from workflows.audit import reading, schema
from workflows.audit.canonical import NotCanonical, canonical, parse
from workflows.audit.events import EVENTS
from workflows.audit.models import Entry

UUIDS = st.uuids().map(str)
DIGESTS = st.binary(max_size=4).map(lambda seed: hashlib.sha256(seed).hexdigest())
CODES = st.sampled_from(["a", "gate.closed", "out_of_scope", "v2", "instrument.in_force", "Not a code", ""])
NUMBERS = st.sampled_from([0, 1, 7, 10**14, 2**53 - 1, -1, True])
TIMES = st.sampled_from(
    [
        "2026-01-31T10:00:00.000000Z",
        "2026-02-30T10:00:00.000000Z",
        "2026-01-31T10:00:00Z",
        "0000-01-01T10:00:00.000000Z",
    ]
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "v": st.sampled_from([1, 2, 2, 3]), "id": UUIDS, "at": TIMES,
    "event": st.sampled_from([*sorted(EVENTS)[:5], "page.torn"]),
    "outcome": st.sampled_from([*sorted(schema.OUTCOMES), "maybe"]),
    "role": st.sampled_from([*sorted(schema.ROLES), "guest"]),
    "net": st.sampled_from(["192.0.2.0/24", "2001:db8::/48", "192.0.2.1", "١.0.2.0/24"]),
    "auth": st.sampled_from(["password+totp", "client", "a+" * 5]),
    "session": UUIDS.map(lambda one: UUID(one).hex),
    "seq": NUMBERS, "matter": UUIDS, "actor": UUIDS,
    "obj": st.fixed_dictionaries({"kind": st.sampled_from(["record", "boat"]), "sha256": DIGESTS}),
    "counts": st.dictionaries(st.sampled_from(["pages", "records", "wolves"]), NUMBERS),
    "refs": st.dictionaries(st.sampled_from(["record", "person", "wolf"]), UUIDS | NUMBERS),
    "guards": st.dictionaries(CODES, st.booleans() | st.just(1)),
    "failed": st.lists(CODES, max_size=3), "people": st.lists(DIGESTS, max_size=3).map(sorted),
    "check": st.sampled_from(["V01", "V1"]), "policy": st.sampled_from(["1", "3+2", "3 2"]),
    "detector": st.sampled_from(["0a1b", ""]),
}  # fmt: skip
for _key in schema.FIELDS:
    VALUES.setdefault(_key, CODES if schema.FIELDS[_key] is schema._code else DIGESTS)
BODIES = st.fixed_dictionaries(
    {key: VALUES[key] for key in sorted(schema.REQUIRED)},
    optional={key: one for key, one in VALUES.items() if key not in schema.REQUIRED},
)


def judged(body: bytes) -> dict[str, Any] | str:
    """What `parse` and `validate` say: the fields, or what is wrong."""
    try:
        fields = parse(body)
        schema.validate(fields)
    except (NotCanonical, schema.SchemaError) as error:
        return str(error)
    return fields


def read(body: bytes) -> dict[str, Any] | str:
    try:
        return reading.read(body)
    except (NotCanonical, schema.SchemaError) as error:
        return str(error)


def test_every_key_of_the_schema_has_its_form():
    assert reading._FORMS.keys() == schema.FIELDS.keys()


@given(BODIES)
def test_a_body_is_read_as_the_judges_read_it(fields: dict[str, Any]):
    body = canonical(fields)

    assert read(body) == judged(body)


@given(BODIES, st.data())
def test_a_body_with_a_sign_changed_is_read_as_the_judges_read_it(
    fields: dict[str, Any], data: st.DataObject
):
    body = bytearray(canonical(fields))
    at = data.draw(st.integers(0, len(body) - 1))
    sign = data.draw(st.sampled_from([*string.printable.encode(), 0, 0xC3]))
    body[at : at + data.draw(st.integers(0, 2))] = bytes([sign])

    assert read(bytes(body)) == judged(bytes(body))


GOOD = canonical(
    {
        "v": 2, "id": str(UUID(int=7)), "at": "2026-01-31T10:00:00.000000Z", "role": "officer",
        "event": "page.viewed", "outcome": "ok", "counts": {"page": 3, "pages": 4},
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"page":3,"pages":4', b'"page":3,"page":4'),
        (b'"page":3,"pages":4', b'"pages":4,"page":3'),
        (b'"page":3,"pages":4', b'"page":3,"wolves":4'),
        (b'"page":3', b'"page":03'),
        (b'"page":3', b'"page":3.0'),
        (b'"page":3', b'"page":9007199254740993'),
        (b'"v":2', b'"v":2,"v":2'),
        (b'{"at"', b'{ "at"'),
        (b"2026-01-31", b"2026-02-31"),
        (b"page.viewed", b"page.viewe\\u0064"),
        (b"page.viewed", b"page.torn"),
        (b'"v":2', b'"subject":"' + b"a" * 64 + b'","v":2'),
        (b"}", b"}\n"),
    ],
)  # fmt: skip
def test_what_is_nearly_a_body_is_refused_with_the_judges_words(old: bytes, new: bytes):
    body = GOOD[::-1].replace(old[::-1], new[::-1], 1)[::-1]
    assert body != GOOD and isinstance(judged(body), str)

    assert read(body) == judged(body)


@pytest.mark.django_db(transaction=True)
def test_the_form_of_what_the_log_writes_is_known(the_log: LogUnderTest):
    the_log.write(2)
    the_log.write(
        1,
        matter=UUID(int=7),
        obj=("record", "ab" * 32),
        facts={"counts": {"pages": 2}, "guards": {"a.b": True}},
    )

    for entry in Entry.objects.all():
        assert reading._of_known_form(bytes(entry.body)) == parse(bytes(entry.body))
