"""What people at the desk have set up: a running incident with its tickets, one that is over, saved views."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from tickets import incidents, saved_views
from tickets.models import Incident, SavedView, Ticket
from tickets.models.ticket import Status

RUNNING = "SMS OTP Telkomsel terlambat"
RUNNING_NOTE = (
    "Kode lewat SMS ke nomor Telkomsel sedang terlambat. Kode tetap akan sampai; Anda tidak perlu "
    "mendaftar ulang."
)
OVER = "Halaman daftar lambat setelah pembaruan"
LINKED = 6
VIEWS = {
    "OTP > 30 menit": "tab=open&category=otp_not_received&age=30m",
    "Tanpa kategori": "tab=open&confidence=unsure",
    "Belum dipegang": "tab=open&assignee=nobody",
}


def add_habits(*, agents: list[User], lead: User) -> None:
    """Once only: what a second run adds is tickets."""
    if Incident.objects.exists() or SavedView.objects.exists():
        return
    _add_incidents(lead)
    for agent in agents:
        for name, query in VIEWS.items():
            saved_views.save(name=name, query=query, by=agent)


def _add_incidents(lead: User) -> None:
    over = incidents.declare(title=OVER, public_note="", by=lead)
    incidents.end(over)
    running = incidents.declare(title=RUNNING, public_note=RUNNING_NOTE, by=lead)
    late = Ticket.objects.filter(category="otp_not_received", status=Status.OPEN).order_by("-id")
    for ticket in late[:LINKED]:
        incidents.link(ticket, to=running, by=lead)
    now = timezone.now()
    Incident.objects.filter(pk=running.pk).update(started_at=now - timedelta(hours=3))
    Incident.objects.filter(pk=over.pk).update(
        started_at=now - timedelta(days=2, hours=4), ended_at=now - timedelta(days=2)
    )
