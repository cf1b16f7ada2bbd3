"""Kirim bukti identitas: the page behind a link that an agent had sent, where a card is sent once."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tickets import identity_links, intake
from tickets.forms import IdentityForm
from tickets.identity import receiving
from tickets.identity.asking import NotOpen
from tickets.links import BadLink
from tickets.models import IdentityRequest
from tickets.models.identity import IdentityState
from tickets.moments import in_words
from tickets.screenshots import ScreenshotsRejected
from tickets.throttling import IdentityThrottle, seconds_to_wait
from tickets.web.linked import private
from tickets.web.pages import problem, retry_after, unavailable
from tickets.web.uploads import DroppedFiles, dropped_names, is_oversized, takes_uploads

# The pages for a link that does not work any more, and what they answer with.
ENDED = {IdentityState.EXPIRED: "identity_expired", IdentityState.WITHDRAWN: "identity_withdrawn"}
USED = {IdentityState.RECEIVED, IdentityState.DECIDED, IdentityState.LAPSED}


class InMemory(MemoryFileUploadHandler):
    """Keeps every file in memory: a card must not lie in a temporary file, unsealed.

    Only for who has a link that works, and at most what uploads.MAX_BODY lets through.
    """

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        self.activated = True


# Exempt: the link is looked at before a byte of the body is read, and `_answer` checks as every form does.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: HttpRequest, public_id: uuid.UUID, token: str) -> HttpResponse:
    """Show what is asked for and why, and take it once. A bad link and an unknown one look the same."""
    # Whoever has no link that works makes us keep nothing of what they send.
    request.upload_handlers = [DroppedFiles(request)]
    try:
        asked = identity_links.find(public_id, token)
        if _works(asked):
            request.upload_handlers = [InMemory(request)]
        return private(_answer(request, asked))
    except BadLink:
        return private(problem(request, "tickets/web/link_bad", status=404))
    except (OperationalError, InterfaceError):
        return unavailable(request)


def show_again(request: HttpRequest, public_id: uuid.UUID, token: str) -> HttpResponse:
    """Show the page after a failed CSRF check; the pictures have to be chosen again."""
    asked = identity_links.find(public_id, token)  # it was a good one a moment ago
    if not _works(asked):
        return private(_ended(request, asked))
    form = IdentityForm(request.POST, request.FILES)
    return private(_page(request, asked, form, notice="expired", status=403))


def _works(asked: IdentityRequest) -> bool:
    return asked.is_open and receiving.is_wanted(asked)


@takes_uploads
def _answer(request: HttpRequest, asked: IdentityRequest) -> HttpResponse:
    if not _works(asked):
        return _ended(request, asked)
    if request.method != "POST":
        return _page(request, asked, IdentityForm())
    form = IdentityForm(request.POST, request.FILES)
    if is_oversized(request):
        return _page(request, asked, form, notice="too_large", status=413)
    wait = seconds_to_wait(IdentityThrottle(), request) if request.FILES else None
    if wait is not None:
        return retry_after(_page(request, asked, form, notice="throttled", status=429), wait)
    if form.is_valid():
        form.inspect_screenshots()
    if form.errors:
        return _page(request, asked, form, status=422)
    return _receive(request, asked, form)


def _receive(request: HttpRequest, asked: IdentityRequest, form: IdentityForm) -> HttpResponse:
    try:
        receiving.receive(asked, form.attachments)
    except ScreenshotsRejected as rejected:
        form.add_error("screenshots", [str(error) for error in rejected.errors])
        return _page(request, asked, form, status=422)
    except NotOpen:  # meanwhile: the page says what became of it
        return HttpResponseRedirect(request.path, status=303)
    except intake.AWAY:
        return retry_after(_page(request, asked, form, notice="unavailable", status=503), intake.RETRY_AFTER)
    return HttpResponseRedirect(request.path, status=303)


def _page(
    request: HttpRequest, asked: IdentityRequest, form: IdentityForm, *, notice: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "asked": asked,
        "form": form,
        "notice": notice,
        "lost_names": form.lost_names or dropped_names(request),
        "until": in_words(asked.expires_at, zone=asked.ticket.zone),
        "sent_words": _("Sent."),
        **_periods(),
    }
    return render(request, "tickets/web/identity.html", context, status=status)


def _ended(request: HttpRequest, asked: IdentityRequest) -> HttpResponse:
    if asked.state in USED:
        context = {"asked": asked, "is_kept": asked.is_kept, **_periods()}
        return render(request, "tickets/web/identity_done.html", context)
    # Not expired: then it was taken back, or the report has ended.
    name = ENDED.get(asked.state, "identity_withdrawn")
    return problem(request, f"tickets/web/{name}", status=410, reference=asked.ticket.reference)


def _periods() -> dict[str, int]:
    return {
        "kept_days": settings.IDENTITY_KEPT.days,
        "undecided_days": settings.IDENTITY_UNDECIDED_KEPT.days,
    }
