"""Texts and thresholds of the desk: written, taken back, heard of by triage."""

import threading
from datetime import timedelta

import pytest
from celery.signals import task_prerun
from django.core.signals import request_started
from django.db import DatabaseError, connection, connections

from tests.factories import AgentFactory, TicketFactory
from tickets import pipeline, texts
from tickets.models import PlaybookOverride
from triage import changes
from triage.changes import GENERAL
from triage.draft import UnknownSlug, shipped_values
from triage.places import Complaint
from triage.playbooks import playbooks, shipped

pytestmark = pytest.mark.django_db

SLUG = "self_typo"


@pytest.fixture
def sari(db):
    return AgentFactory(role="lead", first_name="Sari")


@pytest.fixture
def heard():
    """Triage listens to the desk in this test."""
    changes.override_with(texts.Desk())


def label(language="id"):
    return playbooks()[SLUG].label(language)


def test_change_is_kept_with_its_actor(sari):
    row = texts.change(SLUG, {"label.id": "Salah ketik", "hold_minutes": 60}, version=0, by=sari)

    row.refresh_from_db()
    assert (row.version, row.changed_by, row.changes) == (
        1,
        sari,
        {"label.id": "Salah ketik", "hold_minutes": 60},
    )
    assert row.replaced == {"label.id": "Salah isi formulir", "hold_minutes": 1440}
    assert [(each.version, each.history_user) for each in row.history.all()] == [(1, sari)]


def test_change_to_what_is_shipped_is_none(sari):
    row = texts.change(SLUG, shipped_values(SLUG), version=0, by=sari)

    assert (row.changes, row.version, row.history.count()) == ({}, 0, 0)


def test_same_change_again_is_no_new_version(sari):
    texts.change(SLUG, {"label.id": "Salah ketik"}, version=0, by=sari)

    row = texts.change(SLUG, {"label.id": "Salah ketik"}, version=1, by=sari)

    assert (row.version, row.history.count()) == (1, 1)


def test_change_from_an_older_version_is_stale(sari):
    texts.change(SLUG, {"label.id": "Salah ketik"}, version=0, by=sari)

    with pytest.raises(texts.Stale) as stale:
        texts.change(SLUG, {"label.id": "Keliru"}, version=0, by=AgentFactory(role="lead"))

    assert stale.value.current.changes == {"label.id": "Salah ketik"}
    assert PlaybookOverride.objects.get().changes == {"label.id": "Salah ketik"}


def test_change_that_would_break_is_refused_and_nothing_written(sari):
    with pytest.raises(texts.Refused) as refused:
        texts.change(SLUG, {"subject.id": "{ticket.__class__}"}, version=0, by=sari)

    assert refused.value.complaints == {"subject.id": Complaint("braces")}
    assert not PlaybookOverride.history.exists()


def test_name_taken_in_another_process_is_refused(sari):
    # This process has not heard of it.
    texts.change("self_slow_browser", {"label.id": "Macet"}, version=0, by=sari)

    with pytest.raises(texts.Refused) as refused:
        texts.change(SLUG, {"label.id": "macet"}, version=0, by=sari)

    assert refused.value.complaints == {"label.id": Complaint("label_taken", {"slug": "self_slow_browser"})}


def test_unknown_category_has_no_texts(sari):
    with pytest.raises(UnknownSlug):
        texts.change("self_gone", {}, version=0, by=sari)

    assert not PlaybookOverride.objects.exists()


def test_one_text_returns_to_the_shipped_one(sari):
    texts.change(SLUG, {"label.id": "Salah ketik", "label.en": "Slip"}, version=0, by=sari)

    row = texts.return_to_shipped(SLUG, keys=["label.id"], version=1, by=sari)

    assert (row.changes, row.version) == ({"label.en": "Slip"}, 2)


def test_whole_category_returns_to_what_is_shipped(sari):
    texts.change(SLUG, {"label.id": "Salah ketik", "hold_minutes": 60}, version=0, by=sari)

    row = texts.return_to_shipped(SLUG, version=1, by=sari)

    assert (row.changes, row.version, row.history.count()) == ({}, 2, 2)


def test_return_of_one_text_takes_along_what_has_no_place_any_more(sari):
    orphan = {"label.id": "Salah ketik", "label.en": "Slip", "steps.of_then.id": "Dulu"}
    PlaybookOverride.objects.create(category=SLUG, changes=orphan, version=1)

    row = texts.return_to_shipped(SLUG, keys=["label.id"], version=1, by=sari)

    assert row.changes == {"label.en": "Slip"}


def test_return_that_would_leave_thresholds_out_of_order_is_refused(sari):
    lower = {"min_confidence": 0.3, "advice_confidence": 0.4}
    texts.change(SLUG, lower, version=0, by=sari)

    with pytest.raises(texts.Refused) as refused:
        texts.return_to_shipped(SLUG, keys=["min_confidence"], version=1, by=sari)

    assert refused.value.complaints == {"advice_confidence": Complaint("below_naming")}


def test_earlier_version_can_be_had_again(sari):
    texts.change(SLUG, {"label.id": "Satu"}, version=0, by=sari)
    texts.change(SLUG, {"label.id": "Dua"}, version=1, by=sari)

    row = texts.return_to_version(SLUG, number=1, version=2, by=sari)

    assert (row.changes, row.version) == ({"label.id": "Satu"}, 3)


def test_earlier_version_is_had_as_far_as_this_release_knows_it(sari):
    texts.change(SLUG, {"label.id": "Satu"}, version=0, by=sari)
    texts.change(SLUG, {}, version=1, by=sari)
    PlaybookOverride.history.filter(version=1).update(
        changes={"label.id": "Satu", "steps.of_then.id": "Langkah lama"}
    )

    row = texts.return_to_version(SLUG, number=1, version=2, by=sari)

    assert row.changes == {"label.id": "Satu"}


def test_version_that_never_was_cannot_be_had(sari):
    with pytest.raises(texts.NoSuchVersion):
        texts.return_to_version(SLUG, number=7, version=0, by=sari)


def test_change_is_in_force_in_its_own_process_at_once(sari, heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        texts.change(SLUG, {"label.id": "Salah ketik"}, version=0, by=sari)

    assert label() == "Salah ketik"


def test_other_process_hears_of_a_change_when_it_looks_again(sari, heard, monkeypatch):
    texts.keep_current()
    PlaybookOverride.objects.create(category=SLUG, changes={"label.id": "Salah ketik"}, version=1)

    texts.keep_current()
    too_early = label()
    monkeypatch.setattr(texts, "LOOK_EVERY", timedelta())
    texts.keep_current()

    assert (too_early, label()) == ("Salah isi formulir", "Salah ketik")


def test_look_costs_one_query_and_none_soon_after(heard, django_assert_num_queries):
    with django_assert_num_queries(2):
        texts.keep_current()
    with django_assert_num_queries(0):
        texts.keep_current()


def test_look_without_a_change_reads_the_versions_only(heard, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(texts, "LOOK_EVERY", timedelta())
    texts.keep_current()

    with django_assert_num_queries(1):
        texts.keep_current()


@pytest.mark.parametrize("signal", [request_started, task_prerun])
@pytest.mark.django_db(transaction=True)
def test_request_and_task_look_for_changes(heard, signal):
    PlaybookOverride.objects.create(category=SLUG, changes={"label.id": "Salah ketik"}, version=1)

    signal.send(sender=None)

    assert label() == "Salah ketik"


def test_database_that_does_not_answer_leaves_what_is_in_force(sari, heard, monkeypatch):
    texts.change(SLUG, {"label.id": "Salah ketik"}, version=0, by=sari)
    monkeypatch.setattr(texts, "LOOK_EVERY", timedelta())
    texts.keep_current()

    def gone(*args, **kwargs):
        raise DatabaseError("server closed the connection unexpectedly")

    monkeypatch.setattr(PlaybookOverride.objects, "order_by", gone)
    texts.keep_current()

    assert label() == "Salah ketik"


@pytest.mark.parametrize("stored", ["[]", '"text"', '{"label.id": {"deep": 1}, "hold_minutes": "x"}', "null"])
def test_row_that_is_no_set_of_changes_breaks_nothing(heard, stored):
    PlaybookOverride.objects.create(category=SLUG)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tickets_playbookoverride SET changes = %s, version = 1", [stored])

    texts.keep_current()

    assert playbooks() == shipped()


@pytest.mark.usefixtures("model")
def test_next_ticket_is_answered_by_the_changed_text_and_the_last_one_keeps_its_own(sari, heard, monkeypatch):
    monkeypatch.setattr(texts, "LOOK_EVERY", timedelta())
    before = pipeline.triage(TicketFactory(description="akun saya diblokir").pk)
    texts.change("account_restricted", {"subject.id": "Akun Anda kami buka kembali"}, version=0, by=sari)
    texts.change(GENERAL, {"standing.share_no_code.id": "Simpan kode Anda."}, version=0, by=sari)
    texts.keep_current()

    after = pipeline.triage(TicketFactory(description="akun saya diblokir").pk)

    before.refresh_from_db()
    assert (before.subject, after.subject) == (
        "Akun Anda yang dibatasi sedang kami periksa",
        "Akun Anda kami buka kembali",
    )
    assert after.advice["standing"][-1] == "Simpan kode Anda."
    assert before.advice["standing"][-1] != "Simpan kode Anda."


@pytest.mark.django_db(transaction=True)
def test_of_two_leads_at_once_one_is_told(sari):
    start, outcomes = threading.Barrier(2), []

    def write(word):
        start.wait()
        try:
            texts.change(SLUG, {"label.id": word}, version=0, by=sari)
            outcomes.append("written")
        except texts.Stale:
            outcomes.append("told")
        finally:
            connections.close_all()

    leads = [threading.Thread(target=write, args=[word]) for word in ("Satu", "Dua")]
    for each in leads:
        each.start()
    for each in leads:
        each.join()

    assert sorted(outcomes) == ["told", "written"]
    assert PlaybookOverride.objects.get().version == PlaybookOverride.history.count() == 1
