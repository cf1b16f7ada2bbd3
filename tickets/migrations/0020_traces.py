"""Leaves the traces of the people who have written already, so that who comes back is recognised."""

from django.db import migrations

from tickets.people import traces_of

# Columns that tell whom a ticket is from. How a mailbox is spelt in one way is Python's knowledge, not
# SQL's: the rows come here, without their texts, and go back as traces.
COLUMNS = ("registered_email", "registered_phone", "reply_email", "channel", "ip_address", "user_agent")
BATCH = 5000


def leave_traces(apps, schema_editor):
    """A batch at a time, each for itself: stopped half-way, it begins anew and adds what is missing."""
    tickets = apps.get_model("tickets", "Ticket").objects.exclude(status="spam").order_by("pk").only(*COLUMNS)
    traces = apps.get_model("tickets", "Trace").objects
    last = 0
    while batch := list(tickets.filter(pk__gt=last)[:BATCH]):
        rows = [
            traces.model(ticket_id=ticket.pk, kind=kind, key=key)
            for ticket in batch
            for kind, key in traces_of(ticket)
        ]
        traces.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
        last = batch[-1].pk


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0019_duplicates")]

    operations = [migrations.RunPython(leave_traces, migrations.RunPython.noop)]
