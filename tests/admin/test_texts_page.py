"""The pages about texts: list, edit, try, history and the way back."""

import re

import pytest
from django.urls import reverse

from tests.factories import AgentFactory, AssessmentFactory, TicketFactory
from tickets import texts
from tickets.models import PlaybookOverride
from triage import changes
from triage.changes import GENERAL
from triage.draft import slugs

pytestmark = pytest.mark.django_db

LIST = reverse("admin:tickets_playbookoverride_changelist")
SLUG = "self_otp_waiting"


def page(name="change", slug=SLUG, query=""):
    return reverse(f"admin:tickets_playbookoverride_{name}", args=[slug]) + query


def current(slug=SLUG):
    return PlaybookOverride.objects.filter(pk=slug).first() or PlaybookOverride(category=slug)


def posted(client, *, slug=SLUG, version=0, action="save", **fields):
    """Post the form; keys are written with __ for their dots."""
    data = {key.replace("__", "."): value for key, value in fields.items()}
    return client.post(page(slug=slug), {"version": version, "action": action, **data})


def errors(answer):
    return {key: [str(each) for each in found] for key, found in answer.context["form"].errors.items()}


def box(answer, key):
    return next(
        box
        for section in answer.context["sections"]
        for group in section.groups
        for box in group.boxes
        if box.key == key
    )


@pytest.fixture
def heard():
    changes.override_with(texts.Desk())


def test_pages_are_for_leads_and_administrators(agent, lead, administrator, nobody):
    for url in (LIST, page(), page("history"), page("return")):
        statuses = [client.get(url).status_code for client in (agent, nobody, lead, administrator)]
        assert statuses == [403, 403, 200, 200]


def test_agent_changes_nothing(agent):
    answers = [
        agent.post(page(), {"version": 0, "action": "save", "label.id": "Kode"}),
        agent.post(page("return"), {"version": 0}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert not PlaybookOverride.objects.exists()


def test_lead_who_lost_the_right_meanwhile_changes_nothing(lead):
    lead.get(page())
    lead.user.groups.clear()

    answer = posted(lead, label__id="Kode")

    assert (answer.status_code, PlaybookOverride.objects.count()) == (403, 0)


def test_settings_lead_to_the_pages(lead):
    assert LIST in lead.get(reverse("admin:settings")).content.decode()


def test_unknown_category_is_not_found(lead):
    urls = [page(name, "self_gone") for name in ("change", "history", "return")]

    assert [lead.get(url).status_code for url in urls] == [404, 404, 404]


def test_list_shows_every_category_with_its_changes(lead):
    texts.change(SLUG, {"label.id": "Kode", "label.en": "Code", "hold_minutes": 45}, version=0, by=lead.user)

    answer = lead.get(LIST)

    lines = {line["slug"]: line for line in answer.context["lines"]}
    assert list(lines) == list(slugs())
    assert (lines[SLUG]["texts"], lines[SLUG]["settings"], lines["other"]["texts"]) == (2, 1, 0)
    assert "Sari" in answer.content.decode()


def test_list_counts_changes_that_no_longer_fit(lead):
    unfit = {"steps.of_then.id": "Dulu", "closing.id": "Tanpa isian", "label.id": "Kode"}
    PlaybookOverride.objects.create(category=SLUG, changes=unfit, version=1)

    line = next(line for line in lead.get(LIST).context["lines"] if line["slug"] == SLUG)

    assert (line["texts"], line["unused"]) == (1, 2)
    assert lead.get(page()).context["unused"] == ["Kalimat penutup · Bahasa Indonesia", "steps.of_then.id"]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_any_number_of_changes(lead, rows, django_assert_num_queries):
    for slug in slugs()[:rows]:
        texts.change(slug, {"label.id": slug}, version=0, by=lead.user)
    lead.get(LIST)

    with django_assert_num_queries(7):
        lead.get(LIST)


@pytest.mark.parametrize("slug", slugs())
def test_every_category_has_its_page(lead, slug):
    answer = lead.get(page(slug=slug))

    assert answer.status_code == 200
    assert [section.code for section in answer.context["sections"]][:2] == ["id", "en"]


def test_shipped_text_stands_beside_the_changed_one(lead):
    texts.change(SLUG, {"label.id": "Kode di jalan"}, version=0, by=lead.user)

    answer = lead.get(page())

    shown = box(answer, "label.id")
    assert (shown.shipped, shown.field.value(), shown.is_changed) == (
        "OTP dalam perjalanan",
        "Kode di jalan",
        True,
    )


def test_save_stores_what_was_typed_and_says_so(lead):
    answer = posted(lead, label__id="Kode di jalan", hold_minutes="45", hold_confidence="95")

    assert (answer.status_code, answer.url) == (303, page())
    assert current().changes == {"label.id": "Kode di jalan", "hold_minutes": 45, "hold_confidence": 0.95}
    assert current().changed_by == lead.user


@pytest.mark.parametrize(
    ("part", "back"),
    [("part-settings", "#part-settings"), ("part-en", "#part-en"), ("//elsewhere.example", ""), ("", "")],
)
def test_save_comes_back_to_the_part_it_was_pressed_in(lead, part, back):
    answer = posted(lead, label__id="Kode di jalan", part=part)

    assert answer.url == page() + back


def test_empty_field_is_what_is_shipped(lead):
    posted(lead, label__id="Kode di jalan", label__en="Code")

    posted(lead, version=1, label__id="  ", label__en="Code")

    assert current().changes == {"label.en": "Code"}


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("subject.id", "{ticket.__class__}"),
        ("subject.id", "{clock:>999999999}"),
        ("subject.id", "{0}"),
        ("subject.id", "Kode {"),
        ("label.id", "{elapsed}"),
        ("closing.en", "Without the sentence"),
        ("closing.id", "x" * 10_000),
        ("closing.id", "x" * 100_000),
        ("label.id", "Halaman lambat"),
        ("steps.wait_until_clock.id", "Tunggu saja"),
        ("hold_minutes", "5"),
        ("hold_minutes", "-1"),
        ("hold_minutes", "1e9"),
        ("hold_minutes", "٣٠"),
        ("hold_minutes", "9" * 5000),
        ("hold_confidence", "101"),
        ("hold_confidence", "40"),
        ("hold_then", "forget"),
        ("priority", "9"),
    ],
)
def test_what_would_break_is_refused_at_its_field_and_kept(lead, key, typed):
    answer = posted(lead, **{key: typed, "agent_steps.check_delivery_log.id": "Lihat log."})

    assert (answer.status_code, list(errors(answer))) == (422, [key])
    assert box(answer, key).field.value() == typed
    assert box(answer, "agent_steps.check_delivery_log.id").field.value() == "Lihat log."
    assert not PlaybookOverride.history.exists()


def test_errors_are_listed_with_links_to_their_fields(lead):
    body = posted(lead, subject__id="{salah}").content.decode()

    assert 'href="#id_subject.id"' in body
    assert re.search(
        r'id="id_subject\.id"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*id="id_subject\.id"', body
    )


def test_marks_that_turn_text_round_are_taken_out(lead):
    posted(lead, label__id="Kode \u202edi\u200f \u200bjalan\n")

    assert current().changes == {"label.id": "Kode di jalan"}


def test_html_is_shown_as_it_was_typed(lead):
    answer = posted(lead, action="try", subject__id="<script>alert(1)</script> 100 %s")

    body = answer.content.decode()
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 100 %s" in body


def test_percent_sign_of_a_name_breaks_no_page(lead, heard):
    posted(lead, label__id="100%s %(x)s", action="save")
    changes.refresh()
    ticket = TicketFactory(held=True)

    answers = [
        lead.get(LIST),
        lead.get(page()),
        lead.get(reverse("admin:tickets_ticket_change", args=[ticket.pk])),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert all("100%s %(x)s" in answer.content.decode() for answer in answers)


def test_second_of_two_leads_gets_a_sentence_and_their_text_back(lead):
    dewi = AgentFactory(role="lead", first_name="Dewi")
    texts.change(SLUG, {"label.id": "Milik Dewi", "hold_minutes": 60}, version=0, by=dewi)

    answer = posted(lead, label__id="Milik Sari", subject__id="Tulisan Sari")

    assert answer.status_code == 409
    assert "Dewi sudah mengubah teks ini" in answer.content.decode()
    assert (box(answer, "label.id").field.value(), box(answer, "label.id").theirs) == (
        "Milik Sari",
        "Milik Dewi",
    )
    assert box(answer, "subject.id").field.value() == "Tulisan Sari"
    assert current().changes == {"label.id": "Milik Dewi", "hold_minutes": 60}


def test_second_save_takes_over_what_the_first_changed_elsewhere(lead):
    dewi = AgentFactory(role="lead", first_name="Dewi")
    texts.change(SLUG, {"label.en": "Code"}, version=0, by=dewi)
    texts.change(SLUG, {"label.en": "Code", "hold_minutes": 60}, version=1, by=dewi)

    answer = posted(lead, version=1, label__en="Code", label__id="Milik Sari")
    form = answer.context["form"]
    again = lead.post(
        page(), {**{key: form[key].value() or "" for key in form.fields}, "version": 2, "action": "save"}
    )

    assert (answer.status_code, again.status_code) == (409, 303)
    assert current().changes == {"label.en": "Code", "hold_minutes": 60, "label.id": "Milik Sari"}


def test_text_that_another_took_back_is_shown_as_taken_back(lead):
    texts.change(SLUG, {"label.id": "Lama"}, version=0, by=lead.user)
    texts.return_to_shipped(SLUG, version=1, by=AgentFactory(role="lead", first_name="Dewi"))

    answer = posted(lead, version=1, label__id="Lama sekali")

    assert box(answer, "label.id").theirs == "OTP dalam perjalanan"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "7"])
def test_version_that_never_was_is_told_like_an_old_one(lead, version):
    answer = posted(lead, version=version, label__id="Kode")

    assert (answer.status_code, box(answer, "label.id").field.value()) == (409, "Kode")


def test_situation_is_shown_as_its_requester_would_read_it(lead):
    shown = (
        posted(lead, action="try", situation="young", subject__id="Sebentar lagi", hold_minutes="120")
        .context["trial"]
        .rehearsal
    )

    assert shown.subject == "[KS-0000-0000] Sebentar lagi"
    assert shown.advice.steps[0].startswith("Tunggu sampai pukul ")
    assert "Gmail" in shown.advice.steps[1]
    assert shown.advice.closing.endswith("petugas akan memeriksanya dalam 2 jam.")
    assert "Tanpa kabar dari Anda, petugas akan memeriksanya dalam 2 jam." in shown.body
    assert not PlaybookOverride.objects.exists()


def test_situation_is_shown_in_english_too(lead):
    shown = posted(lead, action="try", language="en", subject__en="Soon").context["trial"].rehearsal

    assert (shown.advice.subject, shown.advice.language) == ("Soon", "en")


def test_draft_with_errors_is_not_tried(lead):
    answer = posted(lead, action="try", subject__id="{salah}")

    assert (answer.status_code, answer.context["trial"].rehearsal) == (200, None)
    assert "subject.id" in errors(answer)


@pytest.mark.usefixtures("model")
def test_ticket_is_shown_as_it_would_be_answered(lead):
    ticket = TicketFactory(held=True, description="kode otp belum masuk", registered_email="siti@gmail.com")
    ticket.signed_up_at = ticket.created_at
    ticket.save(update_fields=["signed_up_at"])
    AssessmentFactory(ticket=ticket, category=SLUG)

    trial = posted(lead, action="try", number=ticket.reference.lower(), subject__id="Sebentar lagi").context[
        "trial"
    ]

    assert trial.rehearsal.subject == f"[{ticket.reference}] Sebentar lagi"
    assert trial.is_of_another == ""


@pytest.mark.usefixtures("model")
def test_ticket_of_another_category_says_whose_texts_are_shown(lead):
    ticket = TicketFactory(open=True, description="akun saya diblokir")

    trial = posted(lead, action="try", number=ticket.reference).context["trial"]

    assert trial.is_of_another == "Akun dibatasi"


@pytest.mark.parametrize("number", ["KS-ZZZZ-ZZZZ", "halo", "'; --", "9" * 100])
def test_number_of_no_ticket_is_told(lead, number):
    trial = posted(lead, action="try", number=number).context["trial"]

    assert (trial.rehearsal, bool(trial.sentence)) == (None, True)


def test_ticket_without_a_model_is_told(lead, settings, tmp_path):
    settings.TRIAGE_MODEL_DIR = tmp_path

    trial = posted(lead, action="try", number=TicketFactory().reference).context["trial"]

    assert (trial.rehearsal, bool(trial.sentence)) == (None, True)


def test_texts_of_no_category_are_tried_on_one(lead):
    answer = posted(
        lead,
        slug=GENERAL,
        action="try",
        situation="failed",
        category="self_typo",
        because__fix_failed__id="Kami ambil alih.",
    )

    assert answer.context["trial"].rehearsal.advice.opening == "Kami ambil alih."


def test_history_tells_who_changed_what(lead):
    dewi = AgentFactory(role="lead", first_name="Dewi")
    texts.change(SLUG, {"label.id": "Satu"}, version=0, by=lead.user)
    texts.change(SLUG, {"label.id": "Dua", "hold_minutes": 60}, version=1, by=dewi)

    entries = lead.get(page("history")).context["entries"]

    assert [
        (
            entry["kept"].version,
            entry["kept"].history_user,
            [(each.title, each.before, each.after) for each in entry["differences"]],
        )
        for entry in entries
    ] == [
        (
            2,
            dewi,
            [
                ("Nama kategori · Bahasa Indonesia", "Satu", "Dua"),
                ("Lama ditahan, dalam menit", "", "1 jam"),
            ],
        ),
        (1, lead.user, [("Nama kategori · Bahasa Indonesia", "", "Satu")]),
    ]


def test_history_shows_texts_whose_place_is_gone(lead):
    texts.change(SLUG, {"label.id": "Satu"}, version=0, by=lead.user)
    PlaybookOverride.history.update(changes={"steps.of_then.id": "Dulu"})

    [entry] = lead.get(page("history")).context["entries"]

    assert [(each.title, each.after) for each in entry["differences"]] == [("steps.of_then.id", "Dulu")]


def test_history_comes_in_pages_of_one_cost(lead, django_assert_num_queries):
    for number in range(45):
        texts.change(SLUG, {"label.id": f"Nama {number}"}, version=number, by=lead.user)

    with django_assert_num_queries(8):
        first = lead.get(page("history"))
    last = lead.get(page("history", query="?until=5"))

    assert [entry["kept"].version for entry in first.context["entries"]] == list(range(45, 25, -1))
    assert first.context["older"] == 25
    assert [entry["kept"].version for entry in last.context["entries"]] == [5, 4, 3, 2, 1]
    assert [each.before for each in first.context["entries"][-1]["differences"]] == ["Nama 24"]


def test_return_asks_first_and_changes_nothing(lead):
    texts.change(SLUG, {"label.id": "Satu"}, version=0, by=lead.user)

    answer = lead.get(page("return"))

    assert [(each.before, each.shipped) for each in answer.context["differences"]] == [
        ("Satu", "OTP dalam perjalanan")
    ]
    assert current().version == 1


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("", {}),
        ("?key=label.id", {"hold_minutes": 60}),
        ("?key=hold_minutes", {"label.id": "Dua"}),
        ("?to=1", {"label.id": "Satu"}),
        ("?to=0", {}),
    ],
)
def test_return_goes_back(lead, query, left):
    texts.change(SLUG, {"label.id": "Satu"}, version=0, by=lead.user)
    texts.change(SLUG, {"label.id": "Dua", "hold_minutes": 60}, version=1, by=lead.user)

    answer = lead.post(page("return", query=query), {"version": 2})

    assert (answer.status_code, current().changes) == (303, left)
    assert current().version == 3


def test_return_from_an_older_page_asks_again(lead):
    texts.change(SLUG, {"label.id": "Satu"}, version=0, by=lead.user)
    texts.change(SLUG, {"label.id": "Dua"}, version=1, by=lead.user)

    answer = lead.post(page("return"), {"version": 1})

    assert (answer.status_code, current().changes) == (409, {"label.id": "Dua"})
    assert answer.context["row"].version == 2


def test_return_that_would_break_is_told(lead):
    texts.change(SLUG, {"min_confidence": 0.3, "advice_confidence": 0.4}, version=0, by=lead.user)

    answer = lead.post(page("return", query="?key=min_confidence"), {"version": 1})

    assert answer.status_code == 409
    assert "Keyakinan untuk memberi saran" in answer.context["refusal"]


@pytest.mark.parametrize("query", ["?to=99", "?to=" + "9" * 18])
def test_return_to_a_version_that_never_was_is_not_found(lead, query):
    assert lead.get(page("return", query=query)).status_code == 404


def test_pages_have_no_inline_styles_or_scripts(lead):
    texts.change(SLUG, {"label.id": "Satu"}, version=0, by=lead.user)
    bodies = [lead.get(url).content.decode() for url in (LIST, page(), page("history"), page("return"))]

    assert not any(re.search(r"<style|\sstyle=|\son\w+=|<script(?! src)", body) for body in bodies)
