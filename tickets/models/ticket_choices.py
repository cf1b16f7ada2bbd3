"""What a ticket's columns may say: states, channels, zones, priorities."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    NEW = "new", _("New")
    SUSPENDED = "suspended", _("Held back as possible spam")
    SELF_FIX = "self_fix", _("Trying the fix")
    OPEN = "open", _("Needs an agent")
    PENDING = "pending", _("Waiting for the requester")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")
    MERGED = "merged", _("Merged")
    SPAM = "spam", _("Spam")


# Not counted as reports: nobody's, or not known yet to be anybody's.
NO_REPORT = (Status.SUSPENDED, Status.SPAM)


class Channel(models.TextChoices):
    FORM = "form", _("Form")
    API = "api", _("API")
    EMAIL = "email", _("E-mail")
    CHAT = "chat", _("Chat")


class SignupPrecision(models.TextChoices):
    MINUTE = "minute", _("Date and hour")
    DAY = "day", _("Date only")
    NOT_YET = "not_yet", _("Not registered yet")
    UNKNOWN = "unknown", _("Not known")


class Zone(models.TextChoices):
    WIB = "Asia/Jakarta", _("WIB (Jakarta)")
    WITA = "Asia/Makassar", _("WITA (Makassar)")
    WIT = "Asia/Jayapura", _("WIT (Jayapura)")


class Resolution(models.TextChoices):
    REQUESTER = "requester", _("The requester said it works")
    AGENT = "agent", _("Resolved by an agent")
    ASSUMED = "assumed", _("Assumed after silence")


class HoldThen(models.TextChoices):
    """What the end of a hold does when the requester stayed silent."""

    QUEUE = "queue", _("Goes to the agent queue")
    RESOLVE = "resolve", _("Is assumed resolved")


class Priority(models.IntegerChoices):
    URGENT = 1, _("Urgent")
    HIGH = 2, _("High")
    NORMAL = 3, _("Normal")
    LOW = 4, _("Low")
