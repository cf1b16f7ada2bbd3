import pytest

from tests.factories import TicketFactory
from tickets.admin.hits import excerpt, marked, pattern_of

QUEUE = "/desk/tickets/ticket/"


@pytest.mark.parametrize(
    ("words", "text", "shown"),
    [
        ("otp", "kode OTP ga masuk", "kode <mark>OTP</mark> ga masuk"),
        ("dafta", "mendaftar, didaftar, daftarkan", "mendaftar, didaftar, <mark>daftarkan</mark>"),
        ("budi.s", "dari budi.santoso@contoh.id", "dari <mark>budi.santoso</mark>@contoh.id"),
        ("budi@contoh.id", "budi@contoh.id, budi@contoh.ide", "<mark>budi@contoh.id</mark>, budi@contoh.ide"),
        ("0812-3456", "ke +628123456789", "ke +<mark>628123456789</mark>"),
        ("7f3k92qx", "KS-7F3K-92QX", "<mark>KS-7F3K-92QX</mark>"),
        ("otp <b>", "<b>otp</b>", "&lt;<mark>b</mark>&gt;<mark>otp</mark>&lt;/<mark>b</mark>&gt;"),
    ],
)
def test_hits_are_marked_and_the_rest_escaped(words, text, shown):
    assert marked(text, pattern_of(words)) == shown


@pytest.mark.parametrize("words", ["", "  ", "()[]*+?", "\x00"])
def test_words_without_a_letter_mark_nothing(words):
    assert marked("a(b)", pattern_of(words)) == "a(b)"


def test_excerpt_is_cut_at_words_around_the_hit():
    text = "awal " * 30 + "kuitansi saya\n\nhilang " + "akhir " * 30

    shown = excerpt(text, pattern_of("kuitansi"))

    assert shown.startswith("… awal")
    assert shown.endswith("akhir …")
    assert "<mark>kuitansi</mark> saya hilang" in shown
    assert len(shown) < 200


def test_excerpt_of_one_endless_word_is_short_all_the_same():
    shown = excerpt("x" * 5000 + " otp" + "y" * 5000, pattern_of("otp"))

    assert len(shown) < 6000
    assert excerpt("tidak ada di sini", pattern_of("otp")) == ""


def test_hostile_words_are_no_pattern_and_take_no_time():
    pattern = pattern_of("(a+)+$ [^]* \\ " + "a" * 500)

    assert excerpt("a" * 20_000 + " (a+)+$", pattern) != ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("columns", "has_excerpt", "is_on_screen"),
    [
        ({"description": "penanda di depan"}, False, None),
        ({"description": "x " * 60 + "<i>penanda"}, True, False),
        ({"description": "x", "screen_text": "Galat <i>penanda 4093"}, True, True),
        ({"description": "x " * 60 + "penanda", "screen_text": "penanda"}, True, False),
        ({"description": "x", "registered_email": "penanda@contoh.id"}, False, None),
    ],
)
def test_row_shows_where_the_words_stand(agent, columns, has_excerpt, is_on_screen):
    TicketFactory(open=True, **columns)

    page = agent.get(QUEUE, {"q": "penanda"})

    row = page.context["rows"][0]
    assert bool(row.excerpt) == has_excerpt
    assert not has_excerpt or row.excerpt.is_on_screen == is_on_screen
    assert "<mark>penanda</mark>" in page.content.decode()
    assert "<i>" not in page.content.decode()
