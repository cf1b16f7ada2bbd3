"""Advice beside the form: pieces of the page for what is written so far, and nothing that stays."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.limits import limit
from tickets.models import SolvedDay, SolvedForm, Ticket
from tickets.web.form_token import new_token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("model")]

SLOW = "halaman pendaftarannya lambat sekali, loading terus tidak selesai"


@pytest.fixture
def young(typed):
    """A signup of three minutes ago, with nothing tried and nothing written yet."""
    ago = timezone.localtime() - timedelta(minutes=3)
    day = "today" if ago.date() == timezone.localdate() else "yesterday"
    return {
        "form_token": typed["form_token"],
        "description": "",
        "situation": "otp_not_received",
        "signup_day": day,
        "signup_hour": f"{ago:%H.%M}",
        "signup_zone": "Asia/Jakarta",
    }


def advised(client, data, **headers):
    response = client.post("/saran/", {"form_token": new_token(), **data}, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_pick_and_time_bring_the_steps_with_a_clock(client, young):
    page = advised(client, young)

    assert "Coba ini dulu" in page
    assert '<strong class="help__clock">' in page
    assert 'data-part="advice" data-place="situation"' in page
    assert 'name="category" value="self_otp_waiting"' in page


def test_words_bring_it_under_the_words(client):
    page = advised(client, {"description": SLOW})

    assert 'data-part="advice" data-place="description"' in page
    assert 'value="self_slow_browser"' in page


def test_what_was_tried_takes_its_step_away(client, young):
    before, after = advised(client, young), advised(client, {**young, "tried": ["resent"]})

    assert "“kirim ulang”" in before
    assert "“kirim ulang”" not in after


def test_who_has_waited_goes_on_to_an_agent(client, young):
    page = advised(client, {**young, "tried": ["waited", "spam", "resent"]})

    assert "Petugas kami akan membantu" in page
    assert "Coba ini dulu" not in page


def test_english_is_answered_in_english(client, young):
    client.cookies["django_language"] = "en"

    page = advised(client, young)

    assert "Try this first" in page
    assert "Wait until" in page


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"description": "kode"},
        {"situation": "other"},
        {"situation": "no_such"},
        {"description": "halo kak mau tanya sesuatu dong"},
        {"signup_day": "nonsense", "contact": "x" * 9000, "tried": ["nonsense"], "signup_zone": "Mars"},
    ],
)
def test_too_little_to_go_by_brings_no_card(client, data):
    assert "help-title" not in advised(client, data)


def test_time_is_shown_back_in_words(client, young):
    page = advised(
        client, {**young, "signup_day": "other", "signup_date": "5/1/26", "signup_hour": "jam 2 siang"}
    )

    assert "5 Januari 2026 pukul 14.00 WIB" in page


def test_time_that_cannot_be_is_asked_about(client, young):
    page = advised(
        client, {**young, "signup_day": "other", "signup_date": "1-1-2090", "signup_hour": "10.00"}
    )

    assert "Waktu itu belum tiba: 1 Januari 2090 pukul 10.00 WIB. Betul begitu?" in page
    assert 'value="2090-01-01T10:00 Asia/Jakarta"' in page


def test_nothing_is_stored_and_no_query_is_made(client, young, django_assert_num_queries, caplog):
    caplog.set_level("INFO")
    advised(client, {**young, "description": "rahasia saya sekali"})

    with django_assert_num_queries(0):
        advised(client, young)

    assert (Ticket.objects.count(), SolvedDay.objects.count()) == (0, 0)
    assert "rahasia" not in caplog.text


def test_what_was_typed_is_not_given_back(client, young):
    page = advised(
        client,
        {**young, "description": "<script>alert(1)</script> kode otp belum masuk", "contact": "<b>x@y.id"},
    )

    assert "alert" not in page
    assert "<b>" not in page


@pytest.mark.parametrize("text", ["kode otp belum masuk " * 4000, "\x00" * 100, "\ud800 kode", "٪" * 3000])
def test_any_text_is_answered(client, young, text):
    advised(client, {**young, "description": text.encode("utf-8", "replace").decode()})


def test_over_the_limit_is_answered_with_nothing(client, young, settings):
    limit(settings, intake="9/hour", advice="1/hour")
    advised(client, young)

    response = client.post("/saran/", young)

    assert (response.status_code, response.content) == (429, b"")


def test_advice_uses_up_no_reports(client, typed, young, settings):
    limit(settings, intake="1/hour", advice="99/hour")
    advised(client, young)
    client.post("/", {**typed, "action": "advice"})

    assert client.post("/", typed).status_code == 303


def test_without_a_model_the_pick_still_helps(client, young, settings, tmp_path):
    settings.TRIAGE_MODEL_DIR = tmp_path

    assert "Coba ini dulu" in advised(client, young)
    assert "help-title" not in advised(client, {"description": SLOW})


def test_question_from_elsewhere_is_refused(client, young):
    elsewhere = {"Origin": "https://evil.example"}

    assert client.post("/saran/", young, headers=elsewhere).status_code == 403
    assert client.post("/saran/", {**young, "form_token": "x"}).status_code == 403
    assert client.get("/saran/").status_code == 405


# ---- Without a script


def test_form_comes_back_with_advice_and_all_that_was_typed(client, typed):
    typed |= {"situation": "otp_not_received", "contact": "", "action": "advice", "hour_unknown": "on"}

    response = client.post("/", typed)

    page = response.content.decode()
    assert response.status_code == 200
    assert 'name="category" value="otp_not_received"' in page
    assert "error-summary" not in page
    assert typed["description"] in page
    assert 'value="14.30"' in page
    assert response.context["token"] == typed["form_token"]
    # situation, day, hour forgotten, two boxes
    assert page.count(" checked") == 5
    assert Ticket.objects.count() == 0


def test_form_without_advice_comes_back_as_well(client, typed, settings):
    limit(settings, intake="9/hour", advice="0/hour")
    response = client.post("/", {**typed, "action": "advice"})

    assert response.status_code == 200
    assert typed["description"] in response.content.decode()
    assert "help-title" not in response.content.decode()


# ---- It helped


def pressed(client, token, category="self_otp_waiting"):
    return client.post("/selesai/", {"form_token": token, "category": category}, follow=True)


def test_success_is_counted_and_thanked_for(client):
    response = pressed(client, new_token())

    assert "Senang bisa membantu" in response.content.decode()
    assert list(SolvedDay.objects.values_list("category", "language", "number")) == [
        ("self_otp_waiting", "id", 1)
    ]
    assert Ticket.objects.count() == 0


def test_double_press_and_reload_count_once(client):
    token = new_token()

    pressed(client, token)
    pressed(client, token)
    client.get("/selesai/")

    assert SolvedDay.objects.get().number == 1


@pytest.mark.parametrize(
    ("token", "category"), [("", "self_typo"), ("x", "self_typo"), (None, "other"), (None, "x")]
)
def test_what_is_no_success_is_thanked_for_and_not_counted(client, token, category):
    response = pressed(client, new_token() if token is None else token, category)

    assert response.status_code == 200
    assert not SolvedDay.objects.exists()
    assert not SolvedForm.objects.exists()


def test_successes_over_the_limit_are_not_counted(client, settings):
    limit(settings, intake="9/hour", advice="1/hour")
    pressed(client, new_token())

    response = pressed(client, new_token())

    assert response.status_code == 200
    assert SolvedDay.objects.get().number == 1


def test_success_from_elsewhere_is_not_counted(client):
    success = {"form_token": new_token(), "category": "self_typo"}

    client.post("/selesai/", success, headers={"Origin": "https://evil.example"})

    assert not SolvedDay.objects.exists()
