"""A code that does not come because the address is misspelt: category, advice, and who is spared."""

import pytest

from tests.triage.reports import NOW, report
from triage.advice import compose
from triage.assess import assess

pytestmark = pytest.mark.usefixtures("model")

MISSING = "kode otp belum masuk ke email saya"


def outcome(text=MISSING, **facts):
    assessment = assess(report(text, **facts), now=NOW)
    return assessment.category, assessment.route


def advised(text=MISSING, **facts):
    given = report(text, **facts)
    return compose(assess(given, now=NOW), given, now=NOW)


@pytest.mark.parametrize(
    "facts",
    [
        {"contact": "budi@gmial.com"},
        {"contact": "budi@gmial.com", "minutes": 2},
        {"contact": "budi@gmial.com", "minutes": 60, "tried": frozenset({"spam", "waited", "resent"})},
        {"contact": "budi@contoh.id", "domain_accepts_mail": False},
        {"contact": "budisantoso@gmail.com", "reply_contact": "budisantso@gmail.com"},
    ],
)
def test_a_missing_code_with_a_doubtful_address_is_a_typo(facts):
    assert outcome(**facts) == ("self_typo", "self_fix")


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (MISSING, {"contact": "budi@gmail.com", "minutes": 60}),
        (MISSING, {"contact": "budi@gmial.com", "minutes": 60, "earlier_tickets": 1}),
        (MISSING, {"contact": "budi@gmial.com", "minutes": 60, "fix_failed": True}),
        (f"{MISSING}, tolong hubungi saya", {"contact": "budi@gmial.com", "minutes": 60}),
        ("sms otp belum masuk", {"contact": "budi@gmial.com", "minutes": 60}),
        (MISSING, {"contact": "budi@gmail.com", "reply_contact": "budi@gmial.com", "minutes": 60}),
    ],
)
def test_others_get_what_they_would_have_got(text, facts):
    assert outcome(text, **facts) == ("otp_not_received", "agent")


def test_mail_found_in_spam_has_come_to_the_right_address():
    assert outcome("kodenya ternyata ada di folder spam", contact="budi@gmial.com")[0] == "self_spam_folder"


@pytest.mark.parametrize(
    "text",
    [
        "katanya email sudah terdaftar padahal saya belum pernah daftar",
        "akun saya yang baru dibuat diblokir",
        "link aktivasi error pas diklik",
        "bagaimana cara top up saldo",
    ],
)
def test_an_issue_of_another_kind_stays_what_it_is(text):
    assert outcome(text, contact="budi@gmial.com") == outcome(text, contact="budi@gmail.com")


@pytest.mark.parametrize(
    ("facts", "opening"),
    [
        (
            {"contact": "xyzzy@gmial.com"},
            "Karena alamat email yang Anda daftarkan mirip gmail.com tetapi tidak sama,",
        ),
        (
            {"contact": "xyzzy@quux.id", "domain_accepts_mail": False},
            "Karena bagian alamat email Anda setelah tanda @ tidak menerima email,",
        ),
        (
            {"contact": "xyzzyabc@quux.id", "reply_contact": "xyzzyabd@quux.id"},
            "Karena alamat yang Anda daftarkan dan alamat untuk balasan kami hampir sama,",
        ),
    ],
)
def test_advice_says_why_without_repeating_what_was_typed(facts, opening):
    told = advised(**facts)

    assert told.opening.startswith(opening)
    assert [word for word in ("xyzzy", "gmial", "quux") if word in told.as_text()] == []


def test_advice_to_who_only_mentions_a_mistake_does_not_doubt_the_address():
    told = advised("saya salah ketik email waktu mengisi formulir pendaftaran", contact="budi@gmail.com")

    assert told.opening.startswith("Karena Anda menulis ada isian yang keliru")
    assert "Tambah keterangan" not in " ".join(told.steps)


def test_agents_case_with_a_doubtful_address_is_told_the_domain_too():
    told = advised(contact="budi@gmial.com", minutes=60, earlier_tickets=1)

    assert "mirip gmail.com tetapi tidak sama" in " ".join(told.steps)


@pytest.mark.parametrize(
    ("contact", "said"),
    [
        ("+6281234567890", "Aplikasi MyTelkomsel"),
        ("+6285155123456", "SIM atau eSIM by.U"),
        ("+6289512345678", "Aplikasi bima+"),
        ("budi@ui.ac.id", "Tanyakan ke bagian TI"),
    ],
)
def test_advice_knows_the_carrier_and_the_managed_mailbox(contact, said):
    assert said in " ".join(advised("otp belum masuk", contact=contact, minutes=60).steps)


@pytest.mark.parametrize("contact", ["", "+60123456789", "budi@gmail.com", "budi@contoh.id"])
def test_advice_leaves_no_empty_step(contact):
    steps = advised("otp belum masuk", contact=contact, minutes=60).steps

    assert [step for step in steps if not step.strip()] == []
    assert "Aplikasi" not in " ".join(steps)
