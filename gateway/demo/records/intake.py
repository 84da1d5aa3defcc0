"""An intake note in Spanish from the tenant help desk."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from reportlab.lib import colors

from gateway.demo import people
from gateway.demo.people import fecha
from gateway.demo.records.kinds import DemoRecord, Planted
from gateway.demo.sheet import GREY, HEIGHT, RULE, WIDTH, Sheet, build

_HER, _WORKER = people.RESIDENTS["quintana"], people.EMPLOYEES["ferrer"]
_RUST = colors.HexColor("#8a3b1e")

PLANTED = (
    Planted("Parral, Chih.", "COUNTRY_OF_BIRTH", 1),
    Planted("mexicana", "CITIZENSHIP", 1),
    Planted("español", "LANGUAGE_PROXY", 1),
    Planted(people.CURP, "FOREIGN_NATIONAL_ID", 1),
    Planted("indocumentada", "IMMIGRATION_STATUS", 1),
    Planted("cruzó por el río", "ENTRY_HISTORY", 1),
    Planted("sin papeles", "IMMIGRATION_STATUS", 1),
    Planted("deporten", "STATUS_IMPLICIT", 1),
    Planted("permiso de trabajo", "IMMIGRATION_DOCUMENT", 1),
    Planted("matrícula consular", "CONSULAR_ID", 1),
    Planted(people.MATRICULA, "CONSULAR_ID", 1),
    Planted("consulado de Guatemala", "CONSULAR_CONTACT", 1),
    Planted("pidió asilo", "HUMANITARIAN_PROTECTION", 1),
    Planted("visa U", "HUMANITARIAN_PROTECTION", 1),
)
STAYS = ("cerradura", "depósito de $1,850", "recibo escrito a mano", "Luz Amparo Ferrer", "Calle Yarrow")
HARD_NEGATIVES = (
    "matrícula escolar",
    "matrícula del coche",
    "Nuevo México",
    "estado civil",
    "hielo en la escalera",
)

_NOTE = (
    "La señora Quintana vino a las diez con su vecina. Pagó un depósito de $1,850 por el apartamento 9 de "
    "la Calle "
    "Yarrow y recibió dos llaves que no abren ninguna puerta. Trae un recibo escrito a mano. Pide que se "
    "cambie la "
    "cerradura de su apartamento actual, que lleva rota desde el invierno, y que se quite el hielo en la "
    "escalera.",
    "Cuenta que el administrador la amenazó porque sabe que ella es indocumentada. Dice que cruzó por el "
    "río cuando "
    "era joven y que desde entonces trabaja sin papeles en una panadería. Mostró su matrícula consular "
    "{matricula} "
    "como identificación; no se le pidió.",
    "Su esposo tiene miedo de que lo deporten y por eso no quiso venir. Él pidió asilo hace años y tiene "
    "permiso de "
    "trabajo. Hablaron con el consulado de Guatemala sobre el pasaporte del niño. Una abogada les explicó "
    "la visa U.",
    "Se le entregó la lista de documentos para la matrícula escolar del niño y el número de la clínica. El "
    "administrador conduce una camioneta gris; la matrícula del coche está en la foto que ella dejó. El "
    "resto del "
    "expediente se pide a la oficina del Estado de Nuevo México.",
    "Próximo paso: llamar al propietario, pedir la cerradura por escrito y avisar al departamento de "
    "policía, con el "
    "acuerdo de la señora. Volver a hablar en una semana.",
)


def intake_note(today: date) -> DemoRecord:
    """One page in Spanish: a head of labelled values and five paragraphs."""
    day = today - timedelta(days=93)
    data = build(partial(_draw, day=day), title="Nota de entrevista", author=_WORKER.department, margin=64)
    return DemoRecord(
        name="intake_note",
        file_name="nota-de-entrevista.pdf",
        title="Intake note of the Tenant Help Desk",
        layout="note in Spanish",
        department=_WORKER.department,
        custodian=_WORKER.name,
        record_class="housing_file",
        subject=_HER.name,
        subject_born=_HER.born,
        day=day,
        pages=1,
        data=data,
        planted=PLANTED,
        stays=STAYS,
        hard_negatives=HARD_NEGATIVES,
        items={"sound_order": 6},
    )


def _draw(sheet: Sheet, *, day: date) -> None:
    sheet.canvas.setFillColor(_RUST)
    sheet.canvas.rect(64, HEIGHT - 66, 4, 30, fill=1, stroke=0)
    sheet.put(76, HEIGHT - 47, "Tenant Help Desk / Ayuda al inquilino", "Helvetica-Bold", 12.5, color=_RUST)
    sheet.put(76, HEIGHT - 62, "Nota de entrevista", "Helvetica", 10.5)
    sheet.put(WIDTH - 64, HEIGHT - 62, fecha(day), "Helvetica", 10, align="right")
    sheet.y = HEIGHT - 84
    _labels(sheet)
    sheet.y -= 10
    for words in _NOTE:
        sheet.prose(
            words.format(matricula=people.MATRICULA), font="Times-Roman", size=12, leading=17.5, after=9
        )
    sheet.y -= 18
    sheet.rule(x1=WIDTH / 2, color=RULE, after=4)
    sheet.line(f"{_WORKER.name}, {_WORKER.title}", "Helvetica", 9, color=GREY)


def _labels(sheet: Sheet) -> None:
    rows = (
        (("Nombre", _HER.name), ("Fecha de nacimiento", fecha(_HER.born))),
        (("Lugar de nacimiento", "Parral, Chih."), ("Nacionalidad", "mexicana")),
        (("Idioma", "español"), ("CURP", people.CURP)),
        (("Domicilio", _HER.address), ("Teléfono", _HER.phone)),
        (("Estado civil", "casada"), ("Personas en el hogar", "4")),
    )
    for left, right in rows:
        for x, (label, value) in ((64.0, left), (WIDTH / 2 + 6, right)):
            sheet.put(x, sheet.y - 12, f"{label}:", "Helvetica-Bold", 9)
            sheet.put(x + 100, sheet.y - 12, value, "Helvetica", 9.5)
        sheet.y -= 17
        sheet.canvas.setStrokeColor(RULE)
        sheet.canvas.setLineWidth(0.3)
        sheet.canvas.line(64, sheet.y, WIDTH - 64, sheet.y)
