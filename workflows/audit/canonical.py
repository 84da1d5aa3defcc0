"""Bytes of a body: JSON with sorted keys, no spaces, UTF-8, and nothing that JSON leaves open.

Strings, integers below 2^53 in size, booleans, null, lists and objects with ASCII keys; no floats.
On this subset the standard library gives the bytes of RFC 8785. Verification hashes the stored
bytes and then asks `is_canonical`; it never hashes what it has serialised again (rule E1).
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

LARGEST = 2**53 - 1


class NotCanonical(ValueError):
    """The value or the bytes lie outside the subset."""


def canonical(value: Any) -> bytes:
    """Return the one byte string of `value`. Raises NotCanonical outside the subset."""
    _check(value)
    return _dump(value)


def parse(body: bytes) -> Any:
    """Return the value of canonical bytes. Raises NotCanonical when `canonical` would not give them back."""
    try:
        value = _DECODER.decode(body.decode())
    except (ValueError, RecursionError) as error:
        raise NotCanonical("the body is not JSON of the closed subset") from error
    if not body.isascii():  # else no key is foreign; numbers were judged as they were read
        _check(value)
    if _dump(value) != body:
        raise NotCanonical("the body is not in canonical form")
    return value


def is_canonical(body: bytes) -> bool:
    """Say whether `canonical(parse(body)) == body`."""
    try:
        parse(body)
    except NotCanonical:
        return False
    return True


def _refuse(literal: str) -> NoReturn:
    raise NotCanonical(f"a number like {literal[:20]} has no place in a body")


def _integer(literal: str) -> int:
    number = int(literal)
    if not -LARGEST <= number <= LARGEST:
        raise NotCanonical("an integer is too large")
    return number


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_refuse, parse_constant=_refuse)
_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False
)  # a circle does not come from bytes, and `_check` goes through whatever else is written


def _dump(value: Any) -> bytes:
    try:
        return _ENCODER.encode(value).encode()
    except (UnicodeEncodeError, RecursionError) as error:  # a lone surrogate, or nesting without end
        raise NotCanonical("the value is not valid text") from error


def _check(value: Any) -> None:
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return
    if kind is int:
        if not -LARGEST <= value <= LARGEST:
            raise NotCanonical("an integer is too large")
    elif kind is dict:
        for key, inner in value.items():
            if type(key) is not str or not key.isascii():
                raise NotCanonical("a key is not an ASCII string")
            _check(inner)
    elif kind is list:
        for inner in value:
            _check(inner)
    else:
        raise NotCanonical(f"a {kind.__name__} has no place in a body")
