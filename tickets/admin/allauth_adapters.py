"""How django-allauth behaves at the desk: what it asks, seals, says, and what it leaves to us."""

from __future__ import annotations

import time

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tickets import sealing, second_factor

SIGNED_IN_AT = "signed_in_at"  # seconds since the epoch, in the session


class StaffAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_password": _("The password is wrong. Capital letters count."),
    }

    def is_open_for_signup(self, request):
        return False

    def get_login_stages(self):
        # No mail, no telephone, no trusted browsers: the second factor is the only stage.
        return ["allauth.mfa.stages.AuthenticateStage"]

    def login(self, request, user):
        super().login(request, user)
        request.session[SIGNED_IN_AT] = time.time()

    def reauthenticate(self, user, password):
        # The library's own way counts tries in the cache, and fails with it.
        return user.check_password(password)

    def get_reauthentication_methods(self, user):
        """Ask for the second factor where there is one: a password alone must not take it off."""
        methods = super().get_reauthentication_methods(user)
        factors = [method for method in methods if method["id"].startswith("mfa")]
        if not second_factor.has_app(user):
            factors.reverse()  # the passkey, then its recovery codes
        return factors or methods

    def is_reauthentication_required(self, *, app, **kwargs):
        return not has_just_signed_in(self.request)


def has_just_signed_in(request: HttpRequest) -> bool:
    """True for as long as a proof of who sits here is good for; signing in is one."""
    return time.time() - request.session.get(SIGNED_IN_AT, 0) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This did not work. Try again."),
        "cannot_generate_recovery_codes": _("Set up an authenticator app or a passkey first."),
    }

    def encrypt(self, text: str) -> str:
        return sealing.seal(text).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raise sealing.Unreadable when no key of ours opens it."""
        return sealing.unseal(encrypted_text.encode())

    def get_totp_label(self, user):
        return user.get_username()

    def get_totp_issuer(self):
        return settings.BRAND_NAME

    def get_public_key_credential_rp_entity(self):
        return {**super().get_public_key_credential_rp_entity(), "name": settings.BRAND_NAME}

    def get_public_key_credential_user_entity(self, user: User):
        return {**super().get_public_key_credential_user_entity(user), "name": user.get_username()}

    def generate_authenticator_name(self, user, type):
        return str(_("Passkey"))
