"""Shutting a colleague out, letting them in again, taking a lost second factor off: each asks first."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from tickets import second_factor, staff
from tickets.admin.rights import StaffRequest, needs


def may_change(person: User, *, by: User) -> bool:
    """Superusers are above roles: who has a role must not get at their password."""
    return by.has_perm("auth.change_user") and (by.is_superuser or not person.is_superuser)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("auth.change_user")
def deactivate_page(request: StaffRequest, pk: int) -> HttpResponse:
    person = _colleague(request, pk)
    if request.method != "POST":
        context = {"tickets": staff.unfinished(person).count()}
        return _page(request, "deactivate", person, title=_("Shut the account"), **context)
    handed = staff.deactivate(person, by=request.user)
    messages.success(
        request,
        ngettext(
            "The account is shut. %(count)d ticket is nobody's again.",
            "The account is shut. %(count)d tickets are nobody's again.",
            handed,
        )
        % {"count": handed},
    )
    return _back(person)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("auth.change_user")
def reactivate_page(request: StaffRequest, pk: int) -> HttpResponse:
    person = _colleague(request, pk)
    if request.method != "POST":
        return _page(request, "reactivate", person, title=_("Open the account again"))
    staff.reactivate(person, by=request.user)
    messages.success(request, _("The account is open again."))
    return _back(person)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("auth.change_user")
# Who sits at a desk that somebody left open must not get at a colleague's account.
@reauthentication_required(app="allauth.mfa")
def reset_page(request: StaffRequest, pk: int) -> HttpResponse:
    person = _colleague(request, pk)
    if request.method != "POST":
        return _page(request, "reset", person, title=_("Reset the second factor"))
    if second_factor.remove(person, by=request.user):
        messages.success(
            request, _("The second factor is removed, and %(name)s is signed out.") % {"name": person}
        )
    else:
        messages.info(request, _("There was no second factor."))
    return _back(person)


def _colleague(request: StaffRequest, pk: int) -> User:
    person = get_object_or_404(User, pk=pk)
    if person == request.user:
        raise PermissionDenied(_("For your own account, use Account security."))
    if not may_change(person, by=request.user):
        raise PermissionDenied(_("This account can be changed by a superuser only."))
    return person


def _page(request: StaffRequest, step: str, person: User, *, title: str, **context) -> HttpResponse:
    context |= {**admin.site.each_context(request), "title": title, "person": person, "step": step}
    return TemplateResponse(request, "tickets/desk/colleague.html", context)


def _back(person: User) -> HttpResponse:
    return redirect("admin:auth_user_change", person.pk)
