"""Signing in, setting up a code app, stepping up, signing out: allauth's views, and no others.

There is no way here to sign up, to change an address or to reset a password by mail: accounts are
made and mended by administrators, and with these addresses absent, allauth cannot offer them.
"""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import AccountInactiveView, LoginView, LogoutView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as StepUpView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse


class Activate(ActivateTOTPView):
    """Set a code app up. The code just typed proves the second factor for this session."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the secret, and count the proof: the same code cannot be asked for again."""
        response: HttpResponse = super().form_valid(form)
        factor = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP)
        record_authentication(self.request, self.request.user, method="mfa", id=factor.pk, type="totp")
        return response

    def get_success_url(self) -> str:
        """The recovery codes, to be written down once; then the start page."""
        return reverse("mfa_view_recovery_codes" if self.did_generate_recovery_codes else "web:home")


@login_required
def to_start(request: HttpRequest) -> HttpResponse:
    """Where allauth points when a second factor exists already or need not be changed: the start page."""
    return redirect("web:home")


urlpatterns = [
    path("login/", LoginView.as_view(), name="account_login"),
    path("off/", AccountInactiveView.as_view(), name="account_inactive"),
    path("logout/", LogoutView.as_view(), name="account_logout"),
    path("confirm/", ReauthenticateView.as_view(), name="account_reauthenticate"),
    path("code/", AuthenticateView.as_view(), name="mfa_authenticate"),
    path("step-up/", StepUpView.as_view(), name="mfa_reauthenticate"),
    path("code-app/", Activate.as_view(), name="mfa_activate_totp"),
    path("recovery-codes/", ViewRecoveryCodesView.as_view(), name="mfa_view_recovery_codes"),
    path("settled/", to_start, name="mfa_deactivate_totp"),
    path("start/", to_start, name="mfa_index"),
]
