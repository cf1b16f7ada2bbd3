"""System checks: settings that are allowed each by itself and wrong together."""

import ipaddress
import re
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import Error, Warning
from django.db import DatabaseError

from tickets import ocr, outside_delivery, promises
from tickets.models.message import BY_API, BY_US

PLAIN_ADDRESS = re.compile(r"[^\s+@<>,]{1,30}@[^\s+@<>,]+")  # room for +word.signature in 64 characters
RATE = re.compile(r"[1-9]\d*/(s|sec|second|m|min|minute|h|hour|d|day)s?")


def check_site_is_https(app_configs, **kwargs):
    if settings.SITE_IS_HTTPS:
        return []
    hint = "Set SITE_URL=https://…; without it, cookies and status links travel in the clear."
    return [Warning(f"SITE_URL is {settings.SITE_URL}", hint=hint, id="tickets.W001")]


def check_proxies_are_counted(app_configs, **kwargs):
    """Whoever ends TLS stands before us: uncounted, all requesters share its address and its limits."""
    if settings.NUM_PROXIES or not settings.SITE_IS_HTTPS:
        return []
    hint = "Set NUM_PROXIES to how many proxies append to X-Forwarded-For, mostly 1."
    return [Warning("SITE_URL is https, but NUM_PROXIES is 0", hint=hint, id="tickets.W002")]


def check_mail_is_sent(app_configs, **kwargs):
    if settings.EMAIL_URL or settings.ANYMAIL_ESP:
        return []
    hint = "Set EMAIL_URL; until then mail is only written to files."
    return [Warning("no mail server is configured", hint=hint, id="tickets.W003")]


def check_sender_is_reachable(app_configs, **kwargs):
    if "@localhost" not in settings.DEFAULT_FROM_EMAIL:
        return []
    hint = "Set DEFAULT_FROM_EMAIL to a mailbox of yours, or mail will be refused or land in spam."
    return [Warning(f"mail is sent as {settings.DEFAULT_FROM_EMAIL}", hint=hint, id="tickets.W004")]


def check_bounces_are_heard_of(app_configs, **kwargs):
    """Only what a server refuses at once is known without one of these."""
    heard = settings.ANYMAIL_WEBHOOK_SECRET if settings.ANYMAIL_ESP else settings.BOUNCE_ADDRESS
    if heard or not (settings.ANYMAIL_ESP or settings.EMAIL_URL):
        return []
    name = "ANYMAIL_WEBHOOK_SECRET" if settings.ANYMAIL_ESP else "BOUNCE_ADDRESS"
    hint = f"Set {name}, or nobody hears of mail that did not arrive; see docs/mail.md."
    return [Warning("bounces go nowhere", hint=hint, id="tickets.W009")]


def check_own_mailboxes_are_addresses(app_configs, **kwargs):
    return [
        Error(f"{name} is no plain mail address", hint="Such as bantuan@example.org.", id="tickets.E011")
        for name in ("BOUNCE_ADDRESS", "SUPPORT_MAILBOX")
        if (value := getattr(settings, name)) and not PLAIN_ADDRESS.fullmatch(value)
    ]


def check_broker_fits_database(app_configs, **kwargs):
    """A database can be shared by machines, the folder that carries the bells cannot."""
    if settings.EMBEDDED or settings.REDIS_URL:
        return []
    hint = "Set REDIS_URL; a worker on another machine hears of new tickets only by the sweep."
    return [Warning("DATABASE_URL is set, but REDIS_URL is not", hint=hint, id="tickets.W005")]


def check_leases_outlive_tasks(app_configs, **kwargs):
    if settings.LEASE.total_seconds() > settings.CELERY_TASK_TIME_LIMIT:
        return []
    hint = "Make LEASE longer than CELERY_TASK_TIME_LIMIT, or two workers will do one piece of work."
    return [Error("a lease ends before the task that holds it", hint=hint, id="tickets.E001")]


def check_what_is_kept_outlives_its_use(app_configs, **kwargs):
    """What goes before somebody needs it makes the desk forget who has written before."""
    return [
        Error(
            f"{name} is shorter than SAME_PERSON_DAYS",
            hint="Keep it longer, or look for earlier reports of a person over fewer days.",
            id="tickets.E012",
        )
        for name, kept in (
            ("TICKETS_KEPT_DAYS", settings.TICKETS_KEPT),
            ("TECHNICAL_KEPT_DAYS", settings.TECHNICAL_KEPT),
        )
        if kept and kept < settings.SAME_PERSON_WINDOW
    ]


def check_site_url_is_one(app_configs, **kwargs):
    if urlsplit(settings.SITE_URL).scheme in {"http", "https"} and urlsplit(settings.SITE_URL).hostname:
        return []
    hint = "Write it with its scheme, such as https://bantuan.example.org; links in mails begin with it."
    return [Error(f"SITE_URL is {settings.SITE_URL}", hint=hint, id="tickets.E002")]


def check_rates_can_be_read(app_configs, **kwargs):
    """A rate that DRF cannot read fails at the first report, not at the start."""
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    wrong = [f"{scope} {rate}" for scope, rate in rates.items() if not RATE.fullmatch(rate)]
    hint = "Write a number, a slash and sec, min, hour or day, such as 20/hour."
    return [Error(f"unreadable throttle: {what}", hint=hint, id="tickets.E003") for what in wrong]


def check_sealing_keys_are_keys(app_configs, **kwargs):
    """A key that is none would fail at the first report that carries a secret, or the first proof."""
    hint = "Each is 32 bytes in URL-safe base64: cryptography.fernet.Fernet.generate_key()."
    return [
        Error(f"{name}: key {number} is none", hint=hint, id="tickets.E004")
        for name in ("SEALING_KEYS", "IDENTITY_KEYS")
        for number, key in enumerate(getattr(settings, name), start=1)
        if not _is_key(key)
    ]


def check_seals_have_their_own_key(app_configs, **kwargs):
    if settings.EMBEDDED or settings.SEALING_KEYS:
        return []
    hint = "Set SEALING_KEYS; until then masked secrets are lost when SECRET_KEY is changed."
    return [Warning("masked secrets are sealed by SECRET_KEY", hint=hint, id="tickets.W006")]


def check_identity_has_its_own_key(app_configs, **kwargs):
    if settings.EMBEDDED or settings.IDENTITY_KEYS:
        return []
    hint = "Set IDENTITY_KEYS; until then proofs of identity are lost when SECRET_KEY is changed."
    return [Warning("proofs of identity are sealed by SECRET_KEY", hint=hint, id="tickets.W013")]


def check_identity_keys_are_others(app_configs, **kwargs):
    """One leaked key must not open both what agents may read and what only leads may."""
    if not set(settings.IDENTITY_KEYS) & set(settings.SEALING_KEYS):
        return []
    hint = "Make new ones, and run `manage.py rotate_identity_keys`."
    return [Warning("IDENTITY_KEYS has a key of SEALING_KEYS", hint=hint, id="tickets.W014")]


def check_identity_goes(app_configs, **kwargs):
    """Whoever sends a proof is told the day it goes."""
    periods = {
        "IDENTITY_LINK_DAYS": settings.IDENTITY_LINK_AGE,
        "IDENTITY_KEPT_DAYS": settings.IDENTITY_KEPT,
        "IDENTITY_UNDECIDED_DAYS": settings.IDENTITY_UNDECIDED_KEPT,
    }
    return [
        Error(f"{name} is {kept.days}", hint="One day at least.", id="tickets.E030")
        for name, kept in periods.items()
        if kept.days < 1
    ]


def check_two_factor_is_one_of_three(app_configs, **kwargs):
    if settings.STAFF_TWO_FACTOR in {"on", "auto", "off"}:
        return []
    what = f"STAFF_TWO_FACTOR is {settings.STAFF_TWO_FACTOR}"
    return [Error(what, hint="Set it to auto, on or off.", id="tickets.E007")]


def check_staff_need_two_factors(app_configs, **kwargs):
    if settings.STAFF_TWO_FACTOR != "off" or not settings.SITE_IS_HTTPS:
        return []
    hint = "Set STAFF_TWO_FACTOR=auto; until then one guessed password opens everybody's tickets."
    return [Warning("staff sign in with a password alone", hint=hint, id="tickets.W008")]


def check_auto_replies_have_a_sender(app_configs, **kwargs):
    if settings.AUTO_REPLIES_SENT_BY in {BY_US, BY_API}:
        return []
    what = f"AUTO_REPLIES_SENT_BY is {settings.AUTO_REPLIES_SENT_BY}"
    return [Error(what, hint="Set it to us or api.", id="tickets.E010")]


def check_webhooks_stay_outside(app_configs, **kwargs):
    if not settings.WEBHOOKS_TO_LOOPBACK:
        return []
    hint = "Set WEBHOOKS_TO_LOOPBACK=false; it is for development."
    return [Warning("webhooks may go to this machine itself", hint=hint, id="tickets.W011")]


def check_log_format_is_one_of_two(app_configs, **kwargs):
    if settings.LOG_FORMAT in {"line", "json"}:
        return []
    what = f"LOG_FORMAT is {settings.LOG_FORMAT}"
    return [Error(what, hint="Set it to line or json.", id="tickets.E028")]


def check_metrics_networks_are_networks(app_configs, **kwargs):
    """One that is none would fail at the first scrape, and lock everybody out."""
    wrong = [network for network in settings.METRICS_ALLOWED if not _is_network(network)]
    hint = "Write them as 10.0.0.0/8 or 192.0.2.7, separated by commas."
    return [Error(f"METRICS_ALLOWED: {network}", hint=hint, id="tickets.E029") for network in wrong]


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return False
    return True


def check_replies_are_fetched(app_configs, databases=None, **kwargs):
    """Replies that nobody fetches are advice that nobody reads, and no error says so by itself."""
    try:
        is_neglected = bool(databases) and outside_delivery.is_neglected()
    except DatabaseError:  # before `migrate` has made the tables
        return []
    hint = "Look whether your program runs and its key is in force, or set AUTO_REPLIES_SENT_BY=us."
    what = "automatic replies are left to the API, and nobody has claimed them for long"
    return [Warning(what, hint=hint, id="tickets.W010")] if is_neglected else []


def _is_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


def check_ocr_is_one_of_three(app_configs, **kwargs):
    if settings.OCR in {"on", "auto", "off"}:
        return []
    return [Error(f"OCR is {settings.OCR}", hint="Set it to auto, on or off.", id="tickets.E005")]


def check_screenshots_are_read(app_configs, **kwargs):
    """Without a language only that one is missing; without tesseract all of them are."""
    lacking = set(settings.OCR_LANGUAGES) - set(ocr.languages())
    if settings.OCR == "off" or not lacking:
        return []
    what = f"tesseract is missing, or does not know {', '.join(sorted(lacking))}: " + (
        "screenshots are read badly" if ocr.languages() else "screenshots are not read"
    )
    hint = f"On Debian: {ocr.INSTALL}. Or set OCR=off."
    kind = Error if settings.OCR == "on" else Warning
    return [kind(what, hint=hint, id="tickets.E006" if settings.OCR == "on" else "tickets.W007")]


def check_promises_can_be_kept(app_configs, databases=None, **kwargs):
    """Without hours in which a promise could be kept, deadlines fall at night and nobody knows why."""
    if not databases:
        return []
    try:
        fallback = promises.load().fallback
    except DatabaseError:  # before `migrate` has made the tables, or has brought them up to date
        return []
    why = {
        promises.NO_HOURS: "there are no opening hours",
        promises.TOO_FEW_HOURS: "the longest promise does not fit into the opening hours of a year",
    }.get(fallback)
    hint = "Set them at the desk, under Settings, Promised times; until then all time counts."
    return [Warning(why, hint=hint, id="tickets.W012")] if why else []


ALWAYS = [
    check_sealing_keys_are_keys,
    check_ocr_is_one_of_three,
    check_screenshots_are_read,
    check_broker_fits_database,
    check_leases_outlive_tasks,
    check_what_is_kept_outlives_its_use,
    check_identity_goes,
    check_site_url_is_one,
    check_rates_can_be_read,
    check_two_factor_is_one_of_three,
    check_own_mailboxes_are_addresses,
    check_auto_replies_have_a_sender,
    check_log_format_is_one_of_two,
    check_metrics_networks_are_networks,
]
# With a database at hand: by `check --database default` and before each `migrate`.
OF_ROWS = [check_promises_can_be_kept, check_replies_are_fetched]
# By `check --deploy` only: a first try on one's own machine needs none of this.
IN_DEPLOYMENT = [
    check_site_is_https,
    check_proxies_are_counted,
    check_mail_is_sent,
    check_sender_is_reachable,
    check_bounces_are_heard_of,
    check_seals_have_their_own_key,
    check_identity_has_its_own_key,
    check_identity_keys_are_others,
    check_staff_need_two_factors,
    check_webhooks_stay_outside,
]
