"""What triage is given: one report, as the requester made it."""

from dataclasses import dataclass
from datetime import datetime

WAITED, SPAM, RESENT, DEVICE = "waited", "spam", "resent", "device"
TRIED = frozenset({WAITED, SPAM, RESENT, DEVICE})

MINUTE, DAY, NOT_YET, UNKNOWN = "minute", "day", "not_yet", "unknown"
PRECISIONS = frozenset({MINUTE, DAY, NOT_YET, UNKNOWN})

# What came back of a mail to the registered address.
UNKNOWN_USER, UNKNOWN_DOMAIN, MAILBOX_FULL = "unknown_user", "unknown_domain", "mailbox_full"
BOUNCES = frozenset({UNKNOWN_USER, UNKNOWN_DOMAIN, MAILBOX_FULL})

LANGUAGES = ("id", "en")


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report and the facts that came with it.

    `signed_up_at` is aware. With precision "day" it is the start of that day in `zone`; with "not_yet"
    (never got registered) and "unknown" it is ignored. `zone` is an IANA name, `contact` the registered
    e-mail or E.164 phone, `reply_contact` the address an answer should go to when that is another one,
    `has_screenshots` says that some are attached, `screens` is what was read off them,
    `platform_error` what the platform said had failed when it sent the person here. `earlier_tickets`
    counts other recent tickets of the same person, `second_account` says that one of them named another
    account, `fix_failed` says they answered "Masih gagal", `with_agent` that the ticket has been in the agent
    queue. `domain_accepts_mail` is what the DNS said of the registered address, None for nothing sure;
    `bounced` is what its mail system said when a mail of ours came back: one of BOUNCES, or "". `situation`
    is the category whose words the person picked from a list, "" for none: a hint, see picked.py.
    """

    text: str
    language: str = "id"
    signed_up_at: datetime | None = None
    signup_precision: str = UNKNOWN
    zone: str = "Asia/Jakarta"
    tried: frozenset[str] = frozenset()
    contact: str = ""
    reply_contact: str = ""
    domain_accepts_mail: bool | None = None
    bounced: str = ""
    has_screenshots: bool = False
    screens: tuple[str, ...] = ()
    platform_error: str = ""
    earlier_tickets: int = 0
    second_account: bool = False
    fix_failed: bool = False
    with_agent: bool = False
    situation: str = ""
