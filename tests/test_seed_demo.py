import pytest
from django.contrib.auth import authenticate
from django.core import mail
from django.core.management import CommandError, call_command

from tests.factories import TicketFactory
from tickets.models import IdentityRequest, Message, PlaybookOverride, Ticket
from triage import draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("model")]


@pytest.mark.slow
def test_seed_demo_makes_a_queue_in_many_states_and_mails_nobody(capsys):
    call_command("seed_demo", tickets=40, seed=3, yes=True)

    statuses = set(Ticket.objects.values_list("status", flat=True))
    waiting = Message.objects.filter(delivery__in=["queued", "sending"]).count()
    assert Ticket.objects.count() == 40
    assert {"open", "self_fix", "pending", "resolved"} <= statuses
    assert "new" not in statuses
    assert (waiting, mail.outbox) == (0, [])
    assert {each.state for each in IdentityRequest.objects.all()} <= {"open", "received", "decided"}
    # Or the cap of one network would hold their answers back.
    assert Ticket.objects.values("network").distinct().count() > 30


@pytest.mark.slow
def test_seed_demo_has_a_lead_change_texts_once():
    for _ in range(2):
        call_command("seed_demo", tickets=1, yes=True)

    row = PlaybookOverride.objects.get()
    assert (row.version, row.changed_by.username, row.history.count()) == (2, "dewi", 2)
    assert draft.complaints(row.category, row.changes) == {}


@pytest.mark.slow
def test_seed_demo_has_proofs_of_identity_in_every_state_once():
    for _ in range(3):
        TicketFactory(open=True, category="account_restricted")

    for _ in range(2):
        call_command("seed_demo", tickets=1, yes=True)

    states = sorted(each.state for each in IdentityRequest.objects.all())
    assert states == ["decided", "open", "received"]
    assert Message.objects.filter(delivery__in=["queued", "sending"]).count() == 0


def test_seed_demo_prints_a_password_that_works(capsys):
    call_command("seed_demo", tickets=1, yes=True)

    password = capsys.readouterr().out.split()[-1]
    assert authenticate(username="rina", password=password).groups.get().name == "agent"


def test_seed_demo_asks_before_it_fills_a_shared_database(settings):
    settings.EMBEDDED = False

    with pytest.raises(CommandError):
        call_command("seed_demo", tickets=1)

    assert Ticket.objects.count() == 0
