"""One person's data at the desk: what there is, their export, their erasure, and the receipts of erasures."""

from __future__ import annotations

import tempfile
from typing import IO
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from tickets import sealing
from tickets.admin.addresses import possible_pk, read_pk
from tickets.admin.rights import StaffRequest, needs
from tickets.models import Erasure, Ticket
from tickets.models.privacy import ErasureReason
from tickets.privacy import erasure, identifiers, portability
from tickets.privacy.identifiers import Identifier

SHOWN = 100  # receipts, and tickets of one person
# What a receipt and a preview count, in words.
KINDS: dict[str, str | Promise] = {
    "tickets": gettext_lazy("Tickets"),
    "messages": gettext_lazy("Messages and notes"),
    "screenshots": gettext_lazy("Screenshots, with their files"),
    "readings": gettext_lazy("Texts read off screenshots"),
    "identities": gettext_lazy("Pictures of proof of identity, with their files"),
    "secrets": gettext_lazy("Masked secrets"),
    "drafts": gettext_lazy("Drafts of agents"),
    "events": gettext_lazy("Lines of history"),
    "assessments": gettext_lazy("Assessments by triage"),
    "traces": gettext_lazy("Traces they are recognised by"),
    "mails": gettext_lazy("Received mails"),
    "sources": gettext_lazy("Sources of received mail"),
    "deliveries": gettext_lazy("Webhook deliveries about the tickets"),
    "suppressed": gettext_lazy("Plain address among those not mailed; a digest stays"),
    "views": gettext_lazy("Saved views that search for them"),
}


@cache_control(no_store=True, private=True)
@sensitive_post_parameters("who")
@require_http_methods(["GET", "HEAD", "POST"])
@needs("tickets.view_erasure")
def persons_page(request: StaffRequest) -> HttpResponse:
    """Where a person is named: by POST, so that the address stands in no log of addresses."""
    refusal = ""
    if request.method == "POST":
        try:
            return HttpResponseRedirect(_page_of(identifiers.read(request.POST.get("who", ""))), status=303)
        except ValidationError as error:
            refusal = " ".join(error.messages)
    context = {
        **admin.site.each_context(request),
        "title": _("Personal data"),
        "receipts": Erasure.objects.select_related("by")[:SHOWN],
        "who": request.POST.get("who", ""),
        "refusal": refusal,
    }
    return TemplateResponse(request, "tickets/desk/persons.html", context, status=400 if refusal else 200)


@cache_control(no_store=True, private=True)
@require_http_methods(["GET", "HEAD", "POST"])
@needs("tickets.view_erasure")
def person_page(request: StaffRequest) -> HttpResponseBase:
    person = _named(request)
    if person is None:
        return HttpResponseRedirect(reverse("admin:tickets_erasure_changelist"), status=303)
    if request.method != "POST":
        return _preview(request, person)
    if request.POST.get("action") == "export":
        return _exported(request, person)
    return _erased(request, person)


@require_safe
@needs("tickets.view_erasure")
def receipt_page(request: StaffRequest, pk: int) -> HttpResponse:
    receipt = get_object_or_404(Erasure.objects.select_related("by"), pk=possible_pk(pk))
    context = {
        **admin.site.each_context(request),
        "title": _("Receipt %(number)s") % {"number": receipt.number},
        "receipt": receipt,
        "counts": in_words(receipt.counts),
    }
    return TemplateResponse(request, "tickets/desk/erasure_receipt.html", context)


def in_words(counts: dict[str, int]) -> list[tuple[str, int]]:
    return [(str(label), counts[kind]) for kind, label in KINDS.items() if counts.get(kind)]


def _named(request: StaffRequest) -> Identifier | None:
    """Whom the address of the page means: sealed, because addresses of pages are logged on the way."""
    ticket = Ticket.objects.filter(pk=read_pk(request.GET.get("ticket", "")) or 0).first()
    try:
        text = ticket.contact or ticket.reply_email if ticket else sealing.unseal(_sealed(request))
        return identifiers.read(text)
    except (sealing.Unreadable, ValidationError):
        return None


def _sealed(request: StaffRequest) -> bytes:
    return request.GET.get("of", "").encode(errors="replace")


def _page_of(person: Identifier) -> str:
    return f"{reverse('admin:tickets_person')}?{urlencode({'of': sealing.seal(person.value).decode()})}"


def _preview(request: StaffRequest, person: Identifier, *, refusal: str = "") -> HttpResponse:
    found = erasure.preview(person)
    context = {
        **admin.site.each_context(request),
        "title": person.value,
        "found": found,
        "counts": in_words(found.counts),
        "theirs": found.theirs[:SHOWN],
        "more": max(0, len(found.theirs) - SHOWN),
        "reasons": ErasureReason.choices,
        "chosen": request.POST.get("reason", ""),
        "refusal": refusal,
        "may_erase": request.user.has_perm("tickets.add_erasure"),
        "may_export": request.user.has_perm("tickets.export_person"),
        "page": _page_of(person),
    }
    return TemplateResponse(request, "tickets/desk/person.html", context, status=400 if refusal else 200)


def _exported(request: StaffRequest, person: Identifier) -> HttpResponseBase:
    if not request.user.has_perm("tickets.export_person"):
        raise PermissionDenied
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it when it is sent
    try:
        portability.write(person, to=file, by=request.user)
    except portability.NothingKept:
        file.close()
        return _preview(request, person, refusal=_("Nothing is kept about this person."))
    file.seek(0)
    # No name of the person in the name of the file: it stands in lists of downloads.
    name = f"data_{timezone.localtime():%Y-%m-%d_%H%M}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


def _erased(request: StaffRequest, person: Identifier) -> HttpResponse:
    if not request.user.has_perm("tickets.add_erasure"):
        raise PermissionDenied
    reason = request.POST.get("reason", "")
    if reason not in ErasureReason:
        return _preview(request, person, refusal=_("Choose the reason first."))
    if not request.POST.get("sure"):
        return _preview(request, person, refusal=_("Confirm first that you have checked who asks."))
    receipt = erasure.erase(person, reason=reason, by=request.user)
    messages.success(request, _("Erased. This is the receipt; it names nobody."))
    return HttpResponseRedirect(reverse("admin:tickets_erasure_change", args=[receipt.pk]), status=303)
