"""How people sign in: address and password, then a second factor; lock-out; sessions.

Pages and adapters are in `gateway.accounts` and `gateway.web`.
"""

from __future__ import annotations

from datetime import timedelta

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: no password is compared for a locked account
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# guardian: only through matters.access
GUARDIAN_RAISE_403 = False
ANONYMOUS_USER_NAME = None  # no person stands for "anonymous"

# allauth. Accounts are made by administrators; nobody signs up.
ACCOUNT_ADAPTER = "gateway.accounts.adapter.AccountAdapter"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300  # a fresh sign-in counts as step-up for five minutes
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "gateway.accounts.mfa.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Disclosure gateway"
MFA_TOTP_TOLERANCE = 1  # one 30 s step either way

# Police records: five failures in 15 minutes lock the account (reliability.md 3.6).
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_CALLABLE = "gateway.accounts.lockout.account_tried"
AXES_LOCKOUT_CALLABLE = "gateway.accounts.lockout.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_ALLOWED_CORS_ORIGINS = ""

# A session ends after 15 idle minutes (screens S11), and with the browser. Pages that a person opens and
# acts renew it (gateway.web.acting); progress that a page asks for by itself does not.
SESSION_COOKIE_AGE = 15 * 60
SESSION_WARNING_S = 2 * 60  # so long before, the page says so and offers to stay (WCAG 2.2.1)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "gateway.web.session_end.out_of_date"

# Agency clients: client credentials only (RFC 9700 throughout); tokens live 15 minutes, kept as digests.
OAUTH2_PROVIDER = {
    "SCOPES": {"matters": "Open and follow matters of the client's own agency"},
    "DEFAULT_SCOPES": ["matters"],
    "ACCESS_TOKEN_EXPIRE_SECONDS": 15 * 60,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
}
