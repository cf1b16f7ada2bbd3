"""Incoming mail: what came, what became of it, how the mailbox does; the source of one mail, for leads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from tickets.admin.outbox_page import read_page
from tickets.admin.rights import StaffRequest, needs
from tickets.mail import answering, incoming, sealed_mail
from tickets.models import IncomingMail, MailLook
from tickets.models.incoming_mail import MailState

DAY = timedelta(days=1)
# After so long a mail that nobody has filed says that no worker runs.
IS_LATE = timedelta(minutes=5)
# More is not counted: it is many.
MANY = 100
# The rest of a source is pictures in base64 (characters).
MAX_SHOWN = 200_000

REFILED = {MailState.KEPT, MailState.UNREADABLE}
REASONS: dict[str, str | Promise] = {
    "new": gettext_lazy("new ticket"),
    "token": gettext_lazy("answer to a ticket, by its signed address"),
    "answers": gettext_lazy("answer to a mail of ours"),
    "subject": gettext_lazy("answer to a ticket, by the number in its subject"),
    "other_sender": gettext_lazy("answer from another address: a ticket of its own"),
    "bounce": gettext_lazy("a mail of ours came back"),
    "auto_reply": gettext_lazy("automatic answer of somebody absent"),
    "auto_sent": gettext_lazy("sent by a machine"),
    "list": gettext_lazy("mailing list"),
    "bulk": gettext_lazy("bulk mail"),
    "calendar": gettext_lazy("calendar"),
    "receipt": gettext_lazy("reading receipt"),
    "loop": gettext_lazy("a loop of auto-responders"),
    "own": gettext_lazy("our own mail coming back"),
    "empty": gettext_lazy("nothing in it"),
    "too_large": gettext_lazy("too large"),
    "no_sender": gettext_lazy("nobody to answer: no usable sender"),
    "too_complex": gettext_lazy("too complex to be read"),
    "gave_up": gettext_lazy("could not be filed, after several attempts"),
    "by_hand": gettext_lazy("a person's, as a lead has seen"),
    "gone": gettext_lazy("its source cannot be opened"),
}


@require_safe
@needs("tickets.view_incomingmail")
def incoming_page(request: StaffRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    rows = IncomingMail.objects.filter(state=state) if state in MailState else IncomingMail.objects.all()
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    shown, is_more = read_page(rows.select_related("ticket"), after=after, before=before)
    context = {
        **admin.site.each_context(request),
        "title": _("Incoming mail"),
        "state": state if state in MailState else "",
        "states": MailState,
        "mails": [(mail, REASONS.get(mail.reason, mail.reason)) for mail in shown],
        "health": _health(),
        "may_read": request.user.has_perm("tickets.read_source"),
        "newer": shown[0].pk if shown and (is_more if before else after) else "",
        "older": shown[-1].pk if shown and (before or is_more) else "",
        "query": {"state": state} if state in MailState else {},
    }
    return TemplateResponse(request, "tickets/desk/incoming.html", context)


@cache_control(no_store=True, private=True)
@require_http_methods(["GET", "HEAD", "POST"])
@needs("tickets.read_source")
def incoming_source(request: StaffRequest, pk: int) -> HttpResponse:
    """The facts of a mail; its source is shown once it is asked for, and each look is recorded."""
    mail = get_object_or_404(IncomingMail.objects.select_related("ticket"), pk=pk)
    context: dict[str, Any] = {}
    if request.method == "POST" and request.POST.get("action") == "file":
        return _filed_again(request, mail)
    if request.method == "POST":
        context = _looked_at(mail, by=request)
    context |= {
        **admin.site.each_context(request),
        "title": _("Mail of %(domain)s") % {"domain": mail.from_domain or "–"},
        "mail": mail,
        "reason": REASONS.get(mail.reason, mail.reason),
        "may_file": mail.state in REFILED and mail.reason not in incoming.UNFIT,
        "looks": mail.looks.select_related("user")[:20],
    }
    return TemplateResponse(request, "tickets/desk/incoming_source.html", context)


def _filed_again(request: StaffRequest, mail: IncomingMail) -> HttpResponse:
    if incoming.file_again(mail):
        messages.success(request, _("The mail is filed as a person's in a moment."))
    else:
        messages.error(
            request, _("This mail cannot be filed: it was filed meanwhile, or its source is gone.")
        )
    return redirect("admin:tickets_incomingmail_change", mail.pk)


@sensitive_variables("source", "raw")
def _looked_at(mail: IncomingMail, *, by: StaffRequest) -> dict[str, Any]:
    try:
        raw = sealed_mail.read_raw(mail)
    except sealed_mail.Gone:
        return {"refusal": _("The source of this mail is not kept any more, or its key is gone.")}
    MailLook.objects.create(mail=mail, user=by.user)
    source = raw[: 2 * MAX_SHOWN].decode(errors="replace").replace("\r\n", "\n")
    return {"source": source[:MAX_SHOWN], "is_cut": len(source) > MAX_SHOWN or len(raw) > 2 * MAX_SHOWN}


def _health() -> dict[str, Any]:
    now = timezone.now()
    oldest = IncomingMail.objects.waiting().order_by("received_at").first()
    kept = IncomingMail.objects.filter(ended_at__gt=now - DAY, state=MailState.KEPT)
    counted = kept.order_by().values_list("reason").annotate(count=Count("pk")).order_by("-count", "reason")
    capped = IncomingMail.objects.filter(
        ended_at__gt=now - timedelta(hours=1), state=MailState.FILED, unanswered_because=answering.EVERYONE
    )
    return {
        "oldest": oldest,
        "is_late": oldest is not None and now - oldest.received_at > IS_LATE,
        "kept": [(REASONS.get(reason, reason), count) for reason, count in counted],
        "attention": IncomingMail.objects.filter(state=MailState.UNREADABLE)[:MANY].count(),
        "many": MANY,
        "is_capped": capped.exists(),
    }
