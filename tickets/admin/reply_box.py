"""The reply box: canned replies that stand ready, what is in the box, and the mail as it will look."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from tickets import desk, links, outbox
from tickets.admin import action_inputs, actions
from tickets.admin.outbox_page import framed_mail, html_of
from tickets.admin.queue_rows import label_of
from tickets.admin.rights import StaffRequest, needs
from tickets.drafts import Kept
from tickets.macros import nearest_first, render
from tickets.mail.outgoing import compose_mail
from tickets.models import Macro, Message, Ticket
from tickets.models.message import MessageKind


@dataclass(frozen=True)
class ReplyBox:
    is_note: bool = False  # written for colleagues
    macros: list[Macro] = field(default_factory=list)
    suggestion: Macro | None = None
    after: str = ""  # what the macro that was put in does besides


def reply_context(request: StaffRequest, ticket: Ticket, *, draft: Kept | None) -> dict[str, Any]:
    """What the box holds: the words that came back, or the draft, and then the macro asked for."""
    macros = nearest_first(ticket.category)
    came_back = "body" in request.POST
    typed = request.POST["body"] if came_back else draft.body if draft else ""
    key = request.POST.get("macro") or request.GET.get("macro", "")
    chosen = next((macro for macro in macros if macro.key == key), None)
    if chosen:
        typed = _with(typed, render(chosen, ticket, by=request.user))
    box = ReplyBox(
        is_note=request.POST.get("mode") == actions.NOTE if came_back else bool(draft and draft.is_note),
        macros=macros,
        suggestion=next((macro for macro in macros if macro.category == ticket.category != ""), None),
        after=chosen.after if chosen else "",
    )
    return {"box": box, "typed": typed, "is_refused_text": came_back}


def _with(typed: str, text: str) -> str:
    # The page opened again: its draft has the macro already.
    if text in typed.replace("\r\n", "\n"):
        return typed
    return "\n\n".join(filter(None, [typed.strip(), text]))


@require_safe
@needs("tickets.change_ticket")
def macro_list(request: StaffRequest, pk: int) -> JsonResponse:
    """Every macro in use, filled in for this ticket, the nearest first."""
    ticket = get_object_or_404(Ticket, pk=pk)
    macros = nearest_first(ticket.category)
    return JsonResponse({"macros": [_told(macro, ticket, by=request.user) for macro in macros]})


def _told(macro: Macro, ticket: Ticket, *, by: User) -> dict[str, Any]:
    return {
        "key": macro.key,
        "title": macro.title,
        "category": label_of(macro.category) if macro.category else "",
        "after": macro.after,
        "text": render(macro, ticket, by=by),
    }


@require_POST
@xframe_options_sameorigin
@needs("tickets.change_ticket")
def reply_preview(request: StaffRequest, pk: int) -> HttpResponse:
    """The mail that this reply would be, or why it would not be sent; nothing is stored."""
    ticket = get_object_or_404(Ticket, pk=pk)
    try:
        body = _sendable(request.POST)
    except action_inputs.Refusal as refusal:
        return framed_mail(render_to_string("tickets/desk/preview_refused.html", {"refusal": refusal}))
    message = Message(
        ticket=ticket,
        kind=MessageKind.REPLY,
        language=ticket.language,
        subject=outbox.reply_subject(ticket),
        body=body,
        recipient=ticket.mail_address,
    )
    return framed_mail(html_of(compose_mail(message, link=links.masked_url(ticket))))


def _sendable(data: QueryDict) -> str:
    body = action_inputs.read_body(data)
    try:
        desk.refuse_secrets(body)
    except desk.HoldsSecrets as error:
        raise action_inputs.Refusal(actions.secrets_named(error)) from error
    return body
