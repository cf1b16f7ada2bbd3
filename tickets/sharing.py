"""What a requester can do about the link to their report: have it mailed elsewhere, ask for it anew."""

from __future__ import annotations

from django.db import transaction

from tickets import lifecycle, link_mails, tasks
from tickets.bells import ring
from tickets.models import LinkRequest, Ticket


def mail_link(ticket: Ticket, *, to: str) -> None:
    """Send the link to one more address. Raises link_mails.TooManyLinks."""
    with transaction.atomic():
        message = link_mails.queue_elsewhere(lifecycle.lock(ticket), to=to)
        if message.is_on_its_way:
            transaction.on_commit(lambda: ring(tasks.deliver_message, message.pk), robust=True)


def ask_for_link(*, reference: str, address: str) -> None:
    """Have the link to a report mailed to an address of it, if the two belong together.

    Whether they do is looked up by a worker: here the right and the wrong cost the same.
    """
    with transaction.atomic():
        digest = link_mails.digest_of(address)
        request = LinkRequest.objects.create(reference=reference, address_digest=digest)
        transaction.on_commit(lambda: ring(tasks.answer_link_request, request.pk), robust=True)
