"""A person's own settings: the single keys of the review, switched off or other ones."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path

from gateway.accounts.own_keys import ACTS, USUAL, faults_of, keys_of, set_keys
from gateway.web.acting import act, done, filled, form_for, page


class KeysForm(forms.Form):
    """A key for each act, or none."""

    on = forms.BooleanField(label="Single keys work in the review", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for one in ACTS:
            self.fields[one.name] = forms.CharField(
                label=one.words[0].upper() + one.words[1:],
                required=False,
                max_length=1,
                widget=forms.TextInput(
                    attrs={"class": "key", "size": 2, "autocomplete": "off", "autocapitalize": "off",
                           "spellcheck": "false"}
                ),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Every key once."""
        for name, words in faults_of(self.keys()).items():
            self.add_error(name, words)
        return self.cleaned_data

    def keys(self) -> dict[str, str]:
        """Act -> key."""
        return {name: self.cleaned_data.get(name, "") for name in USUAL}

    def rows(self) -> list[tuple[forms.BoundField, str]]:
        """Each field with the key that its act usually has."""
        return [(self[name], usual) for name, usual in USUAL.items()]


@page()
def settings(request: HttpRequest) -> HttpResponseBase:
    """Show the person's own settings."""
    keys = keys_of(request.user)
    context = {"form": form_for(request, KeysForm, initial={"on": keys.on, **keys.of})}
    return render(request, "staff/settings.html", context)


@act("web:settings")
def choose_keys(request: HttpRequest) -> None:
    """Keep the keys; or the usual ones again."""
    if "usual" in request.POST:
        set_keys(request.user, on=True, chosen=USUAL)
        return done(request, "The review has its usual keys again.")
    form = filled(request, KeysForm)
    set_keys(request.user, on=form.cleaned_data["on"], chosen=form.keys())
    return done(
        request, "Your keys are kept." if form.cleaned_data["on"] else "Single keys are switched off."
    )


urlpatterns = [
    path("settings/", settings, name="settings"),
    path("settings/keys/", choose_keys, name="choose_keys"),
]
