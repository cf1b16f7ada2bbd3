"""The second factor of staff: who owes one, whose code is right, and taking it off again."""

from __future__ import annotations

from secrets import compare_digest

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext_noop

from tickets import sealing, sessions

# Recovery codes are no factor by themselves: they stand in for one of these.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

SEALED = {"secret", "seed"}  # of what an authenticator's row holds; a passkey's key is a public one


def has_one(user: User) -> bool:
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


def has_app(user: User) -> bool:
    return Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists()


def is_owed(user: User) -> bool:
    """True for staff who must set one up before anything else."""
    return settings.STAFF_NEED_TWO_FACTOR and not has_one(user)


def accepted(code: str, *, user: User) -> Authenticator | None:
    """Return the authenticator app or the recovery codes that the code belongs to, used up now.

    Raises sealing.Unreadable when what the code is compared with cannot be read any more.
    """
    with transaction.atomic():
        own = Authenticator.objects.select_for_update().filter(user=user)
        codes = own.exclude(type=Authenticator.Type.WEBAUTHN)
        return next((each for each in codes if _accepts(each, code)), None)


def remove(user: User, *, by: User) -> bool:
    """Take all second factors off and end the person's sessions; False when there were none.

    A telephone that is lost may be in other hands, and be signed in.
    """
    with transaction.atomic():
        removed, _ = Authenticator.objects.filter(user=user).delete()
        if removed:
            LogEntry.objects.log_actions(
                by.pk,
                User.objects.filter(pk=user.pk),
                CHANGE,
                # Translated when it is shown.
                change_message=[{"changed": {"fields": [gettext_noop("second factor")]}}],
            )
    sessions.end(user)
    return bool(removed)


def reseal(authenticator: Authenticator) -> bool:
    """Put what the row seals under the first key, without saving; False when it cannot be read."""
    try:
        for name in SEALED & authenticator.data.keys():
            authenticator.data[name] = sealing.reseal(authenticator.data[name].encode()).decode()
    except sealing.Unreadable:
        return False
    return True


def _accepts(authenticator: Authenticator, code: str) -> bool:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return authenticator.wrap().validate_code(code)
    return _accepts_once(authenticator, code)


def _accepts_once(authenticator: Authenticator, code: str) -> bool:
    """Compare with the codes of now; each is good for one time (RFC 6238, 5.2).

    The last one that was used stands in the row: a cache forgets, may be down, and without
    Redis every process has its own.
    """
    secret = decrypt(authenticator.data["secret"])
    typed = "".join(code.split())
    used = authenticator.data.get("used", -1)
    for counter in yield_hotp_counters_from_time():
        right = format_hotp_value(hotp_value(secret, counter))
        if counter > used and compare_digest(typed.encode(), right.encode()):
            authenticator.data["used"] = counter
            authenticator.save(update_fields=["data"])
            return True
    return False
