"""What a person is given: all that is theirs, masked as it is kept, and nothing that is another's."""

import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command

from tests.factories import AgentFactory, MessageFactory, TicketFactory
from tests.privacy.conftest import ADDRESS, IP, PHONE, WORD, kept_mail
from tickets import linking
from tickets.models import Event
from tickets.privacy import identifiers, portability

pytestmark = pytest.mark.django_db


def export(who=ADDRESS, *, by=None):
    file = io.BytesIO()
    portability.write(identifiers.read(who), to=file, by=by)
    archive = zipfile.ZipFile(file)
    return json.loads(archive.read("data.json")), archive


def test_everything_about_a_ticket_is_there(budi):
    kept_mail()

    content, _archive = export()

    (ticket,) = content["tickets"]
    assert (content["format"], content["about"]) == (1, ADDRESS)
    assert (ticket["reference"], ticket["registered_email"]) == (budi.reference, ADDRESS)
    assert (ticket["registered_phone"], ticket["ip_address"]) == (PHONE, IP)
    assert [(each["by"], each["is_internal"]) for each in ticket["messages"]] == [
        ("automatic", False),
        ("support", True),
    ]
    assert ticket["screenshots"][0]["text"] == f"Gagal {WORD}"
    assert ticket["assessments"][0]["category"] == "otp_not_received"
    assert ticket["masked"] == [{"number": 1, "kind": "OTP"}]
    assert "replied" in [each["what"] for each in ticket["history"]]
    assert len(content["mails"]) == 2
    assert [each["reason"] for each in content["not_mailed"]] == ["bounce"]


def test_pictures_and_mails_are_files(budi):
    content, archive = export()

    names = archive.namelist()
    picture = content["tickets"][0]["screenshots"][0]["file"]
    mail = next(name for name in names if name.startswith("mails/"))
    assert archive.read(picture).startswith(b"\x89PNG")
    assert f"To: {ADDRESS}" in archive.read(mail).decode()
    assert f"Halo {WORD}" in archive.read(mail).decode()


def test_masked_secrets_and_keys_to_the_status_page_stay_out(budi):
    _content, archive = export()

    everything = "\n".join(archive.read(name).decode("latin-1") for name in archive.namelist())
    assert budi.reference in everything
    assert "482913" not in everything
    assert "/***/" in everything  # where the token of the status page would stand


def test_agents_have_no_names(budi):
    _content, archive = export()

    assert "rina" not in archive.read("data.json").decode().lower()


def test_owner_of_a_registered_address_does_not_learn_who_else_wrote():
    ticket = TicketFactory(
        registered_email=ADDRESS,
        reply_email="lain@contoh.id",
        ip_address="198.51.100.9",
        user_agent="Peramban",
    )
    linking.leave_traces(ticket)
    MessageFactory(ticket=ticket, outgoing=True, recipient="lain@contoh.id", recipient_key="lain@contoh.id")

    content, archive = export()

    everything = "\n".join(archive.read(name).decode("latin-1") for name in archive.namelist())
    assert content["tickets"][0]["left_out"] == ["reply_email", "device", "user_agent", "ip_address"]
    assert [word for word in ("lain@", "198.51", "Peramban") if word in everything] == []
    other, _archive = export("lain@contoh.id")
    assert other["tickets"][0]["ip_address"] == "198.51.100.9"


def test_others_are_not_in_it(budi):
    siti = TicketFactory(registered_email="siti@contoh.id", merged_into=budi, status="merged")
    MessageFactory(ticket=siti, body="rahasia Siti")

    _content, archive = export()

    everything = "\n".join(archive.read(name).decode("latin-1") for name in archive.namelist())
    assert [word for word in (siti.reference, "rahasia Siti") if word in everything] == []


def test_history_says_who_took_it(budi):
    lead = AgentFactory(role="lead")

    export(by=lead)
    export()

    taken = Event.objects.filter(kind="exported").order_by("pk")
    assert [(event.actor_kind, event.actor) for event in taken] == [("agent", lead), ("system", None)]


def test_nothing_kept_is_no_file(tmp_path):
    to = tmp_path / "budi.zip"

    with pytest.raises(CommandError, match="Nothing"):
        call_command("export_person", ADDRESS, "--to", str(to))

    assert not to.exists()


def test_command_writes_a_private_file_and_over_none(budi, tmp_path):
    to = tmp_path / "budi.zip"

    call_command("export_person", ADDRESS, "--to", str(to))

    assert (to.stat().st_mode & 0o777, zipfile.is_zipfile(to)) == (0o600, True)
    with pytest.raises(CommandError, match="cannot be made"):
        call_command("export_person", ADDRESS, "--to", str(to))
    assert zipfile.is_zipfile(to)


def test_number_of_queries_for_the_content_does_not_depend_on_the_tickets(django_assert_num_queries):
    def count(number):
        for _ in range(number):
            ticket = TicketFactory(registered_email=ADDRESS)
            MessageFactory(ticket=ticket)
        with django_assert_num_queries(8):
            list(portability._tickets(list(type(ticket).objects.values_list("pk", flat=True))))

    count(1)
    count(3)
