"""Records of things: animals, plants, goods, machines and firms have birthplaces, countries of origin,
ports of entry and statuses too. What is found in such a record is shown to a person, not redacted by
itself, unless a field of the record is about a person.

A record is a run of lines without an empty one between them, seen a few lines around the finding.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from redaction.detect.grid import Line
from redaction.detect.spans import SHOWN, Hit
from redaction.detect.views import fold_text

AROUND = 8  # lines before and after a finding that may belong to its record
LONGEST = 120  # characters; a longer line is prose and names no field
ENOUGH = 2  # points from which a record is about a thing
# Names that only fields of things have, two points each; and names that things have as well as people.
_ONLY_THINGS = re.compile(
    r"animals?|ganado|breed|raza y color|microchips?|herd|hato|rebano|species|especie|riego|watering|variet(?:y|al)|"
    r"variedad|seeds?|semillas?|importer|importadora?|bottles?|botellas?|serial(?: (?:no|number|num))?|ser|"
    r"n(?:o|um(?:ero)?) de serie|serie|vin|sku|part (?:no|number)|manufacturer|fabricante|cargo|carga|cargamento|"
    r"manejador|ejemplar|(?:registered|resident) agent|agente (?:registrado|residente)|pet|mascota|"
    r"decal|calcomania|vendor|proveedor|supplier|hts|bill of lading|odometer|odometro|gallons|galones|"
    r"artist|medium|accession(?: no)?|isbn|handler|foreign llc|vaccine lot|lot(?:e)?(?: (?:no|number|num))?|"
    r"alien (?:plants|species)|plantas invasoras|hose|manguera|aparato|especie y raza|edition|edicion"
)
_THINGS_TOO = re.compile(
    r"make|marca|model|modelo|colou?r|tag|arete|unit|unidad|water|agua|weight|peso|value|valor|cases|cajas|"
    r"quantity|qty|cantidad|temp|installed|instalad[oa]|source|readings?|lectura|leak|fuga|year|ano|size|tamano|"
    r"inspector|roof|techo|raza|vaccines|vacunas|stock|price|precio|weekly|native|nativa|cause|causa"
)
_TITLE = re.compile(
    r"\b(?:livestock|animals?|herd|dogs?|canin[eao]s?|k-?9|mascotas?|pets?|cats?|horses?|caballos?|plants?|plantas?|"
    r"garden|jardin|parcela|wines?|vinos?|fleet|flotilla|equipment|equipo|meters?|medidor(?:es)?|alarms?|"
    r"exhibit list|ruta de camion|truck route|llc|annual report|golf|glucometro|zoo|museum|museo|inventory|"
    r"inventario|nursery stock|vehicles?|vehiculos?|machinery|maquinaria|card dispute|tournament|torneo|intramuros|"
    r"library catalog|catalogo|specimens?|ejemplares|seeds?|semillas|bulk goods|cargo|freight)\b"
)
# Fields about a person, whatever else the record is about.
_PERSON = re.compile(
    r"d\.?o\.?b\.?|(?:date of birth|birth ?date|f(?:echa)? ?(?:de )?nac(?:imiento)?)|ssn|applicants?|solicitante|patient|"
    r"paciente|students?|alumn[oa]|defendant|acusad[oa]|employee|emplead[oa]|tenant|inquilin[oa]|inmate|detainee|"
    r"detenid[oa]|driver|conductor|mother|madre|father|padre|tutor|guardian|spouse|espos[oa]|conyuge|child|hij[oa]|"
    r"victim|victima|suspect|subject|witness|testigo|passenger|pasajer[oa]|client|cliente|resident|worker|"
    r"trabajador[a]?|a-?number|alien (?:no|number|#)|passport no|citizenship|ciudadania|nationality|nacionalidad|"
    r"immigration status|estatus migratorio|last name|first name|apellidos?"
)
_NAMES = re.compile(r"(?:^|[\t|;/,]|\s{2,})\s*([^\W\d_][^\n\t|;:=/]{0,27}?)\s*(?:[:=#]|\t|\s{2,}|(?=/))")
# Numbers known by letter and length alone, which things have as well.
_OF_LENGTH = frozenset({"anum.lettered", "visa.control", "visa.foil"})

_OF_THINGS_TOO = frozenset(
    {"COUNTRY_OF_BIRTH", "CITIZENSHIP", "VISA_CLASS", "IMMIGRATION_DOCUMENT", "LANGUAGE_PROXY", "A_NUMBER"}
)


def of_things(hits: Iterable[Hit], text: str, lines: Sequence[Line]) -> Iterator[Hit]:
    """The hits, those in records of things with a score from which they are shown to a person only."""
    starts = [line.start for line in lines]
    judged: dict[int, bool] = {}
    for hit in hits:
        if hit.score > SHOWN and not hit.cancels and _said_of_things_too(hit):
            at = bisect.bisect_right(starts, hit.start) - 1
            if at >= 0 and len(lines[at].text) <= LONGEST:
                if at not in judged:
                    judged[at] = _about_thing(_record(at, text, lines))
                if judged[at]:
                    hit = replace(hit, score=SHOWN)
        yield hit


def _said_of_things_too(hit: Hit) -> bool:
    """True for values of fields, for numbers known by their length, and for words of origin and papers;
    what was done to somebody is done to nobody else."""
    if hit.layer == "identifier":
        return hit.rule in _OF_LENGTH
    return hit.layer == "label" or hit.type in _OF_THINGS_TOO


def _record(at: int, text: str, lines: Sequence[Line]) -> list[str]:
    """The lines of the record around line `at`, folded; prose among them is left out."""
    first = _reach(at, -1, text, lines)
    last = _reach(at, 1, text, lines)
    return [fold_text(line.text) for line in lines[first : last + 1] if len(line.text) <= LONGEST]


def _reach(at: int, step: int, text: str, lines: Sequence[Line]) -> int:
    here = at
    while 0 <= here + step < len(lines) and abs(here + step - at) <= AROUND:
        upper, lower = sorted((here, here + step))
        if text.count("\n", lines[upper].span[1], lines[lower].start) > 1:
            break
        here += step
    return here


def _about_thing(record: Sequence[str]) -> bool:
    """Whether a record is about a thing: its title or the names of its fields say so, and none of them
    is about a person."""
    names = {name.strip(" .#*-") for line in record for name in _NAMES.findall(line)}
    if any(map(_PERSON.fullmatch, names)):
        return False
    titled = len(record) > 1 and ":" not in record[0] and bool(_TITLE.search(record[0]))
    return titled or sum(map(_points, names)) >= ENOUGH


def _points(name: str) -> int:
    return ENOUGH if _ONLY_THINGS.fullmatch(name) else int(_THINGS_TOO.fullmatch(name) is not None)
