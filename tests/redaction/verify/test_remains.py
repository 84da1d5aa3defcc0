"""V6: which spellings count as the same value, and which do not."""

from __future__ import annotations

import base64
import hmac
import re
import unicodedata
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction.verify import windows
from redaction.verify.claims import Value
from redaction.verify.remains import (
    PIECE,
    folded,
    folded_latin_1,
    in_bytes,
    shortened,
    unexcused,
    without_blank_paper,
)
from redaction.verify.windows import KeyedHash, Search, TooMuch, letters_of, signs_of
from tests.redaction.verify.forge import KEY, hashed


def search_for(
    *values: str, keeps: tuple[str, ...] = (), clear: tuple[str, ...] = ()
) -> tuple[Search, frozenset[bytes], Counter[bytes]]:
    removed = [Value(**hashed(value)) for value in values]
    kept = [Value(**hashed(value)) for value in keeps]
    search = Search.build(KEY, [*removed, *kept], pages=1, clear=clear)
    return (
        search,
        frozenset(bytes.fromhex(one.hmac) for one in removed),
        Counter(bytes.fromhex(one.hmac) for one in kept),
    )


@pytest.mark.parametrize(
    "value, text, found",
    [
        ("A 087 654 321", "file A087-654-321 closed", True),
        ("A 087 654 321", "file a 0 8 7 6 5 4\n3 2 1 closed", True),
        ("A 087 654 321", "fileＡ０８７６５４３２１closed", True),
        ("A 087 654 321", "file A087-654-322 closed", False),
        ("12-345", "no. 9912345", True),  # five digits: anywhere, even inside a longer number
        ("12-34", "no. 991234", False),  # four: as a whole word only
        ("12-34", "no. 12 34", True),
        ("Oman", "a woman", False),
        ("Oman", "OMAN.", True),
        ("Oman", "from Ómán", False),  # other letters are another word
        ("hondureña", "HONDUREN\u0303A", True),
        ("Guatemala", "alametauG", True),
        ("no", "on and on", False),  # short values are not read backwards
        ("ﬁnland is", "Finland is", True),
    ],
)
@pytest.mark.parametrize("told", [False, True], ids=["by hash alone", "value told"])
def test_the_same_value_in_another_dress(value, text, found, told):
    search, removed, keeps = search_for(value, clear=(value,) if told else ())

    assert bool(unexcused(search, text, removed, keeps)) is found


@pytest.mark.parametrize(
    "text, allowed",
    [
        ("in New Mexico today", True),
        ("in new\nMexico today", True),
        ("in Mexico today", False),
        ("in New Mexico and in Mexico", False),
        ("in New Mexico and in New Mexico", False),  # the plan keeps it once
    ],
)
@pytest.mark.parametrize("clear", [(), ("Mexico",), ("New Mexico",), ("New Mexico", "Mexico")])
def test_a_kept_span_excuses_what_lies_inside_it_and_only_as_often_as_listed(text, allowed, clear):
    search, removed, keeps = search_for("Mexico", keeps=("New Mexico",), clear=clear)

    assert (unexcused(search, text, removed, keeps) == 0) is allowed


PLANTED = "A 087 654 321"


@pytest.mark.parametrize(
    "data",
    [
        PLANTED.encode(),
        PLANTED[::-1].encode(),
        PLANTED.encode("utf-16-le"),
        PLANTED.encode("utf-16-be"),
        PLANTED.encode("utf-16-be").hex().encode(),
        PLANTED.encode().hex().upper().encode(),
        b"f" + PLANTED.encode().hex().encode(),  # the digits begin at an odd place
        base64.b64encode(PLANTED.encode()),
        base64.urlsafe_b64encode(b"?" + PLANTED.encode()),
        base64.b64encode(b"??" + PLANTED.encode() + b"?"),
        base64.b64encode(PLANTED.encode("utf-16-le")),
        b"\n".join(base64.b64encode(PLANTED.encode())[at : at + 5] for at in range(0, 20, 5)),
    ],
)
@pytest.mark.parametrize("shift", [0, 1])
@pytest.mark.parametrize("clear", [(), (PLANTED,)], ids=["by hash alone", "value told"])
def test_a_number_is_found_in_bytes_under_every_encoding_named(data, shift, clear):
    search, removed, _ = search_for(PLANTED, clear=clear)

    assert in_bytes(search, b"\xff" * 200 + b"\x00" * shift + data + b"\xff\x00\x10", removed) > 0


@pytest.mark.parametrize("before", [PIECE - 200, PIECE - 15, PIECE - 1, PIECE + 5])
def test_a_value_is_found_wherever_a_long_file_is_cut(before):
    search, removed, _ = search_for(PLANTED, clear=(PLANTED,))
    for_all = (PLANTED.encode("utf-16-be").hex().encode(), b" " * 300 + PLANTED.encode())

    for data in for_all:
        assert in_bytes(search, b"\xff\x00" * (before // 2) + data + b"\xff\x00" * PIECE, removed) > 0


@pytest.mark.parametrize(
    "value, text",
    [("twelve12345", "twelve1234\u2075"), ("strassen", "stra\u00dfen"), ("ffffffff", "\ufb00" * 4)],
)
def test_letters_that_are_several_when_folded_are_counted_as_such(value, text):
    search, removed, _ = search_for(value, clear=(value,))

    assert in_bytes(search, b"\xff\xfe" + text.encode() + b"\xff", removed) > 0


@given(st.binary(max_size=3000))
@settings(max_examples=60, deadline=None)
def test_random_bytes_hold_no_value_and_break_nothing(data):
    search, removed, _ = search_for(PLANTED, "Guatemala City")

    assert in_bytes(search, data, removed) == 0


@given(
    value=st.text(st.characters(categories=["Lu", "Ll", "Nd"], max_codepoint=0x24F), min_size=8, max_size=30),
    before=st.text(max_size=20),
    after=st.text(max_size=20),
    told=st.sampled_from(["nothing", "the value", "another"]),
)
@settings(max_examples=300, deadline=None)
def test_a_long_value_is_found_wherever_it_stands(value, before, after, told):
    if len(letters_of(value).signs) < 8:
        return
    search, removed, keeps = search_for(
        value, clear={"nothing": (), "the value": (value,), "another": (value[1:], value + "x")}[told]
    )

    assert unexcused(search, f"{before} {value} {after}", removed, keeps) > 0


def test_a_search_over_its_budget_does_not_pass():
    search, removed, keeps = search_for(PLANTED)
    search.budget = 10

    with pytest.raises(TooMuch):
        unexcused(search, "words and words and words", removed, keeps)


@given(key=st.binary(max_size=200), values=st.lists(st.text(max_size=90), max_size=8))
@settings(max_examples=200, deadline=None)
def test_the_prepared_hash_is_the_keyed_hash_of_the_standard_library(key, values):
    digests = {value: hmac.digest(key, value.encode("utf-8", "surrogatepass"), "sha256") for value in values}

    assert KeyedHash(key).those_in(frozenset(digests.values()), values) == digests
    assert KeyedHash(key + b"1").those_in(frozenset(digests.values()), values) == {}


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_letters_and_edges_are_those_of_the_rule_read_sign_by_sign(text):
    folded = unicodedata.normalize("NFKC", text).casefold()
    read = letters_of(text)

    assert read.signs == signs_of(text) == "".join(sign for sign in folded if sign.isalnum())
    assert len(read.edges) == len(read.signs) + 1 and read.edges[0] and read.edges[-1]
    at = 0
    for sign in folded:
        if sign.isalnum():
            at += 1
        elif not unicodedata.category(sign).startswith("M"):
            assert read.edges[at]


@given(
    text=st.text(st.sampled_from("ab12 .-"), max_size=120),
    lengths=st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True),
    words=st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_every_window_of_a_wanted_length_is_looked_at(text, lengths, words):
    """Against the rule written as one condition an offset, with a search that wants everything."""
    letters = letters_of(text)
    wanted = {
        (at, at + n, letters.signs[at : at + n])
        for n in lengths
        for at in range(len(letters.signs) - n + 1)
        if n >= 8
        or (words and letters.edges[at] and letters.edges[at + n])
        or (n >= 5 and sum(sign.isdigit() for sign in letters.signs[at : at + n]) >= 5)
    }
    search = Search.build(KEY, [Value(**hashed(one)) for _, _, one in wanted], pages=1)
    again = letters.reversed().reversed()  # the second time nothing is hashed, and the same is found

    expected = {(at, end, bytes.fromhex(hashed(one)["hmac"])) for at, end, one in wanted}
    long = [one for at, end, one in wanted if end - at >= 8 or sum(map(str.isdigit, one)) >= 5]
    assert search.count_long([letters.signs], frozenset(end for _, _, end in expected)) >= len(long)
    assert expected <= set(search.spans(letters, words=words))
    assert set(search.spans(letters, words=words)) == set(search.spans(again, words=words))


@given(
    pieces=st.lists(st.tuples(st.sampled_from("ab7"), st.integers(1, 40)), max_size=6),
    longest=st.integers(1, 12),
)
@settings(max_examples=200, deadline=None)
def test_a_long_run_of_one_letter_is_cut_without_losing_a_window(pieces, longest):
    signs = "".join(sign * count for sign, count in pieces)
    cut = shortened(signs, longest)

    for n in range(1, longest + 1):
        assert {signs[at : at + n] for at in range(len(signs) - n + 1)} == {
            cut[at : at + n] for at in range(len(cut) - n + 1)
        }


@given(
    pieces=st.lists(st.tuples(st.sampled_from([b"\0", b"A", b"ab", b"AAAAAAA\0"]), st.integers(1, 90))),
    longest=st.integers(1, 70),
)
@settings(max_examples=300, deadline=None)
def test_blank_paper_is_cut_and_no_run_that_a_value_can_make(pieces, longest):
    data = b"".join(signs * count for signs, count in pieces)
    cut = without_blank_paper(data, longest)
    to_longest = re.compile(rb"(?s)(.)\1{%d,}" % longest)

    def shortened_runs(found):
        return to_longest.sub(lambda run: run.group(1) * longest, found)

    assert shortened_runs(cut) == shortened_runs(data)
    assert max((len(run.group()) for run in re.finditer(rb"(?s)(.)\1*", cut)), default=0) < longest + 24


@pytest.mark.parametrize("told", [False, True], ids=["by hash alone", "value told"])
@pytest.mark.parametrize("value", ["x" * 40, "7" * 23, "w" * 17 + "e"])
def test_a_value_of_one_letter_is_no_blank_paper(value, told):
    search, removed, _ = search_for(value, clear=(value,) if told else ())

    for written in (value.encode(), value.encode().hex().encode(), base64.b64encode(value.encode())):
        assert in_bytes(search, b"\0" * 99 + written + b"\xff" * 99, removed) > 0


def test_a_search_forgets_no_value_it_has_met_when_it_forgets_windows(monkeypatch):
    monkeypatch.setattr(windows, "MEMO_LIMIT", 10)
    monkeypatch.setattr(windows, "AT_ONCE", 7)
    search, removed, keeps = search_for(PLANTED)
    text = f"long before {PLANTED} and long after " * 3

    assert unexcused(search, text, removed, keeps) == 3
    assert unexcused(search, text, removed, keeps) == 3


@given(
    text=st.text(st.sampled_from("ab12 ."), max_size=60),
    values=st.lists(st.text(st.sampled_from("ab12 "), min_size=1, max_size=10), max_size=5),
    told=st.integers(0, 5),
    words=st.booleans(),
)
@settings(max_examples=500, deadline=None)
def test_a_value_that_is_told_is_found_where_its_hash_is(text, values, told, words):
    letters = letters_of(text)
    by_hash, removed, _ = search_for(*values)
    by_value, _, _ = search_for(*values, clear=tuple(values[:told]))

    assert sorted(by_value.spans(letters, words=words)) == sorted(by_hash.spans(letters, words=words))
    assert by_value.count_long([letters.signs], removed) == by_hash.count_long([letters.signs], removed)


@given(st.lists(st.text(st.characters(exclude_characters="\0")), max_size=5))
@settings(max_examples=300, deadline=None)
def test_texts_folded_together_have_the_letters_they_have_alone(texts):
    assert folded("\0".join(texts)).split("\0") == [signs_of(text) for text in texts or [""]]


@given(st.lists(st.binary().filter(lambda data: b"\0" not in data), max_size=5))
@settings(max_examples=300, deadline=None)
def test_bytes_of_latin_1_are_folded_like_its_letters(texts):
    told = [signs_of(text.decode("latin-1")) for text in texts or [b""]]

    assert folded_latin_1(b"\0".join(texts)).split("\0") == told
