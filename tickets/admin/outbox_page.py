"""The outbox: every message that goes, went or did not go out, to read."""

from __future__ import annotations

from typing import TypeVar

from django.conf import settings
from django.contrib import admin
from django.core.mail import EmailMultiAlternatives
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from tickets import identity_links, links, outbox_health
from tickets.admin.addresses import read_pk
from tickets.admin.rights import needs
from tickets.admin.undelivered import why_undelivered
from tickets.csp import policy
from tickets.mail.outgoing import compose_mail
from tickets.models import Message
from tickets.models.message import Delivery

PAGE = 50

Row = TypeVar("Row", bound=Model)


@require_safe
@needs("tickets.view_message")
def outbox_page(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    messages = Message.objects.filter(delivery=state) if state in Delivery else Message.objects.outgoing()
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    shown, is_more = read_page(messages.select_related("ticket"), after=after, before=before)
    # Where the list begins; who pages on has seen it.
    health = None if state or after or before else outbox_health.look()
    context = {
        **admin.site.each_context(request),
        "title": _("Outbox"),
        "health": health,
        "failing": [(each, why_undelivered(each.status) if each.status else "") for each in health.failing]
        if health
        else [],
        "state": state if state in Delivery else "",
        "states": Delivery,
        "outgoing": shown,
        "newer": shown[0].pk if shown and (is_more if before else after) else "",
        "older": shown[-1].pk if shown and (before or is_more) else "",
        "query": {"state": state} if state in Delivery else {},
    }
    return TemplateResponse(request, "tickets/desk/outbox.html", context)


def read_page(messages: QuerySet[Row], *, after: str, before: str) -> tuple[list[Row], bool]:
    """Read PAGE rows, newest first, from an id on: `after` it down, or `before` it up."""
    place_pk = read_pk(after or before)
    if before and not after and place_pk is not None:
        found = list(messages.filter(pk__gt=place_pk).order_by("id")[: PAGE + 1])
        return found[:PAGE][::-1], len(found) > PAGE
    if place_pk is not None:
        messages = messages.filter(pk__lt=place_pk)
    found = list(messages.order_by("-id")[: PAGE + 1])
    return found[:PAGE], len(found) > PAGE


@require_safe
@needs("tickets.view_message")
def message_page(request: HttpRequest, pk: int) -> HttpResponse:
    message = _outgoing(pk)
    mail = _masked(message)
    context = {
        **admin.site.each_context(request),
        "title": message.subject,
        "message": message,
        "mail": mail,
        "from": mail.extra_headers.get("From") or mail.from_email,
    }
    return framing(TemplateResponse(request, "tickets/desk/message.html", context))


def framing(response: HttpResponse) -> HttpResponse:
    """Let this page show a mail of ours in a frame."""
    response["Content-Security-Policy"] = policy({**settings.SECURE_CSP, "frame-src": ["'self'"]})
    return response


@require_safe
@xframe_options_sameorigin
@needs("tickets.view_message")
def message_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML part as a mail program shows it."""
    message = _outgoing(pk)
    return framed_mail(html_of(_masked(message)))


def framed_mail(html: str) -> HttpResponse:
    """The answer to a frame on a page of ours: styles may be inline, and nothing runs."""
    response = HttpResponse(html)
    response["Content-Security-Policy"] = policy(
        {
            "default-src": ["'none'"],
            "style-src": ["'unsafe-inline'"],
            "img-src": ["data:"],
            "frame-ancestors": ["'self'"],
            "sandbox": [],
        }
    )
    return response


def _masked(message: Message) -> EmailMultiAlternatives:
    """The mail with its links hidden: only the requester may act by them."""
    return compose_mail(
        message,
        link=links.masked_url(message.ticket),
        identity_link=identity_links.masked_url_in(message),
    )


def _outgoing(pk: int) -> Message:
    return get_object_or_404(Message.objects.outgoing().select_related("ticket", "author"), pk=pk)


def html_of(mail: EmailMultiAlternatives) -> str:
    return next((str(content) for content, mimetype in mail.alternatives if mimetype == "text/html"), "")
