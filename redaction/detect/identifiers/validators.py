"""Checks of identity numbers by name, over a folded token. By python-stdnum where it has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import stdnum.br.cpf
import stdnum.cn.ric
import stdnum.do.cedula
import stdnum.ec.ci
import stdnum.in_.aadhaar
import stdnum.kr.rrn
import stdnum.mx.rfc

from redaction.detect.identifiers import checks


def _plain(token: str) -> str:
    """Upper-case letters and digits of a folded token."""
    return "".join(c for c in token.upper() if c.isalnum() or c == "&")


def _ours(holds: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda token: holds(_plain(token))


def _of_digits(holds: Callable[[str], bool]) -> Callable[[str], bool]:
    """Look-alike letters are read as digits first."""
    return lambda token: holds(checks.digits_of(token))


def _stdnum(module: Any) -> Callable[[str], bool]:
    return lambda token: bool(module.is_valid(_plain(token)))


def _rfc(token: str) -> bool:
    """A person's RFC has 13 characters; the 12 of a company are not personal."""
    plain = _plain(token)
    return len(plain) == 13 and bool(stdnum.mx.rfc.is_valid(plain, validate_check_digits=True))


def _elector(token: str) -> bool:
    """The elector key holds a date of birth and a state from 01 to 33 (87 and 88: born abroad)."""
    plain = _plain(token)
    return checks.date_holds(plain[6:12], "ymd") and (
        1 <= int(plain[12:14]) <= 33 or plain[12:14] in ("87", "88")
    )


VALIDATORS: Mapping[str, Callable[[str], bool]] = {
    "curp": _ours(checks.curp_holds),
    "elector": _elector,
    "rfc": _rfc,
    "cui": _of_digits(checks.cui_holds),
    "dui": _of_digits(checks.dui_holds),
    "honduras": _of_digits(checks.honduras_holds),
    "nicaragua": _ours(checks.nicaragua_holds),
    "itin": _of_digits(checks.itin_holds),
    "do_cedula": _stdnum(stdnum.do.cedula),
    "ec_ci": _stdnum(stdnum.ec.ci),
    "br_cpf": _stdnum(stdnum.br.cpf),
    "aadhaar": _stdnum(stdnum.in_.aadhaar),
    "cn_ric": _stdnum(stdnum.cn.ric),
    "kr_rrn": _stdnum(stdnum.kr.rrn),
}
