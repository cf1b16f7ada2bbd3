import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from tickets.models import Assessment, Event, Message, SealedSecret, Ticket
from triage import classifier
from triage.playbooks import playbooks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("model")]
PREVIEW = "/api/v1/triage/preview/"
QUESTION = {"description": "kode otp ga masuk2 udah 20 menit, udah cek spam", "tried": ["waited", "spam"]}


@pytest.fixture
def ask(api, key):
    header = key("triage:preview")
    return lambda **said: api.post(PREVIEW, said, format="json", **header)


def test_categories_are_those_of_the_playbooks(api, key):
    found = api.get("/api/v1/categories/", **key()).json()["categories"]

    assert [each["slug"] for each in found] == list(playbooks())
    waiting = next(each for each in found if each["slug"] == "self_otp_waiting")
    assert waiting["route"] == "self_fix"
    assert waiting["hold_minutes"] > 0
    assert set(waiting["labels"]) == {"id", "en"}
    assert next(each for each in found if each["slug"] == "other")["hold_minutes"] is None


def test_preview_lets_time_decide(ask):
    now = timezone.now()

    late = ask(**QUESTION, signed_up_at=(now - timedelta(minutes=20)).isoformat()).json()
    early = ask(description="kode otp belum masuk", signed_up_at=(now - timedelta(minutes=2)).isoformat())

    assert (late["category"], late["route"], late["hold_minutes"]) == ("otp_not_received", "agent", None)
    assert (early.json()["category"], early.json()["route"]) == ("self_otp_waiting", "self_fix")
    assert early.json()["hold_minutes"] > 0
    assert early.json()["advice"]["steps"] != []
    assert 0 < late["confidence"] <= 1


def test_preview_answers_in_the_language_of_the_report(ask):
    answer = ask(**QUESTION, language="en").json()

    assert answer["advice"]["language"] == "en"
    assert answer["category_label"] == playbooks()[answer["category"]].label("en")


def test_preview_stores_and_logs_nothing_of_the_text(ask, caplog):
    caplog.set_level(logging.DEBUG)

    answer = ask(description="kode otp saya 482913 ga masuk, nomor 081234567890")

    assert answer.status_code == 200
    assert [model.objects.count() for model in (Ticket, Message, Assessment, Event, SealedSecret)] == 5 * [0]
    assert "482913" not in caplog.text + answer.content.decode()
    assert "081234567890" not in caplog.text + answer.content.decode()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "description"),
        ({"description": "x"}, "description"),
        ({**QUESTION, "reply_email": "a@contoh.id"}, "reply_email"),
        ({**QUESTION, "device": "Android"}, "device"),
        ({**QUESTION, "signup": "minute"}, "signup"),
    ],
)
def test_preview_is_as_strict_as_a_report(ask, said, field):
    answer = ask(**said)

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_preview_without_a_model_is_unavailable(ask, monkeypatch):
    def missing():
        raise classifier.ModelMissing

    monkeypatch.setattr(classifier, "current", missing)

    assert ask(**QUESTION).status_code == 503
