"""Addresses that get no mail from us: why and since when; leads let them be mailed again."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tickets import bounces
from tickets.admin.addresses import read_pk
from tickets.admin.rights import StaffRequest, needs
from tickets.admin.undelivered import why_undelivered
from tickets.models import SuppressedAddress
from tickets.models.suppressed_address import SuppressionReason

PAGE = 50
LIFTED = 10  # that are shown below, the latest


@require_http_methods(["GET", "HEAD", "POST"])
@needs("tickets.view_message")
def suppressed_page(request: StaffRequest) -> HttpResponse:
    if request.method == "POST":
        return _lift(request)
    standing = SuppressedAddress.objects.standing().select_related("ticket").order_by("-id")
    after = read_pk(request.GET.get("after", ""))
    found = list((standing.filter(pk__lt=after) if after else standing)[: PAGE + 1])
    lifted = SuppressedAddress.objects.exclude(lifted_at=None).select_related("lifted_by", "ticket")
    context = {
        **admin.site.each_context(request),
        "title": _("Suppressed addresses"),
        "rows": [(each, why(each)) for each in found[:PAGE]],
        "older": found[PAGE - 1].pk if len(found) > PAGE else "",
        "lifted": lifted.order_by("-id")[:LIFTED],
        "may_lift": request.user.has_perm("tickets.lift_suppression"),
    }
    return TemplateResponse(request, "tickets/desk/suppressed.html", context)


def why(suppressed: SuppressedAddress) -> str:
    if suppressed.reason == SuppressionReason.BOUNCE:
        return why_undelivered(suppressed.status)
    return str(suppressed.get_reason_display())


def _lift(request: StaffRequest) -> HttpResponse:
    if not request.user.has_perm("tickets.lift_suppression"):
        raise PermissionDenied(_("Letting an address be mailed again is for leads."))
    lifted = bounces.allow_again(read_pk(request.POST.get("address", "")) or 0, by=request.user)
    if lifted:
        done = _("%(address)s may be mailed again, from the next message on.")
        messages.success(request, done % {"address": lifted.address or _("The erased address")})
    else:
        messages.warning(request, _("Somebody has let this address be mailed already. Nothing was changed."))
    return HttpResponseRedirect(reverse("admin:tickets_suppressed"), status=303)
