"""The library's forms of second factors, with what they leave open closed."""

from __future__ import annotations

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, ReauthenticateWebAuthnForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tickets import sealing, second_factor

NAME_LENGTH = 60  # characters
# A credential that was tampered with breaks the library's parsers in each of these ways.
BROKEN = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
WRONG = _("This code is not right. Type the one the app shows now; each works once.")


class _Code:
    """Takes a code of the app or a recovery code once, wherever the last one was typed."""

    def clean_code(self):
        code = self.cleaned_data["code"]
        try:
            authenticator = second_factor.accepted(code, user=self.user)
        except sealing.Unreadable as error:
            raise ValidationError(
                _("Your second factor cannot be read any more. Ask an administrator to reset it.")
            ) from error
        if authenticator is None:
            raise ValidationError(WRONG)
        self.authenticator = authenticator
        return code


class CodeForm(_Code, AuthenticateForm):
    """While signing in."""


class ConfirmCodeForm(_Code, ReauthenticateForm):
    """To show that it is still them."""


class SetUpAppForm(ActivateTOTPForm):
    """Keeps one secret until it is used: a page that is loaded again must not void what was scanned."""

    def __init__(self, *args, **kwargs):
        session = context.request.session
        pending = session.get(SECRET_SESSION_KEY)
        super().__init__(*args, **kwargs)
        if pending:
            self.secret = session[SECRET_SESSION_KEY] = pending

    def clean_code(self):
        try:
            return super().clean_code()
        except ValidationError as error:
            raise ValidationError(WRONG) from error


class _Credential:
    """Answers a credential that cannot be read by a sentence."""

    def clean(self):
        try:
            return super().clean()
        except BROKEN as error:
            raise ValidationError(_("This did not work. Try again.")) from error


class AddPasskeyForm(_Credential, AddWebAuthnForm):
    def clean_name(self):
        return super().clean_name().strip()[:NAME_LENGTH]


class _Proof:
    def clean_credential(self):
        try:
            return super().clean_credential()
        except BROKEN as error:
            raise ValidationError(_("This did not work. Try again.")) from error


class PasskeyForm(_Proof, AuthenticateWebAuthnForm):
    """While signing in."""


class ConfirmPasskeyForm(_Proof, ReauthenticateWebAuthnForm):
    """To show that it is still them."""
