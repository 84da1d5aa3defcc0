"""Papers in Spanish, stamps and notes beside a paper, and what a judge writes under another's paper."""

from __future__ import annotations

import pytest

from tests.workflows.instruments.test_fields import SUBPOENA, WARRANT, order, read

ORDEN = """TRADUCCIÓN NO OFICIAL
TRIBUNAL DE DISTRITO DE LOS ESTADOS UNIDOS
PARA EL DISTRITO DE NUEVO MÉXICO

ESTADOS UNIDOS DE AMÉRICA, Demandante,
contra                                      {num}
CIUDAD DE ALBUQUERQUE, Demandada.

ORDEN QUE CONCEDE LA PETICIÓN PARA OBLIGAR A PRODUCIR

La petición presentada el 9 de enero de 2026 se CONCEDE.
SE ORDENA que la Ciudad de Albuquerque entregue el expediente {due}.

{dated}

{hand}
"""
FIELDS = ("type", "docket", "signer", "issued", "execute_by", "return_date")
SOUND = {
    "order": order(),
    "warrant": WARRANT.format("YOU ARE COMMANDED to execute this warrant on or before March 5, 2026"),
    "subpoena": SUBPOENA.format("Subpoena Number: ERO-26-117\n3. (D) Date: March 20, 2026   Time: 10:00 AM"),
}


def orden(**parts: str) -> str:
    """The translated order with some of its places filled otherwise."""
    return ORDEN.format(
        **{
            "num": "Caso núm. 1:26-mc-00027-MIS", "due": "a más tardar el 20 de marzo de 2026",
            "dated": "Fechado el 20 de febrero de 2026",
            "hand": "/f/ Rosa Lind\nJueza de Distrito de los Estados Unidos", **parts,
        }
    )  # fmt: skip


@pytest.mark.parametrize("num, docket", [
    ("Núm. de caso 1:26-mc-00027", "1:26-mc-00027"),
    ("Expediente núm. 26-mc-27", "26-mc-27"),
    ("Causa No. 26-MC-27 JB", "26-MC-27 JB"),
    ("Exp. 26-mc-00027-MIS", "26-mc-00027-MIS"),
    ("Número de expediente: 1:26-mc-27", "1:26-mc-27"),
    ("N.º 1:26-mc-00027-MIS", "1:26-mc-00027-MIS"),
    ("Nº 26-mc-00027", "26-mc-00027"),
    ("Caso N° 26-mc-00027", "26-mc-00027"),
    ("Civil núm. 26-0031", "26-0031"),
    ("Asunto n.º 26-mc-9", "26-mc-9"),
])  # fmt: skip
def test_the_number_in_spanish(num: str, docket: str) -> None:
    assert read(orden(num=num))["docket"] == docket


@pytest.mark.parametrize("dated", [
    "Dado en Albuquerque, a 20 de febrero de 2026.",
    "Albuquerque, Nuevo México, 20 de febrero de 2026",
    "En Albuquerque, Nuevo México, hoy 20 de febrero de 2026.",
    "Dada el día veinte (20) de febrero de dos mil veintiséis (2026).",
    "Emitida este día 20 de febrero del 2026.",
    "ASÍ SE ORDENA, a los 20 días del mes de febrero del año 2026.",
    "Fecha: 20/02/2026",
    "Fecha: 20-02-2026",
    "Fecha: 20 feb 2026",
    "Firmada el viernes, 20 de febrero de 2026",
    "Notifíquese y cúmplase. 20 de febrero de 2026.",
    "Fecha de emisión: 20 de febrero de 2026",
    "Expedida en la ciudad de Albuquerque el veinte de febrero de dos mil veintiséis",
    "Fecha de firma: 20/2/2026",
    "SE ORDENA. 20.02.2026",
    "Registrada el 20 de febrero de 2026",
    "Dictado en despacho el 20 de febrero de 2026",
    "Lo ordena y firma el 20 de febrero de 2026",
])  # fmt: skip
def test_the_day_of_issue_in_spanish(dated: str) -> None:
    assert read(orden(dated=dated))["issued"] == "2026-02-20"


@pytest.mark.parametrize("due, day", [
    ("antes del 20 de marzo de 2026", "2026-03-20"),
    ("para el 20 de marzo de 2026", "2026-03-20"),
    ("no más tarde del 20 de marzo de 2026", "2026-03-20"),
    ("en un plazo de catorce (14) días a partir de la fecha de esta orden", "2026-03-06"),
    ("dentro de los 14 días siguientes a la fecha de esta orden", "2026-03-06"),
    ("dentro de catorce días contados desde la fecha de esta orden", "2026-03-06"),
    ("dentro de los catorce días siguientes a su notificación", None),
    ("a más tardar a las 17:00 horas del 20 de marzo de 2026", "2026-03-20T17:00"),
    ("hasta el 20 de marzo de 2026", "2026-03-20"),
    ("a más tardar el veinte de marzo de dos mil veintiséis", "2026-03-20"),
    ("en o antes del 20 de marzo de 2026", "2026-03-20"),
])  # fmt: skip
def test_the_day_of_compliance_in_spanish(due: str, day: str | None) -> None:
    assert read(orden(due=due))["return_date"] == day


@pytest.mark.parametrize("hand", [
    "(firmado) Rosa Lind\nJueza de Distrito",
    "Firmado electrónicamente por: Rosa Lind\nJueza de Distrito de los Estados Unidos",
    "Fdo.: Rosa Lind\nJueza Federal",
    "[firma]\nHon. Rosa Lind\nJueza de Distrito de los EE. UU.",
    "[rúbrica]\nRosa Lind\nJueza Magistrada de los Estados Unidos",
    "/f/ Rosa Lind\nROSA LIND\nJUEZA PRESIDENTA DEL TRIBUNAL DE DISTRITO DE LOS ESTADOS UNIDOS",
    "f/ Rosa Lind\nJueza magistrada federal",
    "POR EL TRIBUNAL:\n/f/ Rosa Lind\nJueza",
    "Firma: Rosa Lind\nCargo: Jueza de Distrito de los Estados Unidos",
    "(Firma ilegible)\nRosa Lind\nJueza de Distrito de los Estados Unidos",
    "[hay una firma]\nRosa Lind\nJueza de Distrito de los Estados Unidos",
    "[firma manuscrita]\nLic. Rosa Lind, Jueza de Distrito",
])  # fmt: skip
def test_the_signer_in_spanish(hand: str) -> None:
    assert read(orden(hand=hand))["signer"] == "Rosa Lind"


@pytest.mark.parametrize("note", [
    "RECEIVED\nFEB 24 2026\nCITY CLERK",
    "RECEIVED 02/24/2026 CITY ATTORNEY'S OFFICE",
    "Recd 2/24/26 JT",
    "FAX  02/24/2026 09:11  505 555 0100  P. 1/4",
    "Printed: 02/24/2026 3:14 PM",
    "Case File Copy - scanned 24 Feb 2026",
    "Served on: February 24, 2026 by P. Marsh",
    "SERVED: 2/24/26 10:15 am",
    "02/24/2026 TUE 9:11 FAX 5055550100 ->CITY CLERK 002/004",
    "Version 3 - last revised January 2024",
    "OMB No. 1653-0038; Expires 12/31/2027",
    "Our ref: CA-26-00418",
    "City matter no. 2026-0088",
    "From: Clerk's Office <c@x.example>\nDate: Tue, 24 Feb 2026 10:00:00 -0700\nSubject: service copy\n",
    "Tracking No. 9400 1118 9922 3344",
    "Exhibit A to Declaration dated February 24, 2026",
    "ENTERED ON DOCKET 02/24/2026",
])  # fmt: skip
def test_stamps_above_a_paper_change_none_of_its_fields(note: str) -> None:
    for text in SOUND.values():
        plain, stamped = read(text), read(f"{note}\n{text}")
        assert [plain[key] for key in FIELDS] == [stamped[key] for key in FIELDS]


@pytest.mark.parametrize("note", [
    "RECEIVED FEB 24 2026 CITY CLERK",
    "Served by: P. Marsh, Deputy U.S. Marshal, 2/24/2026",
    "Return of Service\nI served this on February 24, 2026.\n/s/ Paul Marsh\nDeputy United States Marshal",
    "cc: counsel of record (via CM/ECF)\n    Tom Reed, Clerk of Court",
    "Copies mailed February 24, 2026. -- TR",
    "Certified a true copy: February 24, 2026\nTom Reed, Clerk\nBy: /s/ Ana Poe, Deputy Clerk",
    "My commission expires June 1, 2027",
    "Transcribed by Ana Poe 2/24/26",
    "Prepared by: Ana Poe, Paralegal Specialist",
    "Page 1 of 1",
    "Rev. 01/2024",
    "Approved as to form:\n/s/ Ana Poe, Assistant City Attorney 2/18/26",
    "Interpreter: Ana Poe   Date: February 24, 2026",
    "Questions: call Special Agent Ana Poe before February 27, 2026",
    "NOTICE: Appeal must be filed by March 30, 2026.",
    "Distribution: A. Poe; T. Reed",
    "ACKNOWLEDGED: City Clerk, by /s/ Ana Poe, February 24, 2026",
    "Scanned with office copier 24-Feb-2026 11:02",
])  # fmt: skip
def test_notes_and_receipts_below_a_paper_change_none_of_its_fields(note: str) -> None:
    for text in SOUND.values():
        plain, noted = read(text), read(f"{text}\n{note}\n")
        assert [plain[key] for key in FIELDS] == [noted[key] for key in FIELDS]


LETTER = """GREAVES LLP
                                                   February 9, 2026
Hon. Rosa Lind
United States District Judge

Re: In re Subpoena to City of Albuquerque, 1:26-mc-00031-MIS

Dear Judge Lind:
     We ask that the City of Albuquerque be ordered to produce the lot log by February 20, 2026.
                                   Respectfully,
                                   /s/ Nola Greaves
                                   Nola Greaves, counsel for Movant

{}
"""
ENDORSED = """The application is GRANTED. The City of Albuquerque shall produce the log by February 26, 2026.
SO ORDERED.
2/12/2026
/s/ Rosa Lind
Rosa Lind
U.S.D.J."""


def test_what_a_judge_writes_under_a_letter_is_an_order_and_never_opens_by_itself() -> None:
    one = read(LETTER.format("MEMO ENDORSED\n" + ENDORSED))
    assert (one["type"], one["judicial"], one["signer"]) == ("fed_production_order", True, "Rosa Lind")
    assert (one["docket"], one["issued"]) == ("1:26-mc-00031-MIS", "2026-02-12")
    assert (one["return_date"], one["gate"]) == ("2026-02-26", "closed")


def test_the_letter_alone_and_one_refused_are_none() -> None:
    assert read(LETTER.format(""))["type"] == "agency_request_letter"
    refused = ENDORSED.replace("GRANTED", "DENIED").replace("shall produce", "need not produce")
    assert read(LETTER.format(refused))["type"] == "other_court_order"


@pytest.mark.parametrize("title, judge", [
    ("U.S.D.J.", True), ("U.S.M.J.", True), ("USDJ", True), ("Immigration Judge", False),
])  # fmt: skip
def test_a_title_in_letters_is_a_judges(title: str, judge: bool) -> None:
    assert (read(order(hand=f"/s/ Rosa Lind\nRosa Lind\n{title}"))["judicial"] is True) == judge
