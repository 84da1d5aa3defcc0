"""Identity numbers of other countries. Check digits by python-stdnum where it has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import stdnum.br.cpf
import stdnum.cn.ric
import stdnum.cu.ni
import stdnum.do.cedula
import stdnum.ec.ci
import stdnum.in_.aadhaar
import stdnum.kr.rrn
import stdnum.mx.rfc

from redaction.detect.identifiers import checks


def _by(module: Any, **options: object) -> Callable[[str], bool]:
    def holds(value: str) -> bool:
        return bool(module.is_valid(value, **options)) if options else bool(module.is_valid(value))

    return holds


def _curp(value: str) -> bool:
    return checks.curp_holds(value)


def _rfc(value: str) -> bool:
    return len(value) == 13 and bool(stdnum.mx.rfc.is_valid(value, validate_check_digits=True))


def _elector(value: str) -> bool:
    return checks.date_holds(value[6:12], "ymd") and 1 <= int(value[12:14]) <= 33


def SHAPES_OF_COUNTRIES(Shape: Any, run_of: Callable[..., str]) -> tuple[Any, ...]:  # noqa: N802, N803
    """The shapes, made with the caller's Shape class (avoids a circular import)."""
    kind = "FOREIGN_NATIONAL_ID"
    digit = "[0-9]"
    return (
        Shape(
            "mx.curp", kind, r"\b[a-z]{4}[ -]?[0-9oilszb]{6}[ -]?[hmx][ -]?[a-z]{2}[ -]?[a-z]{3}[ -]?[0-9a-z][0-9o]\b",
            "The form of a Mexican population key (CURP)", label=r"\bcurp\b|mexic|clave unica", valid=_curp, alone=0.8, digits=5,
        ),
        Shape(
            "mx.elector", kind, r"\b[a-z]{6}[ -]?[0-9]{6}[ -]?[0-9]{2}[ -]?[hm][ -]?[0-9]{3}\b",
            "The form of a Mexican elector key", label=r"elector|\bine\b|\bife\b|votar", valid=_elector, alone=0.7, digits=11,
        ),
        Shape(
            "mx.rfc", kind, r"\b[a-z&]{4}[ -]?[0-9]{6}[ -]?[0-9a-z]{2}[0-9a]\b",
            "The form of a Mexican personal taxpayer key (RFC)", label=r"\br\.?f\.?c\b|contribuyente|mexic|\bsat\b", valid=_rfc, alone=0.3, digits=6,
        ),
        Shape(
            "gt.cui", kind, r"\b[0-9]{4}[ -]?[0-9]{5}[ -]?[0-9]{4}\b",
            "The form of a Guatemalan identity number (CUI)", label=r"\bdpi\b|\bcui\b|guatemal|identificacion|documento personal",
            valid=checks.cui_holds, valid_score=0.45, digits=13,
        ),
        Shape(
            "gt.cui_spaced", kind, r"\b[0-9]{4} [0-9]{5} (?:0[1-9]|1[0-9]|2[0-2])[0-9]{2}\b",
            "A Guatemalan identity number (CUI) with its check digit", valid=checks.cui_holds, digits=13,
        ),
        Shape(
            "sv.dui", kind, r"\b[0-9]{8} ?-? ?[0-9]\b",
            "The form of a Salvadoran identity number (DUI)", label=r"\bdui\b(?: ?(?:no|num|numero|#|:|salv))|\bdui\b|salvador|documento unico",
            valid=None, digits=9, near=0.45,
        ),
        Shape(
            "sv.dui_dashed", kind, r"\b0[0-9]{7}-[0-9]\b",
            "A Salvadoran identity number (DUI) with its check digit", valid=checks.dui_holds, valid_score=0.7, digits=9,
        ),
        Shape(
            "hn.dni", kind, r"\b(?:0[1-9]|1[0-8])[0-2][0-9][ -]?(?:19|20)[0-9]{2}[ -]?[0-9]{5}\b",
            "The form of a Honduran identity number", label=r"\bdni\b|\brtn\b|hondur|identidad|catrach", valid=checks.honduras_holds, valid_score=0.45, digits=13,
        ),
        Shape(
            "hn.dni_dashed", kind, r"\b(?:0[1-9]|1[0-8])[0-2][0-9]-(?:19|20)[0-9]{2}-[0-9]{5}\b",
            "A Honduran identity number in its printed groups", valid=checks.honduras_holds, digits=13,
        ),
        Shape(
            "ni.cedula", kind, r"\b[0-9]{3}[ -]?[0-9]{6}[ -]?[0-9]{4}[ -]?[a-z]\b",
            "The form of a Nicaraguan identity number", label=r"cedula|nicarag|identidad", valid=checks.nicaragua_holds, digits=13,
        ),
        Shape(
            "do.cedula", kind, r"\b[0-9]{3}[ -]?[0-9]{7}[ -]?[0-9]\b",
            "The form of a Dominican identity number", label=r"cedula|dominican|identidad|jce", valid=_by(stdnum.do.cedula), valid_score=0.45, digits=11,
        ),
        Shape(
            "do.cedula_dashed", kind, r"\b[0-9]{3}-[0-9]{7}-[0-9]\b",
            "A Dominican identity number in its printed groups", valid=_by(stdnum.do.cedula), alone=0.5, digits=11,
        ),
        Shape(
            "ec.ci", kind, r"\b[0-9]{9}-?[0-9]\b", "The form of an Ecuadorian identity number",
            label=r"cedula|ecuator|ecuador|\bc\.?i\.?\b|identidad", valid=_by(stdnum.ec.ci), valid_score=0.1, digits=10,
        ),
        Shape(
            "co.cedula", kind, r"\b(?:1[.][0-9]{3}[.][0-9]{3}[.][0-9]{3}|[0-9]{1,2}[.][0-9]{3}[.][0-9]{3}|[0-9]{6,10})\b",
            "A number beside the word cedula", label=r"cedula|\bc\.?c\.? ?(?:no|num|#)|ciudadania no", near=0.0, alone=0.0, digits=6, reach=36,
        ),
        Shape(
            "br.cpf", kind, r"\b[0-9]{3}[.][0-9]{3}[.][0-9]{3}-[0-9]{2}\b",
            "A Brazilian taxpayer number", label=r"\bcpf\b|brasil|brazil", valid=_by(stdnum.br.cpf), alone=0.5, digits=11,
        ),
        Shape(
            "br.cpf_run", kind, r"\b[0-9]{11}\b", "Eleven digits beside the letters CPF", label=r"\bcpf\b", near=0.0, alone=0.0, digits=11,
        ),
        Shape(
            "cu.ni", kind, r"\b[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9][0-9]{5}\b",
            "The form of a Cuban identity number", label=r"carne(?:t)? de identidad|\bcuba|\bc\.?i\.?\b ?(?:no|num|#|:)", valid=None, digits=11,
        ),
        Shape(
            "pe.dni", kind, r"\b[0-9]{8}(?:[ -]?[0-9a-k])?\b",
            "A number beside the letters DNI", label=r"\bdni\b|\bd\.n\.i\b|peru|documento nacional", near=0.0, alone=0.0, digits=8, reach=24,
        ),
        Shape(
            "ve.id", kind, r"\b[ve][ -]?[0-9]{1,2}[. ]?[0-9]{3}[. ]?[0-9]{3}\b",
            "The form of a Venezuelan identity number", label=r"cedula|venezuel|\bc\.?i\.?\b|identidad|saime", near=0.45, digits=7,
        ),
        Shape(
            "in.aadhaar", kind, r"\b[2-9][0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}\b",
            "The form of an Indian identity number", label=r"aadhaa?r|uidai|india", valid=_by(stdnum.in_.aadhaar), valid_score=0.45, digits=12,
        ),
        Shape(
            "cn.ric", kind, r"\b[1-8][0-9]{5}(?:19|20)[0-9]{9}[0-9x]\b",
            "A Chinese identity number with its check digit", label=r"chin|resident id|identity", valid=_by(stdnum.cn.ric), alone=0.5, digits=17,
        ),
        Shape(
            "kr.rrn", kind, r"\b[0-9]{6}-[1-8][0-9]{6}\b",
            "The form of a Korean resident number", label=r"korea|resident reg|rrn|corea", valid=_by(stdnum.kr.rrn), digits=13,
        ),
        Shape(
            "any.foreign", kind, r"\b[a-z]{0,3}[ -]?" + run_of(6, 14) + r"\b",
            "A number beside a word for an identity card of another country",
            label=r"\bcurp\b|\bdpi\b|\bcui\b|\bdui\b ?(?:no|num|#|:)|\bdni\b ?(?:no|num|#|:)|\bine\b ?(?:no|num|#|:)|clave de elector|tazk[ie]ra|national id|foreign (?:id|dl|driver)|cedula|aadhaa?r|identity card|"
            r"kebele|unhcr|identidad|voter (?:id|card) (?:from|mex)|mexican (?:id|dl|license|voter)|(?:guatemalan|honduran|salvadoran|venezuelan|colombian|foreign|consular) (?:id|license|dl)",
            near=0.0, alone=0.0, digits=6, reach=24,
        ),
    )
