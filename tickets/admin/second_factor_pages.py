"""Keamanan akun: second factors asked for at sign-in, set up, taken off; the library's views in our pages."""

from __future__ import annotations

import ipaddress
import logging
from functools import wraps
from http import HTTPStatus

from allauth.account.views import ReauthenticateView as PasswordView
from allauth.mfa.base.views import AuthenticateView, IndexView, ReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, ReauthenticateWebAuthnView, RemoveWebAuthnView
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tickets import attempts, counters, sealing, second_factor, sessions
from tickets.admin.rights import StaffRequest, View
from tickets.admin.waiting import refuse

logger = logging.getLogger(__name__)

FOLDER = "tickets/desk/security"


class _Page:
    """One of the library's views with the desk around it."""

    title: str | Promise

    def get_context_data(self, **kwargs):
        user = self.request.user
        is_owed = user.is_authenticated and second_factor.is_owed(user)
        return {
            **super().get_context_data(**kwargs),
            **admin.site.each_context(self.request),
            "title": self.title,
            "can_have_passkeys": can_have_passkeys(self.request),
            "is_owed": is_owed,
            # Links that lead back to here are none.
            **({"navigation": [], "may_search": False} if is_owed else {}),
        }


class _Counted(_Page):
    """Counts each try before it is looked at."""

    def who(self) -> User:
        return self.request.user

    def post(self, request, *args, **kwargs):
        try:
            attempt = attempts.begin_proof(request, user=self.who())
        except counters.TooMany as refusal:
            logger.warning("user %s: second factor refused: too many tries", self.who().pk)
            return _wait(request, self.title, refusal)
        self.attempt = attempt
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        self.attempt.succeed()
        return super().form_valid(form)

    def form_invalid(self, form):
        logger.warning("user %s: second factor or password not accepted", self.who().pk)
        return super().form_invalid(form)


class CodePage(_Counted, AuthenticateView):
    """The second step of signing in."""

    template_name = f"{FOLDER}/code.html"
    title = gettext_lazy("One more step")

    def who(self):
        return self.stage.login.user

    def get_context_data(self, **kwargs):
        kinds = set(Authenticator.objects.filter(user=self.who()).values_list("type", flat=True))
        return {
            **super().get_context_data(**kwargs),
            "has_app": Authenticator.Type.TOTP in kinds,
            "has_passkey": Authenticator.Type.WEBAUTHN in kinds,
        }


class ConfirmPasswordPage(_Counted, PasswordView):
    template_name = f"{FOLDER}/confirm_password.html"
    title = gettext_lazy("Is it still you?")


class ConfirmCodePage(_Counted, ReauthenticateView):
    template_name = f"{FOLDER}/confirm_code.html"
    title = gettext_lazy("Is it still you?")


class ConfirmPasskeyPage(_Counted, ReauthenticateWebAuthnView):
    template_name = f"{FOLDER}/confirm_passkey.html"
    title = gettext_lazy("Is it still you?")

    def form_invalid(self, form):
        super().form_invalid(form)  # says what went wrong, but would lead to the sign-in page
        return redirect(self.request.get_full_path())


class SecurityPage(_Page, IndexView):
    template_name = f"{FOLDER}/index.html"
    title = gettext_lazy("Account security")

    def get_context_data(self, **kwargs):
        own = Authenticator.objects.filter(user=self.request.user).order_by("created_at")
        codes = next((each for each in own if each.type == Authenticator.Type.RECOVERY_CODES), None)
        return {
            **super().get_context_data(**kwargs),
            "app": next((each for each in own if each.type == Authenticator.Type.TOTP), None),
            "passkeys": [each for each in own if each.type == Authenticator.Type.WEBAUTHN],
            "codes_left": _left(codes) if codes else None,
        }


class SetUpAppPage(_Page, ActivateTOTPView):
    template_name = f"{FOLDER}/app.html"
    title = gettext_lazy("Set up an authenticator app")

    def form_valid(self, form):
        response = super().form_valid(form)
        end_others(self.request)
        return response


class RemoveAppPage(_Page, DeactivateTOTPView):
    template_name = f"{FOLDER}/app_remove.html"
    title = gettext_lazy("Remove the authenticator app")


class CodesPage(_Page, ViewRecoveryCodesView):
    template_name = f"{FOLDER}/codes.html"
    title = gettext_lazy("Recovery codes")


class NewCodesPage(_Page, GenerateRecoveryCodesView):
    template_name = f"{FOLDER}/codes_new.html"
    title = gettext_lazy("New recovery codes")


class AddPasskeyPage(_Page, AddWebAuthnView):
    template_name = f"{FOLDER}/passkey_add.html"
    title = gettext_lazy("Add a passkey")

    def form_valid(self, form):
        response = super().form_valid(form)
        end_others(self.request)
        return response


class RemovePasskeyPage(_Page, RemoveWebAuthnView):
    template_name = f"{FOLDER}/passkey_remove.html"
    title = gettext_lazy("Remove the passkey")
    success_url = reverse_lazy("mfa_index")


@require_POST
def sign_out_elsewhere(request: StaffRequest) -> HttpResponse:
    end_others(request)
    messages.success(request, _("You are signed out everywhere but here."))
    return redirect("mfa_index")


def end_others(request: StaffRequest) -> None:
    """End the person's other sessions: they were opened before what has just changed."""
    sessions.end(request.user, keep=request.session.session_key)


def proven(view: View) -> View:
    """Count each try of a form that asks for the password; it leads on when it was right."""

    @wraps(view)
    def counted(request: StaffRequest, *args, **kwargs) -> HttpResponseBase:
        try:
            attempt = attempts.begin_proof(request, user=request.user)
        except counters.TooMany as refusal:
            return _wait(request, _("Is it still you?"), refusal)
        response = view(request, *args, **kwargs)
        if response.status_code == HTTPStatus.FOUND:
            attempt.succeed()
        return response

    return counted


def can_have_passkeys(request: StaffRequest) -> bool:
    """False where no browser allows them: at a bare network address, and without TLS but on this machine."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return request.is_secure() or host == "localhost" or host.endswith(".localhost")
    return False


def _wait(request: HttpRequest, title: str | Promise, refusal: counters.TooMany) -> TemplateResponse:
    """Answer with a page of its own: to show the form again is to look at what was typed."""
    context = {**admin.site.each_context(request), "title": title}
    return refuse(TemplateResponse(request, f"{FOLDER}/wait.html", context), refusal)


def _left(codes: Authenticator) -> int | None:
    """Return how many recovery codes are unused; None when they cannot be read any more."""
    try:
        return len(codes.wrap().get_unused_codes())
    except sealing.Unreadable:
        return None
