import pytest
from django.urls import reverse

from tests.factories import MacroFactory
from tickets.models import Macro

pytestmark = pytest.mark.django_db

LIST, ADD, PREVIEW = (reverse(f"admin:tickets_macro_{name}") for name in ("changelist", "add", "preview"))


def change_url(macro):
    return reverse("admin:tickets_macro_change", args=[macro.pk])


def typed(**changes):
    return {
        "title": "Minta nama",
        "key": "nama",
        "category": "",
        "after": "wait",
        "body_id": "{greeting}, siapa nama Anda?",
        "body_en": "{greeting}, what is your name?",
        "position": "5",
        "is_active": "on",
        **changes,
    }


@pytest.fixture
def macro():
    return MacroFactory(body_id="Halo {contact}", body_en="Hello {contact}")


def test_leads_write_macros(lead):
    answer = lead.post(ADD, typed())

    macro = Macro.objects.get(key="nama")
    assert (answer.status_code, macro.after, macro.position) == (302, "wait", 5)


def test_agents_may_not(agent, macro):
    urls = [LIST, ADD, change_url(macro), reverse("admin:tickets_macro_history", args=[macro.pk])]

    assert {agent.get(url).status_code for url in urls} == {403}
    assert agent.post(PREVIEW, typed()).status_code == 403


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"body_id": "{salam} Budi"}, "Placeholder {salam} tidak ada"),
        ({"body_en": "{contact.user.password}"}, "Placeholder {contact.user.password} tidak ada"),
        ({"body_en": "{contact"}, "Placeholder {contact tidak ada"),
        ({"body_id": "\u200b"}, "Bidang ini harus diisi"),
        ({"key": "Nama saya"}, "huruf kecil, angka, dan tanda hubung"),
        ({"key": "otp"}, "telah ada"),
        ({"category": "tidak_ada"}, "Masukkan pilihan yang valid"),
    ],
)
def test_form_says_what_is_wrong(lead, changes, words):
    answer = lead.post(ADD, typed(**changes))

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Macro.objects.filter(title="Minta nama").exists()


def test_form_lists_every_placeholder_and_shows_what_is_stored(lead, macro):
    page = lead.get(change_url(macro)).content.decode()

    assert [name for name in ("{greeting}", "{contact}", "{signup}", "{agent}") if name not in page] == []
    assert "Halo budi.s@contoh.id" in page
    assert "Hello budi.s@contoh.id" in page


def test_preview_fills_in_what_is_typed_and_stores_nothing(lead):
    page = lead.post(PREVIEW, typed(body_id="Tiket {reference}\r\ndari {contact}")).content.decode()

    assert "Tiket KS-7F3K-92QX\ndari budi.s@contoh.id" in page
    assert not Macro.objects.filter(key="nama").exists()


def test_preview_says_what_is_wrong(lead):
    page = lead.post(PREVIEW, typed(body_en="{nama}")).content.decode()

    assert "Placeholder {nama} tidak ada" in page
    assert "Siapa nama" not in page


def test_preview_is_not_for_looking_at(lead):
    assert lead.get(PREVIEW).status_code == 405


def test_history_says_who_changed_what(lead, macro):
    lead.post(change_url(macro), typed(key=macro.key, title=macro.title, body_id="Halo lagi"))

    page = lead.get(reverse("admin:tickets_macro_history", args=[macro.pk])).content.decode()

    assert macro.history.first().history_user == lead.user
    assert "Halo {contact} → Halo lagi" in page
    assert "style=" not in page


def test_an_earlier_version_can_be_brought_back(lead, macro):
    lead.post(change_url(macro), typed(key=macro.key, body_id="Halo lagi"))
    first = macro.history.last()
    url = reverse("admin:tickets_macro_simple_history", args=[macro.pk, first.pk])

    opened = lead.get(url)
    lead.post(url, typed(key=macro.key, body_id=first.body_id))

    macro.refresh_from_db()
    assert (opened.status_code, macro.body_id) == (200, "Halo {contact}")


def test_a_category_that_is_gone_stays_with_its_macro(lead):
    macro = MacroFactory(category="dulu_ada")

    lead.post(change_url(macro), typed(key=macro.key, category="dulu_ada", title="Baru"))

    macro.refresh_from_db()
    assert (macro.title, macro.category) == ("Baru", "dulu_ada")


@pytest.mark.parametrize("number", [1, 3])
def test_list_costs_the_same_for_any_number(lead, number, django_assert_max_num_queries):
    for _ in range(number):
        MacroFactory(category="otp_not_received")

    with django_assert_max_num_queries(9):
        assert lead.get(LIST).status_code == 200
