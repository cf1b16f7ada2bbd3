"""Kirim bukti identitas: what the page says in each state, and what it does with what is sent."""

from datetime import timedelta

import pytest
from django.core.files import uploadhandler
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from tests import images
from tests.factories import AgentFactory, IdentityRequestFactory, ProofFactory, TicketFactory
from tickets import identity_files, identity_links, links
from tickets.identity import asking, receiving
from tickets.models import IdentityFile, Ticket
from tickets.models.identity import IdentityReason
from tickets.web import identity, uploads

pytestmark = pytest.mark.django_db

MIB = 1024 * 1024


def path_of(asked):
    return identity_links.path_of(asked)


def picture(name="ktp.png", data=None):
    return SimpleUploadedFile(name, data or images.png(), "image/png")


def expired():
    day = timezone.now() - timedelta(days=4)
    return IdentityRequestFactory(created_at=day, expires_at=day + timedelta(days=3))


def test_page_says_what_why_who_and_until_when_and_changes_nothing(client):
    asked = IdentityRequestFactory()

    page = client.get(path_of(asked))

    text = page.content.decode()
    asked.refresh_from_db()
    assert (page.status_code, asked.is_open) == (200, True)
    assert asked.ticket.reference in text
    for words in ("Akun Anda dibatasi", "Hanya ketua tim kami", "Gambar dihapus 7 hari setelah", "CVV"):
        assert words in text
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("private, no-store", "noindex, nofollow")
    assert page["Referrer-Policy"] == "same-origin"


def test_page_tells_nothing_of_the_report_but_its_number(client):
    ticket = TicketFactory(open=True, description="rahasia sekali", registered_email="budi@contoh.id")

    text = client.get(path_of(IdentityRequestFactory(ticket=ticket))).content.decode()

    assert "rahasia" not in text
    assert "budi@contoh.id" not in text
    assert links.token_for(ticket) not in text


def test_sending_keeps_it_and_leads_to_the_page_that_says_so(client):
    asked = IdentityRequestFactory()

    answer = client.post(path_of(asked), {"screenshots": [picture(), picture("belakang.png")]})

    assert (answer.status_code, answer["Location"]) == (303, path_of(asked))
    done = client.get(path_of(asked))
    assert "Bukti identitas Anda sudah kami terima" in done.content.decode()
    assert "<img" not in done.content.decode()
    assert asked.files.count() == 2


def test_script_is_told_where_to_go(client):
    answer = client.post(
        path_of(IdentityRequestFactory()), {"screenshots": [picture()]}, headers={"X-Sent-By": "script"}
    )

    assert answer.status_code == 201


def test_second_sending_keeps_nothing_and_says_that_it_is_done(client):
    asked = IdentityRequestFactory()
    client.post(path_of(asked), {"screenshots": [picture()]})

    answer = client.post(path_of(asked), {"screenshots": [picture("lain.png")]})

    assert (answer.status_code, IdentityFile.objects.count()) == (200, 1)
    assert "sudah terpakai" in answer.content.decode()


def test_who_loses_the_race_is_led_to_the_same_page(client, monkeypatch):
    def taken(asked, pictures):
        raise asking.NotOpen

    monkeypatch.setattr(receiving, "receive", taken)
    asked = IdentityRequestFactory()

    answer = client.post(path_of(asked), {"screenshots": [picture()]})

    assert (answer.status_code, answer["Location"]) == (303, path_of(asked))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (expired, "Tautan ini sudah kedaluwarsa"),
        (lambda: IdentityRequestFactory(withdrawn_at=timezone.now()), "Ini tidak diperlukan lagi"),
        (lambda: IdentityRequestFactory(ticket=TicketFactory(closed=True)), "Ini tidak diperlukan lagi"),
        (lambda: IdentityRequestFactory(ticket=TicketFactory(status="spam")), "Ini tidak diperlukan lagi"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_dead_link_says_what_to_do(client, make, words, method):
    asked = make()

    page = getattr(client, method)(path_of(asked), {"screenshots": [picture()]} if method == "post" else {})

    text = page.content.decode()
    assert page.status_code == 410
    assert words in text
    assert "halaman laporan Anda" in text
    assert f"/cari-laporan/?nomor={asked.ticket.reference}" in text
    assert IdentityFile.objects.count() == 0


def test_page_of_deleted_proof_says_so(client):
    proof = ProofFactory(delete_after_at=None, discarded_at=timezone.now(), pictures=[])

    assert "sudah dihapus" in client.get(path_of(proof)).content.decode()


def test_link_of_somebody_else_opens_nothing(client):
    asked, other = IdentityRequestFactory(), IdentityRequestFactory()
    mixed = f"/identitas/{asked.public_id}/{identity_links.token_for(other)}/"

    answers = [client.get(mixed), client.post(mixed, {"screenshots": [picture()]})]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert IdentityFile.objects.count() == 0


def test_link_to_the_report_opens_no_upload(client):
    asked = IdentityRequestFactory()

    assert client.get(f"/identitas/{asked.public_id}/{links.token_for(asked.ticket)}/").status_code == 404


@pytest.mark.parametrize(
    ("pictures", "words"),
    [
        ([], "Pilih dulu gambar kartu Anda."),
        ([picture("ktp.pdf", images.PDF)], "bukan gambar"),
        ([picture("rusak.png", images.png()[:200])], "rusak"),
        ([picture(f"{n}.png") for n in range(3)], "Pilih paling banyak 2"),
    ],
)
def test_what_is_wrong_is_said_on_the_field(client, pictures, words):
    asked = IdentityRequestFactory()

    page = client.post(path_of(asked), {"screenshots": pictures})

    asked.refresh_from_db()
    assert (page.status_code, asked.is_open) == (422, True)
    assert words in page.content.decode()


def test_too_large_body_is_refused_and_the_link_still_works(client, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_BODY", 100)
    asked = IdentityRequestFactory()

    page = client.post(path_of(asked), {"screenshots": [picture()]})

    assert page.status_code == 413
    assert "ktp.png" in page.content.decode()
    asked.refresh_from_db()
    assert asked.is_open


def test_no_temporary_file_is_written_however_large_the_picture(client, monkeypatch):
    def written(*args, **kwargs):
        raise AssertionError("a card would lie in a temporary file")

    large = images.png(images.photograph((1400, 1000)))
    monkeypatch.setattr(uploadhandler, "TemporaryUploadedFile", written)
    asked = IdentityRequestFactory()

    answer = client.post(path_of(asked), {"screenshots": [picture(data=large)]})

    assert len(large) > MIB
    assert (answer.status_code, asked.files.count()) == (303, 1)


@pytest.mark.parametrize("status", [404, 410])
def test_link_that_does_not_work_makes_us_keep_nothing(client, monkeypatch, status):
    def kept(*args, **kwargs):
        raise AssertionError("a file was kept")

    monkeypatch.setattr(uploadhandler.MemoryFileUploadHandler, "new_file", kept)
    monkeypatch.setattr(uploadhandler.TemporaryFileUploadHandler, "new_file", kept)
    path = path_of(expired())
    path = path if status == 410 else f"{path[:-3]}zz/"

    assert client.post(path, {"screenshots": [picture()]}).status_code == status


def test_dead_link_from_another_site_says_that_it_is_dead():
    client = Client(enforce_csrf_checks=True)

    assert client.post(path_of(expired()), {"screenshots": [picture()]}).status_code == 410


def test_form_of_another_site_is_refused_and_nothing_kept():
    client = Client(enforce_csrf_checks=True)
    asked = IdentityRequestFactory()

    page = client.post(path_of(asked), {"screenshots": [picture()]})

    text = page.content.decode()
    assert (page.status_code, asked.files.count()) == (403, 0)
    assert "Kirim bukti identitas" in text
    assert "ktp.png" in text


def test_sending_is_throttled_and_looking_is_not(client, settings):
    rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "identity": "1/hour"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    client.post(path_of(IdentityRequestFactory()), {"screenshots": [picture()]})
    asked = IdentityRequestFactory()

    page = client.post(path_of(asked), {"screenshots": [picture()]})

    assert (page.status_code, asked.files.count()) == (429, 0)
    assert int(page["Retry-After"]) > 0
    assert client.get(path_of(asked)).status_code == 200


def test_failing_disk_loses_no_link(client, monkeypatch):
    def full(sealed):
        raise OSError("No space left on device")

    monkeypatch.setattr(identity_files, "store", full)
    asked = IdentityRequestFactory()

    page = client.post(path_of(asked), {"screenshots": [picture()]})

    asked.refresh_from_db()
    assert (page.status_code, page["Retry-After"], asked.is_open) == (503, "30", True)


def test_database_that_is_away_gets_a_page(client, monkeypatch):
    def away(public_id, token):
        raise OperationalError

    monkeypatch.setattr(identity.identity_links, "find", away)

    assert client.get("/identitas/00000000-0000-4000-8000-000000000001/x/").status_code == 503


def test_status_page_leads_there_while_it_is_wanted(client):
    ticket = TicketFactory(open=True, category="account_restricted")
    asked = asking.ask(ticket, because=IdentityReason.RESTRICTED, by=AgentFactory(role="agent"))
    ticket.refresh_from_db()

    before = client.get(links.status_path(ticket)).content.decode()
    client.post(path_of(asked), {"screenshots": [picture()]})
    after = client.get(links.status_path(ticket)).content.decode()

    assert f'href="{path_of(asked)}"' in before
    assert path_of(asked) not in after
    assert "Anda mengirim bukti identitas." in after
    assert ["Jawaban petugas" in text for text in (before, after)] == [True, False]
    assert Ticket.objects.get(pk=ticket.pk).status == "open"


def test_api_and_status_page_know_nothing_of_the_pictures(client):
    proof = ProofFactory()
    file = proof.files.get()
    token = links.token_for(proof.ticket)

    answers = [
        client.get(links.status_path(proof.ticket)).content.decode(),
        client.get(
            f"/api/v1/tickets/{proof.ticket.reference}/", headers={"Authorization": f"Bearer {token}"}
        ).content.decode(),
    ]

    assert proof.ticket.reference in answers[1]
    assert all(file.path not in text and "identitas/" not in text for text in answers)
