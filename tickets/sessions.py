"""The sessions of one person: ended when what they were opened with counts no more."""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone


def discard_old() -> None:
    """Delete the rows of sessions that have run out; Django leaves them where they are."""
    SessionStore.clear_expired()


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
