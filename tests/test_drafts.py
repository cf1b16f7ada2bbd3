import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.factories import AgentFactory, TicketFactory
from tickets import drafts, lifecycle
from tickets.models import Draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def rina():
    return AgentFactory()


@pytest.fixture
def ticket():
    return TicketFactory(open=True)


def save(ticket, by, body, *, page="a", base="", is_note=False):
    return drafts.save(ticket, body=body, is_note=is_note, page=page, base=base, by=by)


def body_of(ticket, by):
    kept = drafts.read(ticket, by=by)
    return kept.body if kept else None


def test_draft_comes_back_with_its_kind(rina, ticket):
    save(ticket, rina, "Halo Budi, kode 123456 ✓\n", is_note=True)

    kept = drafts.read(ticket, by=rina)

    assert (kept.body, kept.is_note, kept.page) == ("Halo Budi, kode 123456 ✓\n", True, "a")


def test_draft_is_its_authors_alone(rina, ticket):
    save(ticket, rina, "Halo")

    assert body_of(ticket, AgentFactory()) is None


def test_draft_cannot_be_read_in_the_database(rina, ticket):
    save(ticket, rina, "sandi rahasia")

    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM tickets_draft")
        (sealed,) = cursor.fetchone()
    assert b"rahasia" not in bytes(sealed)


def test_draft_that_no_key_opens_is_none(rina, ticket, settings):
    save(ticket, rina, "Halo")
    settings.SECRET_KEY = "another-" + 50 * "k"

    assert body_of(ticket, rina) is None


def test_later_text_takes_the_place_of_the_earlier(rina, ticket):
    save(ticket, rina, "Halo")
    save(ticket, rina, "Halo Budi")

    assert (body_of(ticket, rina), Draft.objects.count()) == ("Halo Budi", 1)


@pytest.mark.parametrize("body", ["", " \n\t"])
def test_empty_text_takes_the_draft_away(rina, ticket, body):
    save(ticket, rina, "Halo")

    assert (save(ticket, rina, body), Draft.objects.count()) == (None, 0)


def test_page_that_began_from_the_draft_goes_on_with_it(rina, ticket):
    save(ticket, rina, "Halo", page="a")
    save(ticket, rina, "Halo Budi", page="b", base="a")

    assert body_of(ticket, rina) == "Halo Budi"


def test_another_window_does_not_overwrite_what_it_has_not_seen(rina, ticket):
    save(ticket, rina, "dari jendela a", page="a")

    with pytest.raises(drafts.NewerDraft) as caught:
        save(ticket, rina, "dari jendela b", page="b")

    assert (caught.value.page, body_of(ticket, rina)) == ("a", "dari jendela a")


def test_another_window_does_not_throw_away_what_it_has_not_seen(rina, ticket):
    save(ticket, rina, "dari jendela a", page="a")

    with pytest.raises(drafts.NewerDraft):
        save(ticket, rina, "", page="b")

    assert body_of(ticket, rina) == "dari jendela a"


def test_sent_text_is_gone(rina, ticket):
    save(ticket, rina, "Halo")

    drafts.mark_sent(ticket, page="a", base="", by=rina)

    assert (body_of(ticket, rina), drafts.drafted([ticket], by=rina)) == ("", set())


@pytest.mark.parametrize("was_saved_before", [True, False])
def test_save_that_comes_after_its_text_was_sent_does_not_bring_it_back(rina, ticket, was_saved_before):
    if was_saved_before:
        save(ticket, rina, "Hal")
    drafts.mark_sent(ticket, page="a", base="", by=rina)

    with pytest.raises(drafts.AlreadySent):
        save(ticket, rina, "Halo")

    assert body_of(ticket, rina) == ""


def test_next_page_writes_anew_after_a_text_was_sent(rina, ticket):
    drafts.mark_sent(ticket, page="a", base="", by=rina)

    save(ticket, rina, "Satu hal lagi", page="b")

    assert body_of(ticket, rina) == "Satu hal lagi"


def test_sending_leaves_what_another_window_has_typed(rina, ticket):
    save(ticket, rina, "dari jendela b", page="b")

    drafts.mark_sent(ticket, page="a", base="", by=rina)

    assert body_of(ticket, rina) == "dari jendela b"


@pytest.mark.parametrize("rows", [1, 3])
def test_drafted_is_one_query_and_ones_own(rina, rows, django_assert_num_queries):
    tickets = TicketFactory.create_batch(rows, open=True)
    for ticket in tickets:
        save(ticket, rina, "Halo")
    others = TicketFactory(open=True)
    save(others, AgentFactory(), "Halo")

    with django_assert_num_queries(1):
        found = drafts.drafted([*tickets, others], by=rina)

    assert found == {ticket.pk for ticket in tickets}


@pytest.mark.parametrize(("days", "left"), [(6, 1), (8, 0)])
def test_discard_old_deletes_what_nobody_touched(rina, ticket, settings, days, left):
    settings.DRAFT_KEPT = timedelta(days=7)
    save(ticket, rina, "Halo")
    Draft.objects.update(saved_at=timezone.now() - timedelta(days=days))

    assert (drafts.discard_old(), Draft.objects.count()) == (1 - left, left)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
def test_save_and_sending_at_the_same_moment_wait_for_each_other(rina, ticket):
    is_locked, failures = threading.Event(), []

    def save_meanwhile():
        is_locked.wait(5)
        try:
            save(ticket, rina, "Halo")
        except drafts.AlreadySent:
            pass
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    saving = threading.Thread(target=save_meanwhile)
    saving.start()
    with transaction.atomic():
        lifecycle.lock(ticket)
        is_locked.set()
        saving.join(0.5)  # it has written its row by now, or waits for the ticket
        drafts.mark_sent(ticket, page="a", base="", by=rina)
    saving.join(10)

    assert failures == []
    assert body_of(ticket, rina) == ""
