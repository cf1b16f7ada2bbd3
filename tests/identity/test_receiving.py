"""Proof of identity is taken once, clean and sealed, and brings the ticket before the agents."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings as of_tests
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from tests import images
from tests.factories import AgentFactory, IdentityRequestFactory, TicketFactory
from tests.stored import every_column
from tickets import identity_files, merging, screenshots, search
from tickets.identity import receiving
from tickets.identity.asking import NotOpen
from tickets.image_structure import sniff
from tickets.models import IdentityFile, Screenshot, Ticket
from tickets.screenshots import ScreenshotsRejected
from tickets.submission import Attachment

pytestmark = pytest.mark.django_db


def attachment(data=None, name="ktp.png"):
    upload = SimpleUploadedFile(name, data or images.png())
    return Attachment(upload, name, screenshots.inspect(upload, name=name))


def files():
    return [path for path in of_tests.IDENTITY_DIR.rglob("*") if path.is_file()]


def test_pictures_are_kept_sealed_and_the_ticket_comes_to_the_agents():
    asked = IdentityRequestFactory()

    receiving.receive(asked, [attachment(), attachment(images.jpeg(images.photograph()), "belakang.jpg")])

    asked.refresh_from_db()
    ticket = Ticket.objects.get(pk=asked.ticket_id)
    kept = list(asked.files.all())
    assert (asked.state, ticket.status) == ("received", "open")
    assert asked.delete_after_at - asked.used_at == timedelta(days=30)
    assert [(each.number, each.format) for each in kept] == [(1, "png"), (2, "jpeg")]
    assert [sniff(identity_files.read(each.path)) for each in kept] == ["png", "jpeg"]
    assert [len(identity_files.read(each.path)) for each in kept] == [each.size for each in kept]
    assert [event.kind for event in ticket.events.all()] == ["identity_received", "moved"]
    assert ticket.events.last().data["because"] == "identity_received"
    assert ticket.events.first().data == {"request": asked.pk, "count": 2}


def test_nothing_of_the_picture_lies_on_the_disk_or_in_a_row(settings, tmp_path):
    asked = IdentityRequestFactory()

    receiving.receive(asked, [attachment(images.talkative_png())])

    (path,) = files()
    everything = b"".join(each.read_bytes() for each in tmp_path.rglob("*.*") if each.is_file())
    assert images.SECRET.encode() in images.talkative_png()
    assert images.SECRET.encode() not in everything
    assert sniff(path.read_bytes()) is None
    picture = identity_files.read(asked.files.get().path)
    assert picture[:24] not in everything
    assert images.SECRET not in every_column()
    assert images.SECRET.encode() not in picture


def test_files_are_the_owners_alone_and_named_by_chance(settings):
    receiving.receive(IdentityRequestFactory(), [attachment(name="KTP Budi Santoso.png")])

    (path,) = files()
    assert path.stat().st_mode & 0o777 == 0o600
    assert {parent.stat().st_mode & 0o777 for parent in list(path.parents)[:4]} == {0o700}
    assert "Budi" not in str(path)


def test_proof_is_no_screenshot_and_no_text_of_the_ticket():
    asked = IdentityRequestFactory()

    receiving.receive(asked, [attachment(name="kartu-tanda.png")])

    ticket = Ticket.objects.get(pk=asked.ticket_id)
    assert (Screenshot.objects.count(), ticket.screen_text) == (0, "")
    assert list(search.matching(Ticket.objects.all(), "kartu-tanda")) == []


def test_second_sending_is_refused_and_leaves_no_file():
    asked = IdentityRequestFactory()
    receiving.receive(asked, [attachment()])

    with pytest.raises(NotOpen):
        receiving.receive(asked, [attachment()])

    assert (len(files()), IdentityFile.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_send_at_once_one_is_kept():
    for _ in range(3):
        asked = IdentityRequestFactory()
        pictures = [[attachment()], [attachment(images.jpeg())]]
        together, raised = threading.Barrier(2), []

        def send(picture, asked=asked, together=together, raised=raised):
            together.wait(10)
            try:
                receiving.receive(asked, picture)
            except NotOpen as error:
                raised.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=send, args=[each]) for each in pictures]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert (len(raised), asked.files.count()) == (1, 1)
    assert len(files()) == IdentityFile.objects.count() == 3


@pytest.mark.parametrize(
    "columns",
    [
        {"withdrawn_at": timezone.now()},
        {"created_at": timezone.now() - timedelta(days=4), "expires_at": timezone.now() - timedelta(days=1)},
    ],
)
def test_dead_link_takes_nothing(columns):
    asked = IdentityRequestFactory(**columns)

    with pytest.raises(NotOpen):
        receiving.receive(asked, [attachment()])

    assert files() == []


@pytest.mark.parametrize("state", ["closed", "spam"])
def test_ended_report_takes_nothing(state):
    ticket = TicketFactory(closed=True) if state == "closed" else TicketFactory(status="spam")
    asked = IdentityRequestFactory(ticket=ticket)

    with pytest.raises(NotOpen):
        receiving.receive(asked, [attachment()])

    assert (receiving.is_wanted(asked), files()) == (False, [])


def test_proof_on_a_merged_ticket_is_heard_where_it_went():
    head, other = TicketFactory(open=True), TicketFactory(open=True)
    asked = IdentityRequestFactory(ticket=other)
    merging.merge(other, into=head, by=AgentFactory(role="lead"))
    Ticket.objects.filter(pk=head.pk).update(status="pending", pending_since_at=timezone.now(), due_at=None)

    receiving.receive(asked, [attachment()])

    assert Ticket.objects.get(pk=head.pk).status == "open"
    assert other.events.filter(kind="identity_received").count() == 1


def test_picture_that_cannot_be_cleaned_is_refused_by_its_name(monkeypatch):
    def uncleanable(data, *, seconds):
        raise screenshots.Uncleanable("too_complex")

    monkeypatch.setattr(screenshots, "cleaned_in_memory", uncleanable)
    asked = IdentityRequestFactory()

    with pytest.raises(ScreenshotsRejected) as rejected:
        receiving.receive(asked, [attachment()])

    asked.refresh_from_db()
    assert [error.params["name"] for error in rejected.value.errors] == ["ktp.png"]
    assert (asked.is_open, files()) == (True, [])


def test_upright_and_without_a_place():
    asked = IdentityRequestFactory()
    sideways = images.sideways_jpeg()

    receiving.receive(asked, [attachment(sideways, "ktp.jpg")])

    picture = asked.files.get()
    upload = SimpleUploadedFile("ktp.jpg", sideways)
    before = screenshots.inspect(upload, name="ktp.jpg")
    assert (picture.width, picture.height) == (before.height, before.width)
    assert b"Exif" not in identity_files.read(picture.path)
