"""Secrets of code apps are stored encrypted under a key of the vault."""

from __future__ import annotations

import base64

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet

from workflows import vault


class MfaAdapter(DefaultMFAAdapter):
    """Encrypt what allauth stores about a second factor."""

    def encrypt(self, text: str) -> str:
        """Return the text sealed under the installation's key for second factors."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the text again. Raises InvalidToken when the stored value was changed."""
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(vault.keys.derive("accounts.second_factor")))
