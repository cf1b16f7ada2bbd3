"""Signed links to a ticket's status page: who holds one may read and answer that ticket."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from tickets.models import Ticket

SALT = "tickets.status"
# Not Django's ":", which RFC 6750 does not allow in a bearer token.
SEPARATOR = "."


class BadLink(Exception):
    """The link is damaged, or made for another ticket."""


class ExpiredLink(BadLink):
    """The link was good, but is older than settings.STATUS_LINK_AGE."""


def token_for(ticket: Ticket) -> str:
    """Return what proves the right to see this ticket: time and signature, bound to its reference."""
    signed = _signer().sign(ticket.reference)
    return signed.partition(SEPARATOR)[2]


def check_token(reference: str, token: str) -> None:
    """Raise BadLink or ExpiredLink unless the token was made for this reference."""
    try:
        _signer().unsign(f"{reference}{SEPARATOR}{token}", max_age=settings.STATUS_LINK_AGE)
    except signing.SignatureExpired as error:
        raise ExpiredLink from error
    except signing.BadSignature as error:
        raise BadLink from error


def status_path(ticket: Ticket) -> str:
    return reverse("status", args=[ticket.reference, token_for(ticket)])


def masked_url(ticket: Ticket) -> str:
    """Return the address with its token hidden: only the requester may act by it."""
    return f"{settings.SITE_URL}{reverse('status', args=[ticket.reference, '***'])}"


def status_url(ticket: Ticket) -> str:
    """Return the absolute address for mail."""
    return f"{settings.SITE_URL}{status_path(ticket)}"


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(sep=SEPARATOR, salt=SALT)
