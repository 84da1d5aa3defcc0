"""Words of a page are judged together first: no word's fault is missed by that, and none is made."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from redaction.verify.content import Word, cell_of, placed_words, word_faults

WIDTH, HEIGHT = 612.0, 792.0
STEPS = st.one_of(st.integers(-20, 20).map(lambda n: 6 * n), st.integers(-200, 200))
SIGNS = st.one_of(st.sampled_from(" ab\x07\u0085"), st.characters())
TEXTS = st.text(SIGNS, min_size=2, max_size=4) | st.text("abc", min_size=1, max_size=4).map(lambda t: t + " ")


def _codes(text: str) -> bytes:
    return text.encode("utf-16-be", errors="surrogatepass").hex().upper().encode()


def _one_by_one(shown: list[tuple[bytes, bytes, bytes]], band: int) -> tuple[list[Word], list[str]]:
    """Each word decoded, placed and judged for itself."""
    words, faults, x, y = list[Word](), list[str](), 0, -band
    for at, (across, up, codes) in enumerate(shown, 1):
        x, y = x + int(across), y + int(up)
        text = bytes.fromhex(codes.decode()).decode("utf-16-be", errors="surrogatepass")
        words.append(Word(text[:-1], x, y, cell_of(x, y, len(text) - 1, HEIGHT)))
        least = -band if at == len(shown) else 0
        faults += [f"word {at} {fault}" for fault in word_faults(text, x, y, WIDTH, HEIGHT, least)]
    return words, faults


@given(placed=st.lists(st.tuples(STEPS, STEPS, TEXTS), max_size=6), band=st.sampled_from([0, 24]))
@example(placed=[(6, 30, "a\ud83d"), (6, 0, "\ude00 ")], band=0)  # halves that would meet
@example(placed=[(6, 30, "a b "), (6, 0, "ab")], band=0)  # as many spaces as words
@example(placed=[(6, 36, "ab "), (6, -18, "n ")], band=24)  # the footer's word lies in the band
def test_words_judged_together_are_judged_as_one_by_one(
    placed: list[tuple[int, int, str]], band: int
) -> None:
    shown = [(b"%d" % across, b"%d" % up, _codes(text)) for across, up, text in placed]
    assert placed_words(shown, WIDTH, HEIGHT, band) == _one_by_one(shown, band)
