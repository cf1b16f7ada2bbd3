"""Proof of identity at the desk: who sees what, and that each look is written down."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import images
from tests.factories import AgentFactory, IdentityRequestFactory, ProofFactory, TicketFactory
from tickets import identity_files, merging
from tickets.models import IdentityLook, IdentityRequest

pytestmark = pytest.mark.django_db


def ticket_page(ticket):
    return reverse("admin:tickets_ticket_change", args=[ticket.pk])


def ask_page(ticket):
    return reverse("admin:tickets_identity_ask", args=[ticket.pk])


def page(asked):
    return reverse("admin:tickets_identityrequest_change", args=[asked.pk])


def picture(asked, number=1):
    return reverse("admin:tickets_identity_picture", args=[asked.pk, number])


@pytest.fixture
def ticket():
    return TicketFactory(open=True, category="account_restricted")


def test_agent_asks_from_the_ticket(agent, ticket):
    before = agent.get(ticket_page(ticket)).content.decode()

    answer = agent.post(ask_page(ticket), {"because": "ownership"}, follow=True)

    text = answer.content.decode()
    assert "Minta bukti identitas" in before
    assert "Tautan sedang dikirim; tiket menunggu pelapor." in text
    assert "meminta bukti identitas: Akun mungkin dipakai orang lain" in text
    assert "Menunggu pelapor" in text
    assert "Tarik permintaan" in text
    assert IdentityRequest.objects.get().asked_by == agent.user


def test_button_is_offered_where_it_would_work_only(agent, lead, ticket):
    other = TicketFactory(open=True, category="otp_not_received")
    closed = TicketFactory(closed=True)

    def offers(client, of):
        return ask_page(of) in client.get(ticket_page(of)).content.decode()

    assert (offers(agent, ticket), offers(agent, other)) == (True, False)
    assert (offers(lead, other), offers(lead, closed)) == (True, False)
    IdentityRequestFactory(ticket=ticket)
    assert offers(agent, ticket) is False


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda ticket: IdentityRequestFactory(ticket=ticket), "masih punya tautan"),
        (lambda ticket: type(ticket).objects.update(category="other"), "ketua tim yang boleh"),
        (lambda ticket: type(ticket).objects.update(assignee=AgentFactory(first_name="Budi")), "Budi"),
    ],
)
def test_refusal_says_why_and_sends_nothing(agent, ticket, prepare, words):
    prepare(ticket)
    before = IdentityRequest.objects.count()

    answer = agent.post(ask_page(ticket))

    assert answer.status_code == 409
    assert words in answer.content.decode()
    assert (IdentityRequest.objects.count(), ticket.messages.count()) == (before, 0)


def test_reason_that_is_none_is_refused(agent, ticket):
    answer = agent.post(ask_page(ticket), {"because": "<script>"})

    assert (answer.status_code, IdentityRequest.objects.count()) == (409, 0)


def test_request_is_taken_back(agent, ticket):
    asked = IdentityRequestFactory(ticket=ticket)

    text = agent.post(
        reverse("admin:tickets_identity_withdraw", args=[asked.pk]), follow=True
    ).content.decode()

    assert "Permintaan ditarik" in text
    assert "menarik permintaan bukti identitas" in text


def test_agents_see_the_state_and_nothing_else(agent):
    proof = ProofFactory()

    text = agent.get(ticket_page(proof.ticket)).content.decode()

    assert "Bukti diterima, ketua tim memeriksa." in text
    assert page(proof) not in text
    assert [agent.get(url).status_code for url in (page(proof), picture(proof))] == [403, 403]
    assert agent.post(page(proof), {"decision": "match"}).status_code == 403
    assert IdentityLook.objects.count() == 0


def test_lead_sees_the_pictures_and_each_look_is_written_down(lead):
    proof = ProofFactory(pictures=[images.png(), images.png()])

    opened = lead.get(page(proof)).content.decode()
    before = IdentityLook.objects.count()
    shown = [lead.get(picture(proof, number)) for number in (1, 2, 2)]

    assert [picture(proof, number) in opened for number in (1, 2)] == [True, True]
    assert before == 0
    assert [each.content for each in shown] == [images.png()] * 3
    looks = IdentityLook.objects.values_list("by", "number", "ip_address")
    assert list(looks) == [(lead.user.pk, number, "127.0.0.1") for number in (1, 2, 2)]
    card = lead.get(ticket_page(proof.ticket)).content.decode()
    assert "Siapa yang sudah melihat (3)" in re.sub(r"\s*</?summary>|<[^>]+>", "", card)
    assert "melihat bukti identitas (3×)" in re.sub(r"\s+", " ", card)


def test_picture_is_an_image_that_nobody_keeps(lead):
    answer = lead.get(picture(ProofFactory()))

    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert re.fullmatch(r'inline; filename="identity-\d+-1\.png"', answer["Content-Disposition"])


@pytest.mark.parametrize("number", [0, 2, 40_000])
def test_picture_that_is_none_is_not_found(lead, number):
    assert lead.get(picture(ProofFactory(), number)).status_code == 404


def test_lost_file_is_said_and_is_no_look(lead):
    proof = ProofFactory()
    identity_files.discard(proof.files.get().path)

    text = lead.get(page(proof)).content.decode()

    assert "Gambar ini tidak bisa ditampilkan" in text
    assert lead.get(picture(proof)).status_code == 404
    assert IdentityLook.objects.count() == 0


def test_lead_decides_and_the_ticket_says_so(lead):
    proof = ProofFactory()

    text = lead.post(page(proof), {"decision": "mismatch", "said": "nama lain"}, follow=True).content.decode()

    assert "memeriksa bukti identitas: tidak sesuai" in text
    assert "nama lain" in text
    assert "Tidak sesuai" in text
    proof.refresh_from_db()
    assert (proof.decision, proof.decided_by) == ("mismatch", lead.user)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Pilih dulu apakah sesuai."),
        ({"decision": "maybe"}, "Pilih dulu apakah sesuai."),
        ({"decision": "match", "said": "x" * 501}, "lebih singkat"),
    ],
)
def test_decision_that_is_none_is_refused(lead, sent, words):
    proof = ProofFactory()

    answer = lead.post(page(proof), sent)

    proof.refresh_from_db()
    assert (answer.status_code, proof.decision) == (409, "")
    assert words in answer.content.decode()


def test_second_decision_is_refused(lead):
    proof = ProofFactory()
    lead.post(page(proof), {"decision": "match"})

    answer = lead.post(page(proof), {"decision": "mismatch"})

    assert answer.status_code == 409
    assert "sudah diputuskan" in answer.content.decode()


def test_list_has_what_waits_first_and_the_queue_tells_leads(agent, lead):
    waiting, asked = ProofFactory(), IdentityRequestFactory()

    text = lead.get(reverse("admin:tickets_identityrequest_changelist")).content.decode()
    queues = [
        client.get(reverse("admin:tickets_ticket_changelist")).content.decode() for client in (agent, lead)
    ]

    assert text.index(waiting.ticket.reference) < text.index(asked.ticket.reference)
    assert ["1 bukti identitas menunggu keputusan" in each for each in queues] == [False, True]


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_number_of_queries(lead, count, django_assert_num_queries):
    for _ in range(count):
        ProofFactory()
        IdentityRequestFactory()
    lead.get(reverse("admin:tickets_identityrequest_changelist"))

    with django_assert_num_queries(12):
        lead.get(reverse("admin:tickets_identityrequest_changelist"))


def test_proof_of_a_merged_ticket_stands_on_the_one_it_went_into(lead, ticket):
    other = TicketFactory(open=True)
    proof = ProofFactory(ticket=other)
    merging.merge(other, into=ticket, by=lead.user)

    text = lead.get(ticket_page(ticket)).content.decode()

    assert page(proof) in text
    assert f"dari {other.reference}" in text


def test_deleted_proof_says_so(lead):
    proof = ProofFactory(
        pictures=[],
        delete_after_at=None,
        discarded_at=timezone.now(),
        decision="match",
        decided_at=timezone.now(),
        decided_by=lead.user,
    )

    text = lead.get(page(proof)).content.decode()

    assert "Gambar sudah dihapus" in text
    assert 'name="decision"' not in text


def test_outbox_shows_the_mail_with_its_link_hidden(lead, agent, ticket):
    agent.post(ask_page(ticket))
    asked = IdentityRequest.objects.get()

    text = lead.get(reverse("admin:tickets_message_change", args=[asked.message_id])).content.decode()

    assert f"/identitas/{asked.public_id}/***/" in text
