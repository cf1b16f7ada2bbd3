import threading

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories import AgentFactory
from tickets import saved_views
from tickets.models import SavedView
from tickets.saved_views import MayNotShare, NameTaken, TooManyViews

pytestmark = pytest.mark.django_db


@pytest.fixture
def rina():
    return AgentFactory(role="agent")


@pytest.fixture
def sari():
    return AgentFactory(role="lead")


def saved(user, *names):
    return [saved_views.save(name=name, query="tab=open", by=user) for name in names]


def names_of(user):
    return list(SavedView.objects.filter(user=user).values_list("name", flat=True))


def test_a_saved_view_comes_last(rina):
    saved(rina, "satu", "dua", "tiga")

    assert names_of(rina) == ["satu", "dua", "tiga"]


@pytest.mark.parametrize("name", ["OTP", "otp"])
def test_a_name_is_used_once_per_agent(rina, sari, name):
    saved(sari, "OTP")
    saved(rina, "OTP")

    with pytest.raises(NameTaken):
        saved(rina, name)

    assert names_of(rina) == ["OTP"]


def test_the_database_too_refuses_a_name_twice(rina):
    saved(rina, "OTP")

    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.create(user=rina, name="OTP", query="tab=open")


def test_more_than_the_limit_is_refused(rina, monkeypatch):
    monkeypatch.setattr(saved_views, "MOST", 2)
    saved(rina, "satu", "dua")

    with pytest.raises(TooManyViews):
        saved(rina, "tiga")


def test_a_view_keeps_its_own_name_in_another_case_but_takes_nobody_elses(rina):
    otp, _other = saved(rina, "otp", "lain")

    saved_views.rename(otp, to="OTP", by=rina)
    with pytest.raises(NameTaken):
        saved_views.rename(otp, to="Lain", by=rina)

    assert names_of(rina) == ["OTP", "lain"]


@pytest.mark.parametrize(
    ("name", "steps", "after"),
    [
        ("b", -1, ["b", "a", "c"]),
        ("b", 1, ["a", "c", "b"]),
        ("a", -1, ["a", "b", "c"]),
        ("c", 1, ["a", "b", "c"]),
    ],
)
def test_a_view_moves_by_one_place(rina, name, steps, after):
    saved(rina, "a", "b", "c")

    saved_views.move(SavedView.objects.get(name=name), steps=steps, by=rina)

    assert names_of(rina) == after


def test_sharing_is_for_leads(rina, sari):
    (own,) = saved(rina, "satu")
    (theirs,) = saved(sari, "dua")

    with pytest.raises(MayNotShare):
        saved_views.share(own, with_all=True, by=rina)
    with pytest.raises(MayNotShare):
        saved_views.save(name="tiga", query="tab=open", is_shared=True, by=rina)
    saved_views.share(theirs, with_all=True, by=sari)

    assert set(SavedView.objects.open_to(rina.pk)) == {own, theirs}
    assert set(SavedView.objects.open_to(sari.pk)) == {theirs}


def test_nobody_changes_the_views_of_others(rina, sari):
    (theirs,) = saved(sari, "dua")

    saved_views.rename(theirs, to="punya saya", by=rina)
    saved_views.move(theirs, steps=1, by=rina)
    saved_views.delete(theirs, by=rina)

    assert names_of(sari) == ["dua"]


@pytest.mark.django_db(transaction=True)
def test_two_windows_cannot_pass_the_limit_together(rina, monkeypatch):
    monkeypatch.setattr(saved_views, "MOST", 1)
    at_once = threading.Barrier(2)

    def save(name):
        at_once.wait(timeout=10)
        try:
            saved(rina, name)
        except TooManyViews:
            pass
        finally:
            connection.close()

    windows = [threading.Thread(target=save, args=[name]) for name in ("satu", "dua")]
    for window in windows:
        window.start()
    for window in windows:
        window.join(timeout=30)

    assert SavedView.objects.filter(user=rina).count() == 1
