"""The public page on which anybody confirms a letter by its check code, in English and in Spanish."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils import translation
from rest_framework.request import Request
from rest_framework.views import APIView

from gateway.accounts.rates import PublicThrottle
from gateway.web.public import open_page, show
from workflows.notices.check_codes import tidied
from workflows.releases.queries import confirm_letter

LONGEST = 40  # of what is taken from the address as a code
ENGLISH = {
    "head": "Check a letter of the city",
    "how": "Every letter of the records disclosure office bears a check code. Type it to learn whether "
    "the letter is genuine. The answer names its kind and its day, and nothing of what it says.",
    "code": "Check code",
    "hint": "Three groups of four letters and digits, such as the last lines of the letter show them.",
    "check": "Check",
    "genuine": "This letter is genuine.",
    "kind": "Kind of letter",
    "day": "Issued on",
    "by": "Issued by",
    "compare": "Compare kind and day with the letter in your hands. If they differ, the code was copied "
    "from another letter.",
    "unknown": "No letter of the city has this code.",
    "unknown_says": "If you were given a letter with this code, it did not come from the city. Keep it and "
    "tell the city attorney's office.",
    "mistyped": "This code was not typed as it is printed.",
    "mistyped_says": "A sign is wrong or stands in the wrong place. Look at the letter again: the digits 0 "
    "and 1 and the letters I, L, O and U do not occur.",
    "often": "That was too often.",
    "often_says": "Please wait a minute and try again.",
}
SPANISH = {
    "head": "Compruebe una carta de la ciudad",
    "how": "Toda carta de la oficina de divulgación de documentos lleva un código de verificación. Escríbalo "
    "para saber si la carta es auténtica. La respuesta indica de qué tipo de carta se trata y su fecha, pero "
    "nada de lo que dice.",
    "code": "Código de verificación",
    "hint": "Tres grupos de cuatro letras y números, tal como aparecen en las últimas líneas de la carta.",
    "check": "Comprobar",
    "genuine": "Esta carta es auténtica.",
    "kind": "Tipo de carta",
    "day": "Fecha",
    "by": "Emitida por",
    "compare": "Compare el tipo y la fecha con la carta que tiene en sus manos. Si no coinciden, el código "
    "se copió de otra carta.",
    "unknown": "Ninguna carta de la ciudad lleva este código.",
    "unknown_says": "Si le entregaron una carta con este código, no proviene de la ciudad. Guárdela y avise "
    "a la oficina del abogado de la ciudad.",
    "mistyped": "El código no está escrito como aparece en la carta.",
    "mistyped_says": "Hay un signo equivocado o fuera de lugar. Vuelva a mirar la carta: los números 0 y "
    "1 y las letras I, L, O y U no se usan.",
    "often": "Ha hecho demasiados intentos.",
    "often_says": "Espere un minuto y vuelva a intentarlo.",
}
PAGE = "public/letter_check.html"
OWN_WORDS = {"en": ENGLISH, "es": SPANISH}


def short(request: HttpRequest, code: str = "") -> HttpResponseBase:
    """The address that letters print leads to the page in the language that the browser asks for."""
    language = "es" if (translation.get_language() or "").startswith("es") else "en"
    return redirect("web:letter_check", language, code) if code else redirect("web:letter_form", language)


@open_page
def ask(request: HttpRequest, language: str) -> HttpResponseBase:
    """Show the form; a typed code leads to its own address. Looks nothing up."""
    if typed := request.GET.get("code", "").strip()[:LONGEST]:
        signs = "".join(sign for sign in typed if sign.isascii() and sign.isalnum())
        return redirect("web:letter_check", language, tidied(typed) or signs or "0")
    return show(request, PAGE, language, here="letter_form", c=OWN_WORDS[language])


@open_page
def _check(request: HttpRequest, language: str, code: str) -> HttpResponseBase:
    here: dict[str, Any] = {"here": "letter_check", "c": OWN_WORDS[language]}
    if not PublicThrottle().allow_request(Request(request), APIView()):
        return show(request, PAGE, language, status=429, often=True, **here)
    found = confirm_letter(code[:LONGEST])
    title, typed = found.titles.get(language, ""), found.code or code[:LONGEST]
    with translation.override(language):
        return show(request, PAGE, language, found=found, title=title, typed=typed, **here)


def check(request: HttpRequest, language: str, code: str) -> HttpResponseBase:
    """Show what is known of one code, never out of a cache. Wrong ones look alike, and all count towards
    the limit."""
    response = _check(request, language, code)
    response["Cache-Control"] = "no-store"
    return response


urlpatterns = [
    path("public/letters/", short, name="letter_check_short"),
    path("public/letters/<str:code>/", short, name="letter_code_short"),
    path("public/<str:language>/letters/", ask, name="letter_form"),
    path("public/<str:language>/letters/<str:code>/", check, name="letter_check"),
]
