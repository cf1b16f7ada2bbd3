"""The sessions of one person: ended when what they were opened with counts no more."""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone

AT_ONCE = 1_000  # rows


def discard_old() -> int:
    """Delete the rows of sessions that have run out, at most AT_ONCE; return how many.

    Django leaves them where they are.
    """
    over = Session.objects.filter(expire_date__lt=timezone.now()).order_by("expire_date")
    pks = list(over.values_list("pk", flat=True)[:AT_ONCE])
    return Session.objects.filter(pk__in=pks).delete()[0]


def end(user: User, *, keep: str | None = None) -> int:
    """Sign the person out everywhere but in the session with the key `keep`; return of how many.

    Whose a session is stands inside it, so all that are alive are read: only staff have any.
    """
    alive = Session.objects.filter(expire_date__gt=timezone.now()).exclude(session_key=keep or "")
    theirs = [
        session.pk
        for session in alive.iterator(chunk_size=500)
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    ended, _ = Session.objects.filter(pk__in=theirs).delete()
    return ended
