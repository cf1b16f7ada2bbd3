import threading
from datetime import timedelta
from importlib import import_module
from pkgutil import iter_modules

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from tests.factories import TicketFactory
from tickets import linking, migrations, pipeline
from tickets.linking import is_other_account, kin_of, second_account_among
from tickets.models import Ticket, Trace
from tickets.people import traces_of

pytestmark = pytest.mark.django_db

PHONE = "+6281234567890"
PHONE_MODEL = "Mozilla/5.0 (Linux; Android 10; K)"


def reported(**columns):
    """A ticket that the worker has looked at."""
    ticket = TicketFactory(**columns)
    linking.link(ticket)
    ticket.refresh_from_db()
    return ticket


def on_campus(**columns):
    return {"ip_address": "203.0.113.7", "user_agent": PHONE_MODEL, **columns}


def reasons(ticket):
    return [(each.ticket, set(each.because)) for each in kin_of(ticket)]


@pytest.mark.parametrize(
    ("first", "second", "because"),
    [
        ({"registered_email": "budi.s@gmail.com"}, {"registered_email": "budis+1@googlemail.com"}, "mailbox"),
        ({"registered_email": "budi@contoh.id"}, {"registered_email": "BUDI+a@contoh.id"}, "mailbox"),
        (
            {"registered_email": "budi@contoh.id"},
            {"registered_email": "", "registered_phone": PHONE, "reply_email": "budi@contoh.id"},
            "mailbox",
        ),
        (
            {"registered_email": "x@contoh.id", "reply_email": "ibu@contoh.id"},
            {"registered_email": "y@contoh.id", "reply_email": "ibu@contoh.id"},
            "mailbox",
        ),
        (
            {"registered_email": "budi@contoh.id", "registered_phone": PHONE},
            {"registered_email": "", "registered_phone": PHONE},
            "phone",
        ),
    ],
)
def test_link_finds_the_earlier_ticket_of_the_same_person(first, second, because):
    earlier, later = reported(**first), reported(**second)

    event = later.events.get(kind="linked")
    assert (later.earlier, earlier.earlier) == (earlier, None)
    assert event.data == {"other": earlier.pk, "reference": earlier.reference, "because": [because]}
    assert reasons(earlier) == [(later, {because})]


def test_link_finds_nobody_for_a_stranger():
    reported(registered_email="budi@contoh.id")

    later = reported(registered_email="ani@contoh.id")

    assert (later.earlier, kin_of(later), later.events.count()) == (None, [], 0)


def test_link_holds_a_shared_device_against_nobody():
    earlier = reported(registered_email="budi@contoh.id", **on_campus())

    later = reported(registered_email="ani@contoh.id", **on_campus())

    assert (later.earlier, later.events.count()) == (None, 0)
    assert reasons(later) == [(earlier, {"device"})]
    assert [each.is_sure for each in kin_of(later)] == [False]


@pytest.mark.parametrize(
    "columns",
    [
        on_campus(user_agent=""),
        on_campus(ip_address=None),
        on_campus(ip_address="203.0.113.8"),
        on_campus(user_agent="Mozilla/5.0 (iPhone)"),
        # A program that reports for others is the same address and user agent for all of them.
        on_campus(channel="api"),
        on_campus(created_at=timezone.now() - timedelta(days=15)),
    ],
)
def test_device_is_another_one(columns):
    reported(registered_email="budi@contoh.id", **columns)

    later = reported(registered_email="ani@contoh.id", **on_campus())

    assert kin_of(later) == []


def test_device_key_is_no_plain_digest(settings):
    ticket = reported(**on_campus())
    key = Trace.objects.get(ticket=ticket, kind="device").key

    settings.SECRET_KEY = "another"
    other = reported(**on_campus())

    assert key not in Trace.objects.filter(ticket=other).values_list("key", flat=True)


def test_device_is_a_household_of_ipv6_addresses():
    earlier = reported(**on_campus(ip_address="2001:db8:1:2::a"))

    later = reported(**on_campus(ip_address="2001:db8:1:2::b"))

    assert reasons(later) == [(earlier, {"device"})]


def test_link_looks_back_over_the_window_only(settings):
    before = timezone.now() - settings.SAME_PERSON_WINDOW - timedelta(hours=1)
    earlier = reported(registered_email="budi@contoh.id", created_at=before)

    later = reported(registered_email="budi@contoh.id")

    assert later.earlier is None
    # An agent may still want to read it.
    assert [each.ticket for each in kin_of(later)] == [earlier]


def test_link_prefers_the_one_that_is_not_finished():
    living = reported(registered_email="budi@contoh.id", open=True)
    reported(registered_email="budi@contoh.id", resolved=True)

    later = reported(registered_email="budi@contoh.id")

    assert later.earlier == living


def test_spam_is_nobodys():
    reported(registered_email="budi@contoh.id", status="spam")

    later = reported(registered_email="budi@contoh.id")

    assert (later.earlier, kin_of(later)) == (None, [])


def test_link_twice_says_it_once():
    reported(registered_email="budi@contoh.id")
    later = reported(registered_email="budi@contoh.id")

    linking.link(later)

    assert (later.events.filter(kind="linked").count(), later.traces.count()) == (1, 1)


def test_link_finds_an_earlier_ticket_that_nobody_has_looked_at():
    earlier = TicketFactory(registered_email="budi@contoh.id")

    later = reported(registered_email="budi@contoh.id")

    assert later.earlier == earlier


def test_link_of_the_earlier_one_last_links_the_later_one():
    same = {"reply_email": "ibu@contoh.id"}
    earlier, later = TicketFactory(**same), TicketFactory(**same)

    linking.link(later)
    linking.link(earlier)

    later.refresh_from_db()
    earlier.refresh_from_db()
    assert (later.earlier, earlier.earlier) == (earlier, None)


@pytest.mark.django_db(transaction=True)
def test_link_of_two_at_the_same_moment_links_the_later_one():
    same = {"reply_email": "ibu@contoh.id"}
    tickets = [TicketFactory(**same), TicketFactory(**same)]
    together = threading.Barrier(2)

    def work(ticket):
        together.wait(5)
        linking.link(ticket)
        connection.close()

    threads = [threading.Thread(target=work, args=[ticket]) for ticket in tickets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert list(Ticket.objects.order_by("pk").values_list("earlier", flat=True)) == [None, tickets[0].pk]


def test_upgrade_leaves_the_traces_that_the_worker_would(monkeypatch):
    tickets = [
        TicketFactory(reply_email="Ibu@contoh.id", registered_phone=PHONE, **on_campus()) for _ in range(3)
    ]
    linking.link(tickets[1])
    TicketFactory(status="spam")
    (name,) = [name for _, name, _ in iter_modules(migrations.__path__) if name.endswith("_traces")]
    upgrade = import_module(f"tickets.migrations.{name}")
    monkeypatch.setattr(upgrade, "BATCH", 2)

    for _ in range(2):
        upgrade.leave_traces(apps, None)

    left = {(trace.ticket_id, trace.kind, trace.key) for trace in Trace.objects.all()}
    assert left == {(ticket.pk, kind, key) for ticket in tickets for kind, key in traces_of(ticket)}
    assert Trace.objects.count() == len(left) == 12


def test_kin_of_takes_one_query_however_many_there_are(django_assert_num_queries):
    for _ in range(3):
        ticket = reported(reply_email="ibu@contoh.id", registered_phone=PHONE, **on_campus())

    with django_assert_num_queries(1):
        found = kin_of(ticket)

    assert len(found) == 2


def test_kin_of_stops_at_the_latest_of_a_mailbox_that_many_use(monkeypatch):
    monkeypatch.setattr(linking, "LATEST", 2)
    tickets = [reported(reply_email="tu@kampus.id") for _ in range(4)]

    assert [each.ticket for each in kin_of(tickets[-1])] == [tickets[2], tickets[1]]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"registered_email": "budi@contoh.id"}, {"registered_email": "budi2@contoh.id"}, True),
        ({"registered_email": "budi@contoh.id"}, {"registered_email": "BUDI+x@contoh.id"}, False),
        # A slip that was put right.
        ({"registered_email": "budi@gmial.com"}, {"registered_email": "budi@gmail.com"}, False),
        # A mailbox and a number may be one account.
        ({"registered_email": "budi@contoh.id"}, {"registered_email": "", "registered_phone": PHONE}, False),
        (
            {"registered_email": "", "registered_phone": PHONE},
            {"registered_email": "", "registered_phone": "+6285700011122"},
            True,
        ),
        (
            {"registered_email": "", "registered_phone": PHONE},
            {"registered_email": "", "registered_phone": "+6281234567891"},
            False,
        ),
        (
            {"registered_email": "budi@contoh.id", "registered_phone": PHONE},
            {"registered_email": "ani@contoh.id", "registered_phone": PHONE},
            False,
        ),
    ],
)
def test_is_other_account(one, other, expected):
    tickets = TicketFactory.build(**one), TicketFactory.build(**other)

    assert is_other_account(*tickets) is expected


def test_second_account_is_told_to_the_later_ticket_only():
    first = reported(registered_email="budi@contoh.id", reply_email="ibu@contoh.id")
    second = reported(registered_email="budi2@contoh.id", reply_email="ibu@contoh.id")

    found = second_account_among(kin_of(second), second)
    assert (found.ticket, found.is_sure) == (first, True)
    assert second_account_among(kin_of(first), first) is None


def test_second_account_that_is_sure_comes_before_a_guess():
    sure = reported(registered_email="budi@contoh.id", reply_email="ibu@contoh.id")
    reported(registered_email="orang@contoh.id", **on_campus())
    later = reported(registered_email="budi2@contoh.id", reply_email="ibu@contoh.id", **on_campus())

    assert second_account_among(kin_of(later), later).ticket == sure


@pytest.mark.usefixtures("model")
def test_triage_tells_of_a_second_account_and_of_no_device():
    first = {"registered_email": "budi@contoh.id", "reply_email": "ibu@contoh.id", **on_campus()}
    pipeline.triage(TicketFactory(**first).pk)
    second = TicketFactory(registered_email="budi2@contoh.id", reply_email="ibu@contoh.id")
    neighbour = TicketFactory(registered_email="ani@contoh.id", **on_campus())

    for ticket in (second, neighbour):
        pipeline.triage(ticket.pk)

    facts = [ticket.assessments.get().facts for ticket in (second, neighbour)]
    assert [(each["earlier_tickets"], each["second_account"]) for each in facts] == [(1, True), (0, False)]
    standing = second.messages.get().advice["standing"]
    assert standing[0].startswith("Laporan Anda sebelumnya menyebut akun lain.")
    assert neighbour.messages.get().advice["standing"][0].startswith("Jangan membuat akun kedua")


@pytest.mark.usefixtures("model")
def test_triage_does_not_hold_who_comes_back_by_another_way():
    pipeline.triage(TicketFactory(registered_email="budi@contoh.id").pk)
    moment = timezone.now() - timedelta(minutes=2)
    later = TicketFactory(
        registered_email="", registered_phone=PHONE, reply_email="budi@contoh.id", signed_up_at=moment
    )

    pipeline.triage(later.pk)

    later.refresh_from_db()
    assert (later.status, later.earlier_id) == ("open", Ticket.objects.earliest("pk").pk)
