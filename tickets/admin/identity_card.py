"""Proof of identity beside a ticket: to agents how far it is, to leads also who has seen it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Prefetch, QuerySet

from tickets import desk, lifecycle
from tickets.identity.asking import SEE, may_ask
from tickets.models import IdentityLook, IdentityRequest, Ticket
from tickets.models.identity import IdentityReason
from tickets.models.ticket import Status


def identity_context(ticket: Ticket, merged: Iterable[Ticket], *, by: User) -> dict[str, Any]:
    pks = [ticket.pk, *(each.pk for each in merged)]
    asked = list(with_looks(IdentityRequest.objects.filter(ticket__in=pks)).order_by("-id"))
    is_under_way = any(each.is_open or each.is_to_decide for each in asked)
    can_wait = ticket.status == Status.PENDING or lifecycle.can_move(ticket, Status.PENDING)
    is_worker = by.has_perm("tickets.change_ticket") and desk.may_work(ticket, by=by)
    return {
        "proofs": asked,
        "may_see_proofs": by.has_perm(SEE),
        "may_withdraw_proof": is_worker,
        "may_ask_proof": is_worker and can_wait and not is_under_way and may_ask(ticket, by=by),
        "proof_reasons": IdentityReason.choices,
        "proof_goes_by_mail": bool(ticket.mail_address),
    }


def with_looks(asked: QuerySet[IdentityRequest]) -> QuerySet[IdentityRequest]:
    looks = IdentityLook.objects.select_related("by").order_by("-id")
    return asked.select_related("ticket", "asked_by", "withdrawn_by", "decided_by").prefetch_related(
        "files", Prefetch("looks", looks)
    )
