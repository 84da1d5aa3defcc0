"""Names of people as printed: where they stand beside titles and marks, and when two are one person."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable

from workflows.instruments.cues import signer_titles
from workflows.instruments.reader.mending import DATA

_PARTICLES = {
    "de",
    "la",
    "del",
    "los",
    "las",
    "van",
    "von",
    "der",
    "y",
    "da",
    "dos",
    "di",
    "el",
    "al",
    "bin",
    "st",
    "le",
    "du",
    "ap",
    "ibn",
}
_HONORIFIC = re.compile(
    r"^(?:(?:the\s+)?hon(?:orable|\.)?|judge|justice|chief judge|mr\.?|mrs\.?|ms\.?|dr\.?|jueza?|lic\.?"
    r"|licda\.?|honorable|h\.(?=\s+(?:juez|magistrad))|magistrate judge|sgt\.?|det\.?|agent|special agent"
    r"|officer|ausa|s/a|sa)\s+",
    re.IGNORECASE,
)
_WORD = r"[A-ZÀ-Þ0-9][\w’'`.\-|!]*"
_NAME = re.compile(
    rf"{_WORD}(?:[ \t]+(?:{_WORD}|(?:de|la|del|los|las|van|von|der|y|da|dos|di|el|al|bin|le|du)(?=\s)))*"
)
_NAME_CLOSE = re.compile(_NAME.pattern.replace(r"[ \t]+", "[ ]{1,2}"))  # not over a gap between columns


@functools.cache
def no_names() -> frozenset[str]:
    """Words that stand where names stand and are none: titles, places, months, words of forms."""
    return frozenset((DATA / "no_names.txt").read_text(encoding="utf-8").split())


INITIALS = re.compile(r"(?:[A-ZÀ-Þ]\.\s?){1,3}[A-ZÀ-Þ]\.?")
_SUFFIX = re.compile(r",?\s+(?:jr|sr|ii|iii|iv|esq|ph\.?d)\.?$", re.IGNORECASE)
_DIGITS = str.maketrans({"0": "o", "1": "l", "5": "s", "|": "l", "!": "l"})


def plain(word: str) -> str:
    """A word without accents, marks and case, look-alike figures as letters."""
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(c for c in decomposed if c.isalnum()).lower().translate(_DIGITS)


def tidy(name: str) -> str | None:
    """A printed name in one line: honorifics and marks off, capitals as in a name; None when it is none."""
    name = re.sub(r"^\s*\(?[0-9]{1,2}[.)]\s+", "", name)  # the number of the field on a form
    name = re.sub(r"[_*\[\]()<>:;\"“”]+", " ", name)
    name = " ".join(name.replace("\f", " ").split()).strip(" ,-/’'")
    name = name if re.search(r"(?i)\b(?:jr|sr)\.$", name) else name.strip(" .")
    name = re.sub(r"^(?:/?s/|by|por|fdo\.?|name|nombre|signed)\s*:?\s+", "", name, flags=re.IGNORECASE)
    while (shorter := _HONORIFIC.sub("", name)) != name:
        name = shorter
    name = name.split(",")[0].strip() if not _SUFFIX.search(name) else name
    words = name.split()
    while len(words) > 2 and words[-1].lower() in _PARTICLES and words[-1].islower():
        words.pop()  # "Rosa Lind el", before the day
    if not 1 < len(words) <= 6 and not (len(words) == 1 and "." in name and len(name) > 4):
        return None
    if len(words) > 1 and all(len(plain(w)) < 2 for w in words):
        return None
    if any(plain(w) in no_names() for w in words if plain(w) not in _PARTICLES):
        return None
    if any(
        sum(c.isdigit() for c in w) > max(1, len(w) // 3) or not any(c.isalpha() for c in w) for w in words
    ):
        return None
    return " ".join(_cased(w) for w in words)


def _cased(word: str) -> str:
    """A word of a name: misread figures as letters, capitals lowered after the first letter."""
    if any(c.isdigit() or c in "|!" for c in word):
        upper = sum(c.isupper() for c in word) > sum(c.islower() for c in word)
        signs = {"0": "O" if upper else "o", "1": "I" if upper else "l", "5": "S" if upper else "s"}
        signs |= {"|": "I" if upper else "l", "!": "l"}
        if word[0] in "86" and word[1:2].islower():
            word = {"8": "B", "6": "G"}[word[0]] + word[1:]
        fixed = "".join(signs.get(c, c) for c in word)
        fixed = "O" + fixed[1:] if word[0] == "0" else fixed
        word = fixed
    word = re.sub(r"(?<=[A-ZÀ-Þ])l(?=[A-ZÀ-Þ]{2})|(?<=[A-ZÀ-Þ]{2})l(?=[A-ZÀ-Þ]|$)", "I", word)
    # Pairs that no name has: strokes that recognition took apart.
    for pair, letter in (
        ("(?<=[bcdfgkptvwzlr])rn", "m"),
        ("rn(?=m)|rn(?=rn)|(?<=m)rn", "m"),
        ("(?<!M)cl(?=[bcdfghjkmnpqrstvwxz]|$)", "d"),
        ("vv", "w"),
    ):
        word = re.sub(pair, letter, word)
    if not re.match(r"Ma?c", word):  # a capital within a word: "EIeanor", "DaIe"
        word = re.sub(r"(?<=[A-Za-zÀ-ÿ])I(?=[a-zà-ÿ])", "l", word)
    if re.fullmatch(r"l[bcdfghjkmnpqrstvwxz][a-zà-ÿ]+", word):
        word = "I" + word[1:]  # "lnes": no name begins with such a pair
    letters = [c for c in word if c.isalpha()]
    if len(letters) > 1 and word.isupper() and "." not in word[:-1]:
        if word.lower() in _PARTICLES:
            return word.lower()
        if word in ("II", "III", "IV"):
            return word
        word = re.sub(r"[^\W\d_]+", lambda m: m.group().capitalize(), word)
        word = re.sub(r"\b(Mc|O['’])([a-z])", lambda m: m.group(1) + m.group(2).upper(), word)
    return word


# "DOE, Jane M.", "Doe, Jane (ICE)": the surname first, as files and mail programs print it.
_FAMILY = (
    r"(?:[A-ZÀ-Þ][A-ZÀ-Þ'’-]+(?: [A-ZÀ-Þ][A-ZÀ-Þ'’-]+)?"
    r"|(?<!\S)[A-ZÀ-Þ][a-zà-ÿ'’-]+(?=, [A-ZÀ-Þ][\w. ]+ ?\())"
)
_TURNED = re.compile(
    rf"(?<![\w,.-])(?<!\w )(?P<family>{_FAMILY}), "
    r"(?P<given>[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ](?:[a-zà-ÿ'’]+|\.|(?=\W|$)))?)"
    r"(?=\s*(?:$|[(|,;\n]| {2,}|\t| on \d| [-–] ))"
)


def turned(printed: str) -> str:
    """The text with names that stand surname first put the other way round: "DOE, Jane" as "Jane DOE"."""

    def turn(match: re.Match[str]) -> str:
        words = f"{match['given']} {match['family']}".split()
        shorts = {w.strip(".").lower() for w in match["given"].split()}
        if any(plain(w) in no_names() or is_title(w) for w in words) or shorts & _behind_names():
            return match.group()
        return f"{match['given'].rstrip('.') if len(words) == 2 else match['given']} {match['family']}"

    return _TURNED.sub(turn, printed)


@functools.cache
def _behind_names() -> frozenset[str]:
    """What stands behind a name and a comma and is no given name: ranks, degrees, states."""
    return frozenset((DATA / "behind_names.txt").read_text(encoding="utf-8").split())


@functools.cache
def _title_words() -> frozenset[str]:
    return frozenset(word for words, *_ in _titles() for word in words.split())


def _titles() -> Iterable[tuple[str, str, str]]:
    return (row for rows in signer_titles().values() for row in rows)


def is_title(word: str) -> bool:
    """The word stands in a title of signers.yaml."""
    return plain(word) in _title_words()


# A date beside a name, and the number of who bears it: "(ID 1000234417)".
_FIGURES = re.compile(
    r"(?<![0-9])[0-9]{1,4}([/.-])[0-9]{1,2}\1[0-9]{2,4}(?![0-9])"
    r"|\((?:(?i:id|badge|bar|employee|emp|star|unit)\b|#)[^()\n]{0,24}\)"
)


def names_on_line(printed: str) -> list[str]:
    """Names on one printed line, columns apart."""
    found = []
    printed = turned(_FIGURES.sub("   ", printed))
    for cell in re.split(r"\s{3,}|\t|[|)]\s|,\s(?!(?:jr|sr|ii|iii|iv)\b)", printed, flags=re.IGNORECASE):
        for match in _NAME.finditer(cell):
            suffix = re.match(r",? (?:jr|sr|ii|iii|iv)\b\.?", cell[match.end() :], re.IGNORECASE)
            name = tidy(match.group() + (suffix.group() if suffix else ""))
            if name and len(name.split()) >= 2:
                found.append(name)
    return found


def name_before(printed: str) -> str | None:
    """The name that ends a run of printed characters ("..., Rosa M. Lind," before a title)."""
    printed = _FIGURES.sub(" ", printed)
    cell = turned(re.split(r"\s{3,}|\t", printed.rstrip(" ,-–—:\t"))[-1])
    matches = list(_NAME.finditer(cell))
    if not matches:
        return None
    words = matches[-1].group().split()
    # Where columns were run together, the words of the column before are no part of the name.
    last = max((n for n, word in enumerate(words) if plain(word) in no_names()), default=-1)
    return tidy(" ".join(words[last + 1 :])) or tidy(matches[-1].group())


_SLIPS = (
    (re.compile(r"(?<=[A-ZÀ-Þ])l(?=[A-ZÀ-Þ])|\bl(?=[A-ZÀ-Þ]{2})|(?<=[A-ZÀ-Þ]{2})l\b"), "I"),
    (re.compile(r"\b0(?=[A-Za-zà-ÿ]{2})|(?<=[A-Z])0(?=[A-Z])"), "O"),
    (re.compile(r"(?<=[a-zà-ÿ])1(?=[a-zà-ÿ]|\b)"), "l"),
    (re.compile(r"\bl(?=[nmst][a-z]*\b)"), "I"),
)


def readable(source: str) -> str:
    """The text with look-alike signs inside words taken back to letters, every character in its place."""
    for pattern, letter in _SLIPS:
        source = pattern.sub(letter, source)
    return source.replace("narne ", "name  ") if "narne " in source else source


def same_person(one: str, other: str) -> bool:
    """True when the last words agree or one is the other with initials: marks and prints of one signer."""
    a, b = _strokes(one), _strokes(other)
    if not a or not b:
        return False
    for short, whole in ((one, b), (other, a)):
        if INITIALS.fullmatch(short.strip()):  # "R. L." beside "Rosa Lind"
            return [word[0] for word in whole] == [plain(c) for c in short if c.isalpha()]
    if a[-1] == b[-1] or (set(a) & set(b) - _PARTICLES and (len(a) == 1 or len(b) == 1)):
        return True
    common = {w for w in set(a) & set(b) if len(w) > 2}
    return len(common) >= 2 or bool(common and (a[-1] in b or b[-1] in a)) or _near(a[-1], b[-1])


def _strokes(name: str) -> list[str]:
    """The words of a name, letters that are one stroke taken for one another."""
    words = (plain(w) for w in _SUFFIX.sub("", name).split())
    return [word.replace("rn", "m").replace("i", "l") for word in words if word]


def _near(one: str, other: str) -> bool:
    one, other = one.replace("rn", "m"), other.replace("rn", "m")
    if one == other:
        return True
    if min(len(one), len(other)) < 5 or abs(len(one) - len(other)) > 1:
        return False
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) <= 1
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))


def fuller(name: str, text: str) -> str:
    """The best printed form of a name in the text: initials written out, misread letters mended.

    "T. Rooke" becomes "Tamsin Rooke" where that stands in the text, and of several prints of one name
    the one that most of them agree on, then the one with the fewest signs of misreading, is taken.
    Two different people of that description leave it as it is.
    """
    if INITIALS.fullmatch(name.strip()):
        return _by_initials([c.lower() for c in name if c.isalpha()], text) or name
    if cut := re.fullmatch(r"(\S+(?: \S+)+) ([A-ZÀ-Þ])\.?", name):  # "Ana Rivas L." of "Ana Rivas-Luna"
        whole = re.search(rf"(?<!\w){re.escape(cut[1])}[- ]{cut[2]}[a-zà-ÿ]+", text)
        name = whole.group() if whole else name
    wanted = [_skeleton(w) for w in name.split() if plain(w)]
    prints: list[str] = [name]
    for match in _NAME_CLOSE.finditer(text):
        candidate = _within(match.group(), wanted)
        if candidate and (tidied := tidy(candidate)):
            prints.append(tidied)
    full = max(_written_out(one) for one in prints)
    best = [one for one in prints if _written_out(one) == full]
    if any(not _alike(best[0], one) for one in best):
        return name
    chosen = max(best, key=lambda one: (-suspicion(one), best.count(one), not one.isupper()))
    return _in_misread_text(chosen) if _MISREAD.search(text) else chosen


# Words that stand on most papers, as recognition breaks their "m" into two.
_MISREAD = re.compile(
    r"\b(?:frorn|narne|tirne|rnust|rnay|hirn|thern|forrn|sarne|rnatter|rninute|cornply|cornmand\w*"
    r"|cornplain\w*"
    r"|\w{2,}rnent|\w{3,}rnber|irnrn\w+|surnrn\w+|testirn\w+|adrninis\w+|perrn\w+)\b",
    re.IGNORECASE,
)


def _in_misread_text(name: str) -> str:
    """Endings that a name seldom has with "rn" and often with "m", in a text that breaks its "m"."""
    return re.sub(r"(?:(?<=ha)|(?<=ai)|(?<=ia)|(?<=ra)|(?<=nha))rn(?=\b)|(?<=[a-z])rn(?=[bp])", "m", name)


def _skeleton(word: str) -> str:
    """Letters with look-alikes taken for one another."""
    return plain(word).replace("rn", "m").replace("vv", "w").replace("cl", "d").replace("ii", "u")


def _written_out(name: str) -> int:
    """How many words of the name are more than an initial."""
    return sum(len(plain(w)) > 1 for w in name.split())


def _alike(one: str, other: str) -> bool:
    a, b = one.split(), other.split()
    return len(a) == len(b) and all(_near_word(_skeleton(x), _skeleton(y)) for x, y in zip(a, b, strict=True))


def _near_word(one: str, other: str) -> bool:
    if one == other:
        return True
    return min(len(one), len(other)) >= 4 and _near(one, other)


def suspicion(name: str) -> int:
    """Signs of misreading in a name: figures, doubled strokes, pairs that no name has."""
    found = len(
        re.findall(
            r"[0-9|!$@€]|rn|vv|ii|(?<=[a-z])[A-Z](?=[a-z]*[A-Z]?\b)(?<!Mc[A-Z])(?<!Mac[A-Z])|q(?!u)"
            r"|cl(?=[^aeiouy])|[a-z]I|\b[a-z]\w",
            name,
        )
    )
    return found + len(re.findall(r"[bcdfghjklmnpqrtvwxz]{5,}", name.lower()))


def _by_initials(letters: list[str], text: str) -> str | None:
    """The judge whose printed name has these initials."""
    for match in _NAME.finditer(text):
        tidied = tidy(match.group())
        words = tidied.split() if tidied else []
        near = text[max(0, match.start() - 30) : match.end() + 40].lower()
        if (
            len(words) == len(letters)
            and all(plain(w).startswith(c) for w, c in zip(words, letters, strict=True))
            and "judge" in near
        ):
            return tidied
    return None


def _within(printed: str, wanted: list[str]) -> str | None:
    """The words of a printed run that spell the wanted words, or what their initials stand for."""
    words = printed.split()
    for start in range(len(words)):
        i, full = start, 0
        for want in wanted:
            if i >= len(words):
                break
            have = _skeleton(words[i])
            if _near_word(have, want):
                full += len(want) > 2
            elif not (len(want) == 1 and have.startswith(want)) and not (
                len(have) == 1 and want.startswith(have)
            ):
                break
            i += 1
        else:
            if full:
                rest = words[i : i + 1]
                grows = (
                    rest
                    and len(wanted) == 2
                    and len(wanted[0]) == 1
                    and rest[0][0].isupper()
                    and plain(rest[0]) not in no_names()
                )
                return " ".join(words[start:i] + (rest if grows else []))
    return None
