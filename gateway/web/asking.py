"""The public form with which somebody asks what was handed over about them.

Its answer is the same whoever asks and whatever there is: nothing is looked up here. It sets no cookie and
carries no token, as it acts for nobody who is signed in.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from rest_framework.request import Request
from rest_framework.views import APIView

from gateway.accounts.rates import AskingThrottle
from gateway.web.public import open_page, show
from workflows.errors import Invalid
from workflows.flow import accounting

PAGE = "public/asking.html"
ENGLISH = {
    "title": "Ask what was handed over about you",
    "lead": "You can ask for a list of everything that the city has handed over about you to a federal "
    "agency: "
    "when, to whom, on what paper, and how many pages. It costs nothing.",
    "status": "You need not say what your immigration status is. Please do not write it here.",
    "same": "This page does not look anything up. It says the same to everybody, so nobody can use it to "
    "find "
    "out whether the city has records about you.",
    "next": "What happens next",
    "next_says": "The records office writes to you or calls. Before it gives you the list, you show who "
    "you are: "
    "at the office, through a notary, or through your lawyer. That protects you from others who ask in your "
    "name. Any paper that a city, a consulate or a school has given you with your name and picture is "
    "enough.",
    "name": "Your full name",
    "name_hint": "As it would stand in a record. If you have used another name, send the form again with it.",
    "birth_date": "Your date of birth",
    "address": "Where the answer should go",
    "address_hint": "An address or telephone number at which only you answer, or your lawyer's.",
    "send": "Send the question",
    "wrong": "Please look at the form again. Nothing has been sent.",
    "often": "Too many questions came from this connection. Nothing has been sent. Please try again in an "
    "hour, "
    "or ask at the records office.",
    "sent": "Your question has arrived",
    "sent_says": "The records office answers within ten business days. If you hear nothing, ask at the "
    "office: "
    "you need no number.",
}
SPANISH = {
    "title": "Pregunte qué se entregó sobre usted",
    "lead": "Usted puede pedir una lista de todo lo que la ciudad ha entregado sobre usted a una agencia "
    "federal: cuándo, a quién, con qué mandato y cuántas páginas. No cuesta nada.",
    "status": "No tiene que decir cuál es su situación migratoria. Por favor, no la escriba aquí.",
    "same": "Esta página no busca nada. Responde lo mismo a todos, así que nadie puede usarla para "
    "averiguar si "
    "la ciudad tiene documentos sobre usted.",
    "next": "Qué pasa después",
    "next_says": "La oficina de registros le escribe o le llama. Antes de darle la lista, usted muestra "
    "quién "
    "es: en la oficina, ante un notario o por medio de su abogado. Eso lo protege de quien pregunte en su "
    "nombre. Basta cualquier documento con su nombre y su foto que le haya dado una ciudad, un consulado o "
    "una "
    "escuela.",
    "name": "Su nombre completo",
    "name_hint": "Como aparecería en un documento. Si ha usado otro nombre, envíe otra vez el formulario "
    "con él.",
    "birth_date": "Su fecha de nacimiento",
    "address": "A dónde debe llegar la respuesta",
    "address_hint": "Una dirección o un teléfono donde solo conteste usted, o los de su abogado.",
    "send": "Enviar la pregunta",
    "wrong": "Revise el formulario, por favor. No se ha enviado nada.",
    "often": "Han llegado demasiadas preguntas desde esta conexión. No se ha enviado nada. Vuelva a "
    "intentarlo "
    "dentro de una hora o pregunte en la oficina de registros.",
    "sent": "Su pregunta ha llegado",
    "sent_says": "La oficina de registros contesta en un plazo de diez días hábiles. Si no recibe respuesta, "
    "pregunte en la oficina: no necesita ningún número.",
}
OWN_WORDS = {"en": ENGLISH, "es": SPANISH}
NEEDED = {"en": "This is needed.", "es": "Esto hace falta."}
NO_DATE = {"en": "This is no date.", "es": "Esto no es una fecha."}


class AskForm(forms.Form):
    """Who asks, and where the answer goes."""

    name = forms.CharField(max_length=accounting.MOST_NAME, widget=forms.TextInput({"autocomplete": "off"}))
    birth_date = forms.DateField(
        widget=forms.DateInput({"type": "date", "autocomplete": "off"}, format="%Y-%m-%d")
    )
    address = forms.CharField(
        max_length=accounting.MOST_ADDRESS, widget=forms.Textarea({"rows": 2, "autocomplete": "off"})
    )

    def __init__(self, *args: Any, language: str, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.label = OWN_WORDS[language][name]
            field.help_text = OWN_WORDS[language].get(f"{name}_hint", "")
            field.error_messages |= {"required": NEEDED[language], "invalid": NO_DATE[language]}


def _form(request: HttpRequest, language: str, form: AskForm, *, status: int = 200, **more: Any) -> Any:
    return show(
        request, PAGE, language, here="asking", status=status, form=form, c=OWN_WORDS[language], **more
    )


def _asking(request: HttpRequest, language: str) -> HttpResponseBase:
    """The form; a filled one is kept for the records office."""
    if request.method != "POST":
        return _form(request, language, AskForm(language=language))
    form = AskForm(request.POST, language=language)
    words = OWN_WORDS[language]
    if not form.is_valid():
        return _form(request, language, form, status=422, trouble=words["wrong"])
    if not AskingThrottle().allow_request(Request(request), APIView()):
        return _form(request, language, form, status=429, trouble=words["often"])
    try:
        accounting.ask(**form.cleaned_data, language=language)
    except Invalid:  # what the form cannot know, such as a day in the future
        return _form(request, language, form, status=422, trouble=words["wrong"])
    return redirect("web:asked", language)


def _asked(request: HttpRequest, language: str) -> HttpResponseBase:
    """The same words for everybody who has asked, and for everybody who has not."""
    return show(request, "public/asked.html", language, here="asked", c=OWN_WORDS[language])


asking = open_page(_asking, takes="POST")
asked = open_page(_asked)
urlpatterns = [
    path("public/<str:language>/your-records/", asking, name="asking"),
    path("public/<str:language>/your-records/sent/", asked, name="asked"),
]
