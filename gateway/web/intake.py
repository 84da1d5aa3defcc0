"""Staff enter a request that came by letter, phone, mail or visit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path

from gateway.web.acting import act, done, filled, form_for, page
from gateway.web.forms import NewRequest
from workflows.flow.opening import open_matter


@page()
def new(request: HttpRequest) -> HttpResponseBase:
    """Show the form."""
    return render(request, "staff/new.html", {"nav": "new", "form": form_for(request, NewRequest)})


@act("web:new")
def enter(request: HttpRequest) -> HttpResponseBase:
    """Open the matter and go to its page."""
    form = filled(request, NewRequest)
    matter = open_matter(form.submission(), actor=request.user, agency=form.cleaned_data["agency"])
    done(request, f"{matter.number} is open and acknowledged. The agency's letter is under “Letters”.")
    return redirect("web:matter", matter.pk)


urlpatterns = [path("matters/new/", new, name="new"), path("matters/new/enter/", enter, name="enter")]
