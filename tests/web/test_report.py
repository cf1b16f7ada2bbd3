"""Hubungi Kami: what the page does with what is sent to it."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone

from tests.images import png
from tests.limits import limit
from tickets import intake, pipeline
from tickets.models import Ticket
from tickets.web import form_token, uploads
from tickets.web.form_token import new_token
from triage.playbooks import playbooks

pytestmark = pytest.mark.django_db


def image(name="layar.png"):
    return SimpleUploadedFile(name, png(), "image/png")


def later(monkeypatch, **delta):
    now = timezone.now() + timedelta(**delta)
    monkeypatch.setattr(timezone, "now", lambda: now)
    monkeypatch.setattr("time.time", now.timestamp)


def test_page_opens_in_indonesian(client):
    response = client.get("/")

    assert response.status_code == 200
    assert b'<html lang="id">' in response.content
    assert response["Cache-Control"] == "private, no-cache"
    assert "Sec-CH-UA-Model" in response["Accept-CH"]


def test_page_asks_the_database_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/")


def test_report_becomes_a_ticket_and_leads_to_its_page(
    client, typed, rung, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post("/", {**typed, "screenshots": [image("a.png"), image("b.png")]})

    ticket = Ticket.objects.get()
    assert response.status_code == 303
    assert response["Location"].startswith(f"/tiket/{ticket.reference}/")
    assert ticket.registered_email == "budi@contoh.id"
    assert ticket.tried == {"spam", "waited"}
    assert [shot.name for shot in ticket.screenshots.all()] == ["a.png", "b.png"]
    assert ticket.ip_address == "127.0.0.1"
    assert ("triage_ticket", ticket.pk) in rung


def test_same_form_sent_twice_is_one_ticket(client, typed):
    sent = {**typed, "screenshots": [image()]}

    first = client.post("/", sent)
    second = client.post("/", {**typed, "screenshots": [image()]})

    assert Ticket.objects.count() == 1
    assert first["Location"].split("/")[2] == second["Location"].split("/")[2]


def test_another_text_in_an_old_form_is_another_ticket(client, typed):
    client.post("/", typed)
    client.post("/", {**typed, "description": "ini masalah yang lain"})

    assert Ticket.objects.count() == 2


def test_english_report_is_remembered_as_english(client, typed):
    client.post("/bahasa/", {"language": "en", "next": "/"})

    page = client.get("/")
    client.post("/", typed)

    assert b"What happened?" in page.content
    assert Ticket.objects.get().language == "en"


def test_errors_stand_in_the_summary_and_at_the_field(client, typed):
    client.cookies["django_language"] = "en"

    response = client.post("/", {**typed, "contact": "budi@", "screenshots": [image("bukti.png")]})

    page = response.content.decode()
    error = "Enter an e-mail address such as nama@contoh.id."
    assert response.status_code == 422
    assert "<title>Error: Contact us" in page
    assert f'<a href="#id_contact">{error}</a>' in page
    assert page.count(error) == 2
    assert 'value="budi@"' in page
    assert typed["description"] in page
    assert page.count(" checked") == 3
    assert "bukti.png" in page
    assert Ticket.objects.count() == 0


def test_error_of_a_choice_links_to_its_first_radio(client, typed):
    response = client.post("/", {**typed, "signup_day": ""})

    page = response.content.decode()
    assert 'href="#id_signup_day_0"' in page
    assert 'id="id_signup_day_0"' in page


def test_wrong_file_is_named(client, typed):
    fake = SimpleUploadedFile("<b>virus.png", b"MZ not a picture", "image/png")

    response = client.post("/", {**typed, "screenshots": [image("baik.png"), fake]})

    page = response.content.decode()
    assert response.status_code == 422
    assert "&lt;b&gt;virus.png" in page
    assert "<b>virus" not in page
    assert "baik.png" in page


def test_six_files_are_too_many(client, typed):
    response = client.post("/", {**typed, "screenshots": [image(f"{n}.png") for n in range(6)]})

    assert response.status_code == 422
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize(
    "token", [None, "", "x", "a:b:c", "\x00", "0abf5a13-76f6-4598-88d4-ee7717576432", "é:é:é", "x" * 5000]
)
def test_bad_token_keeps_the_text_and_gives_a_fresh_one(client, typed, token):
    sent = {**typed, "form_token": token} if token is not None else {**typed}
    if token is None:
        del sent["form_token"]

    response = client.post("/", sent)

    fresh = response.context["token"]
    assert response.status_code == 400
    assert typed["description"] in response.content.decode()
    assert form_token.read_token(fresh) is not None
    assert client.post("/", {**typed, "form_token": fresh}).status_code == 303


def test_old_token_keeps_the_text(client, typed, monkeypatch):
    later(monkeypatch, days=8)

    response = client.post("/", typed)

    assert response.status_code == 400
    assert typed["description"] in response.content.decode()
    assert Ticket.objects.count() == 0


def test_expired_csrf_shows_the_form_again_with_the_text(typed):
    client = Client(enforce_csrf_checks=True)

    response = client.post("/", {**typed, "screenshots": [image("bukti.png")]})

    page = response.content.decode()
    assert response.status_code == 403
    assert typed["description"] in page
    assert "bukti.png" in page
    assert response.context["token"] == typed["form_token"]

    again = client.post("/", {**typed, "csrfmiddlewaretoken": response.context["csrf_token"]})
    assert again.status_code == 303


@pytest.mark.parametrize("filling", ["https://jual.example", "\0", "x" * 12_000])
def test_honeypot_is_answered_like_everybody_and_held_back(client, typed, filling):
    response = client.post("/", {**typed, "website": filling})

    ticket = Ticket.objects.get()
    assert response.status_code == 303
    page = client.get(response["Location"])
    assert (ticket.status, ticket.suspended_because) == ("suspended", "trap too_fast")
    assert (page.status_code, ticket.reference in page.text) == (200, True)
    assert "petugas kami membacanya dulu" in page.text


def test_speed_alone_is_no_suspicion(client, typed):
    client.post("/", typed)

    assert Ticket.objects.get().status == "new"


def test_links_at_the_speed_of_a_machine_are_held_back(client, typed):
    client.post("/", {**typed, "description": "beli di https://jual.example"})

    assert Ticket.objects.get().suspended_because == "too_fast links"


def test_links_at_the_speed_of_a_person_are_a_report(client, typed, monkeypatch):
    later(monkeypatch, seconds=30)

    client.post("/", {**typed, "description": "halaman https://daftar.example error"})

    assert Ticket.objects.get().status == "new"


def test_over_the_limit_keeps_the_text_and_says_when(client, typed, settings):
    limit(settings, intake="1/hour", status="1/hour")
    client.post("/", typed)

    response = client.post("/", {**typed, "form_token": new_token()})

    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert typed["description"] in response.content.decode()
    assert Ticket.objects.count() == 1


def test_forms_to_be_corrected_use_up_no_turns(client, typed, settings):
    limit(settings, intake="1/hour", status="1/hour")
    client.post("/", {**typed, "contact": ""})

    assert client.post("/", typed).status_code == 303


@pytest.mark.parametrize("error", [OperationalError("away"), OSError("disk full")])
def test_database_away_keeps_the_text(client, typed, monkeypatch, error):
    def fail(submission):
        raise error

    monkeypatch.setattr(intake, "submit_ticket", fail)

    response = client.post("/", {**typed, "screenshots": [image("bukti.png")]})

    page = response.content.decode()
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert typed["description"] in page
    assert "bukti.png" in page
    assert response.context["token"] == typed["form_token"]


def test_upload_that_is_too_large_keeps_the_text(client, typed, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_BODY", 1000)

    response = client.post("/", {**typed, "screenshots": [image("besar.png")]})

    page = response.content.decode()
    assert response.status_code == 413
    assert typed["description"] in page
    assert "besar.png" in page
    assert Ticket.objects.count() == 0


def test_enormous_upload_is_refused_unread(client, typed, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_READ", 1000)

    response = client.post("/", {**typed, "screenshots": [image()]})

    assert response.status_code == 413


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", 400),
        (b"whatever", "multipart/form-data", 400),
        (b"whatever", "multipart/form-data; boundary=" + "x" * 300, 400),
        (b"description=%ff%fe%00", "application/x-www-form-urlencoded", 400),
        (b"description=a", "application/x-www-form-urlencoded; charset=nonsense", 400),
        (b'{"description": 1}', "application/json", 400),
        (b"description=" + b"x" * 300_000, "application/x-www-form-urlencoded", 413),
        (b"&".join(b"a%d=1" % n for n in range(200)), "application/x-www-form-urlencoded", 413),
        (b"", "application/x-www-form-urlencoded", 400),
    ],
)
def test_hostile_bodies_get_a_page(body, content_type, status):
    client = Client(raise_request_exception=False)

    response = client.generic("POST", "/", body, content_type=content_type)

    assert response.status_code == status
    assert b"<h1>" in response.content


def test_too_many_files_get_a_page(client, typed):
    files = {f"f{n}": image(f"{n}.png") for n in range(30)}

    assert client.post("/", {**typed, **files}).status_code == 413


def test_other_methods_are_not_allowed(client):
    assert client.put("/").status_code == 405


def test_hostile_text_is_shown_as_text(client, typed):
    response = client.post(
        "/", {**typed, "description": "</textarea><script>alert(1)</script>", "contact": '"><img src=x>'}
    )

    page = response.content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_several_values_for_one_field_do_no_harm(client, typed):
    response = client.post(
        "/", {**typed, "signup_day": ["today", "yesterday"], "contact": ["", "budi@contoh.id"]}
    )

    assert response.status_code == 303


def test_picked_situation_is_kept_with_the_ticket(client, typed):
    client.post("/", {**typed, "situation": "self_spam_folder"})

    assert Ticket.objects.get().situation == "self_spam_folder"


def test_picked_situation_is_told_to_triage(client, typed, model):
    client.post("/", {**typed, "description": "ga bisa", "tried": [], "situation": "already_registered"})

    pipeline.triage(Ticket.objects.get().pk)

    ticket = Ticket.objects.get()
    assert (ticket.category, ticket.status) == ("already_registered", "open")


def test_impossible_time_is_asked_about_once_and_kept_as_written(client, typed):
    typed |= {"signup_day": "other", "signup_date": "1-1-2090", "signup_hour": "10.00"}
    client.cookies["django_language"] = "en"

    asked = client.post("/", typed)
    sent = client.post("/", {**typed, "signup_sure": "2090-01-01T10:00 Asia/Jakarta"})

    page = asked.content.decode()
    assert asked.status_code == 422
    assert "That time has not come yet: 1 January 2090 at 10:00 WIB. Is it right?" in page
    assert 'value="2090-01-01T10:00 Asia/Jakarta"' in page
    assert 'value="1-1-2090"' in page
    assert sent.status_code == 303
    ticket = Ticket.objects.get()
    assert (ticket.signup_precision, ticket.signed_up_at) == ("unknown", None)
    assert ticket.signup_claim == "2090-01-01T10:00"


def test_claimed_time_makes_nobody_wait(client, typed, model):
    typed |= {"description": "kode otp belum masuk", "tried": [], "situation": "self_otp_waiting"}
    typed |= {
        "signup_day": "other",
        "signup_date": "1-1-2090",
        "signup_sure": "2090-01-01T14:30 Asia/Jakarta",
    }
    client.post("/", typed)

    pipeline.triage(Ticket.objects.get().pk)

    ticket = Ticket.objects.get()
    assert (ticket.category, ticket.status) == ("otp_not_received", "open")


def test_page_that_comes_back_shows_the_time_in_words(client, typed):
    page = client.post("/", {**typed, "contact": ""}).content.decode()

    assert "Kemarin, " in page
    assert "pukul 14.30 WIB" in page
    assert "data-fresh" not in page


def test_every_situation_has_its_icon(client):
    page = client.get("/").content.decode()

    icons = page.split('<fieldset class="field situations"')[1].split("</fieldset>")[0].split("<svg")[1:]
    assert len(icons) == len(playbooks())
    assert all("<path" in icon or "<circle" in icon for icon in icons)


def test_script_is_told_the_address_and_not_led_there(client, typed):
    response = client.post("/", typed, headers={"X-Sent-By": "script"})

    assert response.status_code == 201
    assert response["Location"].startswith(f"/tiket/{Ticket.objects.get().reference}/")


def test_upload_that_was_cut_is_not_taken_for_a_whole_one(client, typed):
    body = encode_multipart(BOUNDARY, {**typed, "screenshots": [image()]})
    cut = body[: body.index(b"PNG")]

    announced = {"wsgi.input": BytesIO(cut), "CONTENT_LENGTH": len(body)}
    response = client.generic("POST", "/", cut, content_type=MULTIPART_CONTENT, **announced)

    assert response.status_code == 400
    assert Ticket.objects.count() == 0
