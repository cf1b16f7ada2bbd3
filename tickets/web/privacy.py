"""Privasi: what is kept of a report, why and how long, as the settings of this installation have it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Show our page, or lead to the platform's own notice where one is named."""
    if settings.PRIVACY_URL:
        return HttpResponseRedirect(settings.PRIVACY_URL)
    ages = settings.TICKETS_KEPT.days, settings.SCREENSHOTS_KEPT.days
    context = {
        "note": settings.PRIVACY_NOTE.get(get_language() or "id", ""),
        "link_days": settings.STATUS_LINK_AGE.days,
        # 0 is for ever.
        "ticket_days": settings.TICKETS_KEPT.days,
        "picture_days": min(filter(None, ages), default=0),
        "network_days": settings.TECHNICAL_KEPT.days,
        "identity_days": settings.IDENTITY_KEPT.days,
        "undecided_days": settings.IDENTITY_UNDECIDED_KEPT.days,
        "mail_days": settings.INCOMING_KEPT.days,
        "takes_mail": bool(settings.IMAP_URL or settings.ANYMAIL_WEBHOOK_SECRET),
        "language_days": settings.LANGUAGE_COOKIE_AGE // (24 * 3600),
    }
    return render(request, "tickets/web/privacy.html", context)
