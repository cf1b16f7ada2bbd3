"""Signing in: who is meant by a name, whether the password is theirs, and the page that asks."""

from __future__ import annotations

import logging
import unicodedata
from typing import cast

from allauth.account.utils import perform_login
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from tickets import attempts, counters
from tickets.admin.waiting import refuse

logger = logging.getLogger(__name__)


class StaffBackend(ModelBackend):
    """Takes the user name, or the mail address where exactly one colleague has it."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        if username is None or password is None:
            return None
        user = person_called(username)
        if user is None:
            # As long as a wrong password takes: the time must not say whose name exists.
            User().set_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None


def person_called(name: str) -> User | None:
    """Return whose user name this is, else the one active colleague with this mail address."""
    found = User.objects.filter(username=name).first()
    if found is None and "@" in name:
        owners = User.objects.filter(email__iexact=name, is_active=True, is_staff=True)[:2]
        found = owners[0] if len(owners) == 1 else None
    return found


def account_of(name: str) -> str:
    """What tries are counted for: the person, however they are called, or the unknown name."""
    user = person_called(name)
    return f"user {user.pk}" if user else unicodedata.normalize("NFKC", name).casefold()


class SignInForm(AdminAuthenticationForm):
    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": _(
            "User name or password is wrong, or this account may not use the desk. Capital letters count."
        ),
    }
    attempt: attempts.Attempt

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # A mail address may be longer than a user name.
        self.fields["username"] = UsernameField(max_length=254)

    def clean(self):
        """Count the try before the password is looked at; raises counters.TooMany."""
        if {"username", "password"} <= self.cleaned_data.keys():
            account = account_of(self.cleaned_data["username"])
            request = cast(HttpRequest, self.request)
            self.attempt = attempts.begin_password(request, account=account)
        return super().clean()


class SignInView(LoginView):
    authentication_form = SignInForm
    template_name = "admin/login.html"
    next_page = "admin:index"

    def post(self, request, *args, **kwargs):
        try:
            return super().post(request, *args, **kwargs)
        except counters.TooMany as refusal:
            logger.warning("sign-in refused: too many tries")
            return self._refused(refusal)

    def form_valid(self, form):
        form.attempt.succeed()
        # From here on the library leads: to the second factor, then to where they wanted to go.
        return perform_login(self.request, form.get_user(), redirect_url=self.get_success_url())

    def form_invalid(self, form):
        if form.non_field_errors():
            logger.warning("sign-in failed: wrong name or password")
        return super().form_invalid(form)

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            **admin.site.each_context(self.request),
            "app_path": self.request.get_full_path(),
        }

    def _refused(self, refusal: counters.TooMany) -> TemplateResponse:
        """Show the page again without looking at the password; the name they typed stays."""
        form = SignInForm(self.request, initial={"username": self.request.POST.get("username", "")})
        page = cast(TemplateResponse, self.render_to_response(self.get_context_data(form=form)))
        return refuse(page, refusal)
