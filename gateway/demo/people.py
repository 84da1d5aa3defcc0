"""The people, offices and telephone directory of the demo city. Nobody here exists.

Telephone numbers come from 505-555-0100 to 0199, which are kept for fiction. Identifiers have
right check digits where their kind has them, and a part that the issuer never gives out: an
A-number in the 987 million, day 360 of fiscal year 99, an ITIN that ends in 0000, a CURP with
the letter in place 17 that only births since 2000 have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

CITY = "City of Cottonwood Mesa"
CITY_SHORT = "Cottonwood Mesa"
CITY_LINE = "Cottonwood Mesa, New Mexico 87000"
RECORDS_OFFICE = "Office of the City Clerk, Records Office"
RECORDS_ADDRESS = "400 Alameda Plaza, Room 110"
RECORDS_PHONE = "505-555-0110"

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MESES = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Resident:
    """Someone whom the demo records are about. `a_number` is nine digits, or empty."""

    key: str
    name: str
    born: date
    birthplace: str
    citizenship: str
    language: str
    address: str
    phone: str
    a_number: str = ""

    @property
    def a_number_spaced(self) -> str:
        """The A-number as people write it: `A 987 654 301`."""
        return f"A {self.a_number[:3]} {self.a_number[3:6]} {self.a_number[6:]}"

    @property
    def a_number_hyphened(self) -> str:
        """The A-number as forms print it: `A987-654-301`."""
        return f"A{self.a_number[:3]}-{self.a_number[3:6]}-{self.a_number[6:]}"


@dataclass(frozen=True, slots=True)
class Employee:
    """Someone who works for the city and makes its records."""

    key: str
    name: str
    title: str
    department: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Signer:
    """Someone whose name stands under an instrument. `signer_class` is an issuer of the instrument table."""

    key: str
    name: str
    title: str
    signer_class: str

    @property
    def judge(self) -> bool:
        """True for a judge of a court; an immigration judge is none (verification check V03)."""
        return self.signer_class in ("article_iii_judge", "us_magistrate_judge")


@dataclass(frozen=True, slots=True)
class Agency:
    """A requesting agency. `requester_class` is a word of policy 1.4."""

    key: str
    name: str
    parent: str
    requester_class: str
    address: str
    phone: str
    email: str
    officials: tuple[Signer, ...]


@dataclass(frozen=True, slots=True)
class Court:
    """A line of the city's own directory: the number to call, whatever a paper prints."""

    key: str
    name: str
    office: str
    phone: str


_RESIDENTS = (
    Resident(
        key="quintana",
        name="Marisol Elena Quintana Arce",
        born=date(1987, 4, 12),
        birthplace="Parral, Chihuahua",
        citizenship="Mexican",
        language="Spanish",
        address="2218 Yarrow Street, Apt 4",
        phone="505-555-0151",
        a_number="987654301",
    ),
    Resident(
        key="tun",
        name="Rogelio Tun Caal",
        born=date(1984, 11, 3),
        birthplace="Coban, Alta Verapaz",
        citizenship="Guatemalan",
        language="Q'eqchi'",
        address="2218 Yarrow Street, Apt 4",
        phone="505-555-0152",
        a_number="987654318",
    ),
    Resident(
        key="aldous",
        name="Wendell Pruitt Aldous",
        born=date(1969, 9, 21),
        birthplace="Tulsa, Oklahoma",
        citizenship="U.S.",
        language="English",
        address="77 Granary Road",
        phone="505-555-0153",
    ),
    Resident(
        key="whitcomb",
        name="Georgia Whitcomb",
        born=date(1951, 6, 30),
        birthplace="Socorro, New Mexico",
        citizenship="U.S.",
        language="English",
        address="2218 Yarrow Street, Apt 2",
        phone="505-555-0154",
    ),
    Resident(
        key="lam",
        name="Thuy Lam Bui",
        born=date(1979, 2, 27),
        birthplace="Can Tho",
        citizenship="Vietnamese",
        language="Vietnamese",
        address="2218 Yarrow Street, Apt 6",
        phone="505-555-0155",
        a_number="987654325",
    ),
    Resident(
        key="oyelaran",
        name="Emmanuel Adisa Oyelaran",
        born=date(1990, 1, 8),
        birthplace="Ibadan",
        citizenship="Nigerian",
        language="Yoruba",
        address="19 Tamarisk Court",
        phone="505-555-0156",
        a_number="987654332",
    ),
)
RESIDENTS: Mapping[str, Resident] = MappingProxyType({row.key: row for row in _RESIDENTS})

_EMPLOYEES = (
    Employee(
        "verdugo",
        "Tomas Verdugo-Lusk",
        "Police Officer, badge 4417",
        "Police Department",
        "505-555-0121",
        "tverdugo@cottonwoodmesa.example",
    ),
    Employee(
        "corbin",
        "Anneliese Corbin",
        "Sergeant, badge 2093",
        "Police Department",
        "505-555-0122",
        "acorbin@cottonwoodmesa.example",
    ),
    Employee(
        "strand",
        "Perpetua Strand",
        "Family Advocate",
        "Department of Family and Community Services",
        "505-555-0123",
        "pstrand@cottonwoodmesa.example",
    ),
    Employee(
        "penn",
        "Ivo Madrigal-Penn",
        "Housing Specialist",
        "Housing Office",
        "505-555-0124",
        "ipenn@cottonwoodmesa.example",
    ),
    Employee(
        "ferrer",
        "Luz Amparo Ferrer",
        "Intake Worker",
        "Tenant Help Desk",
        "505-555-0125",
        "lferrer@cottonwoodmesa.example",
    ),
    Employee(
        "lane",
        "Harriet Osgood Lane",
        "Deputy City Clerk",
        RECORDS_OFFICE,
        RECORDS_PHONE,
        "hlane@cottonwoodmesa.example",
    ),
    Employee(
        "banning",
        "Cordelia Banning",
        "Assistant City Attorney",
        "Office of the City Attorney",
        "505-555-0112",
        "cbanning@cottonwoodmesa.example",
    ),
)
EMPLOYEES: Mapping[str, Employee] = MappingProxyType({row.key: row for row in _EMPLOYEES})

STERNE = Signer("sterne", "Rosalind V. Sterne", "United States District Judge", "article_iii_judge")
MARCHBANK = Signer(
    "marchbank", "Thaddeus O. Marchbank", "United States Magistrate Judge", "us_magistrate_judge"
)
GADWALL = Signer("gadwall", "Lenora P. Gadwall", "Immigration Judge", "immigration_judge")
VOSS = Signer("voss", "Darrell K. Voss", "Supervisory Detention and Deportation Officer", "agency_official")
TILLING = Signer("tilling", "Maeve Tillinghast-Roe", "Deportation Officer", "agency_official")
HATHCOCK = Signer("hathcock", "Priya L. Hathcock", "Special Agent", "agency_official")

_AGENCIES = (
    Agency(
        key="ero",
        name="Rio Seco Field Office, Enforcement and Removal Operations",
        parent="U.S. Immigration and Customs Enforcement",
        requester_class="civil_immigration",
        address="1500 Depot Boulevard, Suite 300, Rio Seco, New Mexico 88000",
        phone="505-555-0181",
        email="records.rioseco@ero.example",
        officials=(VOSS, TILLING),
    ),
    Agency(
        key="rfu",
        name="Rental Fraud Unit, Southwest Criminal Investigations Section",
        parent="U.S. Department of Justice",
        requester_class="federal_criminal",
        address="88 Courthouse Way, Suite 910, Cottonwood Mesa, New Mexico 87000",
        phone="505-555-0186",
        email="records@rfu.example",
        officials=(HATHCOCK,),
    ),
)
AGENCIES: Mapping[str, Agency] = MappingProxyType({row.key: row for row in _AGENCIES})

_COURTS = (
    Court(
        "us_district",
        "United States District Court, District of New Mexico",
        "Office of the Clerk",
        "505-555-0141",
    ),
    Court(
        "us_magistrate",
        "United States District Court, District of New Mexico",
        "Duty Magistrate Clerk",
        "505-555-0142",
    ),
    Court("state_district", "Second Judicial District Court", "Clerk of the Court", "505-555-0143"),
    Court("metropolitan", "Bernalillo County Metropolitan Court", "Clerk of the Court", "505-555-0144"),
)
COURTS: Mapping[str, Court] = MappingProxyType({row.key: row for row in _COURTS})


# --- identifiers ---------------------------------------------------------------------------------

RECEIPT_NUMBER = "EAC9936012345"  # fiscal year 99, work day 360: no such day
I94_NUMBER = "999990123A4"
SEVIS_ID = "N0099900123"
ITIN = "900-78-0000"
MATRICULA = "99000123"


def with_curp_check(first17: str) -> str:
    """Return the 18-place CURP: alphabet 0-9 A-N Ñ O-Z, weights 18 to 2, check (10 - sum mod 10) mod 10."""
    if len(first17) != 17:
        raise ValueError("a CURP has 17 places before the check digit")
    alphabet = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
    total = sum(alphabet.index(sign) * (18 - place) for place, sign in enumerate(first17))
    return first17 + str(-total % 10)


def mrz_check(field: str) -> str:
    """Return the check digit of ICAO 9303: weights 7, 3, 1; A is 10, `<` is 0; sum modulo 10."""
    values = (0 if sign == "<" else int(sign, 36) for sign in field)
    return str(sum(value * (7, 3, 1)[place % 3] for place, value in enumerate(values)) % 10)


def passport_mrz(
    surname: str, given: str, state: str, number: str, born: date, sex: str, until: date
) -> tuple[str, str]:
    """Return the two lines of 44 of a passport (ICAO 9303 part 4); names in A-Z with `<` for spaces."""
    upper = f"P<{state}{surname}<<{given}".ljust(44, "<")[:44]
    number, birth, expiry, personal = number.ljust(9, "<"), f"{born:%y%m%d}", f"{until:%y%m%d}", "<" * 14
    number, birth, expiry = (part + mrz_check(part) for part in (number, birth, expiry))
    personal += mrz_check(personal)
    lower = f"{number}{state}{birth}{sex}{expiry}{personal}"
    return upper, lower + mrz_check(number + birth + expiry + personal)


CURP = with_curp_check("QUAM870412MCHNRRZ")
PASSPORT_NUMBER = "G00000000"
PASSPORT_MRZ = passport_mrz(
    "QUINTANA<ARCE", "MARISOL<ELENA", "MEX", PASSPORT_NUMBER, date(1987, 4, 12), "F", date(2031, 5, 6)
)


# --- dates ---------------------------------------------------------------------------------------


def long_date(day: date) -> str:
    """`March 3, 2026`, whatever the locale."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def fecha(day: date) -> str:
    """`3 de marzo de 2026`."""
    return f"{day.day} de {_MESES[day.month - 1]} de {day.year}"


def us_date(day: date) -> str:
    """`03/03/2026`."""
    return f"{day:%m/%d/%Y}"


def workday(day: date) -> date:
    """`day` itself, or the Friday before it when it falls on a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


# Who helps, as the oversight office of the demo city keeps it.
HELPERS = (
    {
        "name": "Alder Street Legal Aid",
        "does_en": "free help from lawyers",
        "does_es": "ayuda gratuita de abogados",
        "phone": "505-555-0140",
        "place": "12 Alder Street, Cottonwood Mesa",
    },
    {
        "name": "Office of Immigrant and Refugee Affairs",
        "does_en": "help with city services, in your language",
        "does_es": "ayuda con los servicios de la ciudad, en su idioma",
        "phone": "505-555-0161",
        "place": "400 Alameda Plaza, Room 112",
    },
)
