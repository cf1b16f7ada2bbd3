"""How the weekly summary becomes an e-mail: plain text and HTML from one source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

# RFC 3834 section 5: nobody's auto-responder may answer.
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


@dataclass(frozen=True)
class Line:
    """One figure: of the week, of the week before, and how it changed, in words."""

    label: str
    figure: str
    before: str
    change: str = ""


def compose_summary(
    lines: Sequence[Line], *, week: date, name: str, recipient: str, language: str, message_id: str
) -> EmailMultiAlternatives:
    """Build the mail of one lead; the caller sends it. `lines` are in the mail's language already."""
    with translation.override(language):
        days = {"first": _day(week), "last": _day(week + timedelta(days=6))}
        subject = _("The week %(first)s – %(last)s") % days
        context = {
            "subject": subject,
            "lines": lines,
            "name": name,
            "brand_name": settings.BRAND_NAME,
            "language": language,
            "page_url": f"{settings.SITE_URL}{reverse('admin:tickets_figures_changelist')}",
            **days,
        }
        mail = EmailMultiAlternatives(
            subject=f"[{settings.BRAND_NAME}] {subject}",
            body=render_to_string("tickets/mail/weekly.txt", context),
            to=[recipient],
            headers={**HEADERS, "Message-ID": message_id},
        )
        mail.attach_alternative(render_to_string("tickets/mail/weekly.html", context), "text/html")
    return mail


def _day(day: date) -> str:
    return date_format(day, "j M Y", use_l10n=False)
