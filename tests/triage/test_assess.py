"""The verdict: what the wording says, and the facts that overrule it."""

import json

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.triage.reports import NOW, report
from triage.advice import compose, steps_for
from triage.assess import assess
from triage.playbooks import playbooks
from triage.reasons import describe
from triage.report import LANGUAGES, TRIED

pytestmark = pytest.mark.usefixtures("model")

TEXTS = [
    "otp belum masuk",
    "kode otp ga masuk2 udah 20 menit, udah cek spam",
    "email verifikasinya masuk ke folder spam",
    "saya salah ketik email waktu daftar",
    "halaman daftar loading terus, lemot banget",
    "formulir ditolak terus padahal data sudah benar",
    "katanya email sudah terdaftar padahal belum pernah daftar",
    "akun saya diblokir",
    "link aktivasi error pas diklik",
    "bagaimana cara top up saldo",
    "tolong hubungi saya, mau bicara dengan petugas",
    "kode otp salah terus padahal sudah benar",
    "kode otp belum masuk, belum cek spam",
    "kode otp tidak masuk, daftar lagi malah email sudah terdaftar",
    "saya salah ketik email, jadi kode verifikasinya tidak masuk",
    "kode verifikasi baru datang setelah kedaluwarsa",
    "",
]
SCREENS = [
    "09.41\nEmail sudah terdaftar\nMasuk",
    "Kode OTP salah atau kedaluwarsa",
    "Terlalu banyak permintaan OTP",
    "Format email salah",
    "Akun Anda diblokir",
    "Periksa koneksi internet Anda",
    "Selamat datang",
]

any_facts = st.fixed_dictionaries(
    {
        "text": st.sampled_from(TEXTS),
        "language": st.sampled_from(["id", "en"]),
        "minutes": st.none() | st.integers(-10, 300),
        "tried": st.frozensets(st.sampled_from(sorted(TRIED))),
        "contact": st.sampled_from(["", "siti@gmail.com", "siti@contoh.id", "+6281234567890"]),
        "earlier_tickets": st.integers(0, 2),
        "fix_failed": st.booleans(),
        "with_agent": st.booleans(),
        "screens": st.lists(st.sampled_from(SCREENS), max_size=2).map(tuple),
    }
)
later_facts = st.fixed_dictionaries(
    {
        "minutes": st.integers(0, 300),
        "tried": st.frozensets(st.sampled_from(sorted(TRIED))),
        "earlier_tickets": st.integers(0, 1),
        "fix_failed": st.booleans(),
        "with_agent": st.booleans(),
    }
)
many = hypothesis_settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


def verdict(text, **facts):
    assessment = assess(report(text, **facts), now=NOW)
    return assessment.category, assessment.route


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("otp belum masuk", {"minutes": 2}, ("self_otp_waiting", "self_fix")),
        ("otp belum masuk", {"minutes": 30}, ("otp_not_received", "agent")),
        ("otp belum masuk", {}, ("otp_not_received", "agent")),
        ("kode otp ga masuk2 udah 20 menit, udah cek spam", {}, ("otp_not_received", "agent")),
        ("email verifikasinya masuk ke folder spam", {"minutes": 20}, ("self_spam_folder", "self_fix")),
        (
            "katanya email sudah terdaftar padahal saya belum pernah daftar",
            {},
            ("already_registered", "agent"),
        ),
        ("akun saya yang baru dibuat diblokir", {}, ("account_restricted", "agent")),
        ("link aktivasi error pas diklik", {}, ("activation_link_error", "agent")),
        ("saya salah ketik email waktu mengisi formulir pendaftaran", {}, ("self_typo", "self_fix")),
        ("halaman pendaftaran loading terus lemot banget", {}, ("self_slow_browser", "self_fix")),
        (
            "halaman pendaftaran loading terus",
            {"tried": frozenset({"device"})},
            ("self_slow_browser", "agent"),
        ),
        ("bagaimana cara top up saldo", {}, ("other", "agent")),
        ("", {}, ("other", "agent")),
        ("🙏🙏🙏", {"minutes": 2}, ("other", "agent")),
    ],
)
def test_assess_answers_the_plain_cases(text, facts, expected):
    assert verdict(text, **facts) == expected


@pytest.mark.parametrize(
    "facts",
    [
        {"earlier_tickets": 1},
        {"fix_failed": True},
        {"with_agent": True},
        {"screens": ("Akun Anda diblokir",)},
        {"text": "otp belum masuk, tolong hubungi saya"},
        {"text": "otp belum masuk dan akun saya diblokir"},
        {"text": "mau daftar"},
    ],
)
def test_assess_does_not_hold_who_must_not_be_sent_off(facts):
    assessment = assess(report(**{"text": "otp belum masuk", "minutes": 2, **facts}), now=NOW)

    assert (assessment.route, assessment.hold, assessment.hold_then) == ("agent", None, "")


def test_assess_abstains_from_a_text_it_does_not_understand():
    assessment = assess(report("zxqv wkwk brrr"), now=NOW)

    assert (assessment.category, assessment.route) == ("other", "agent")


def test_assess_shows_three_guesses_best_first():
    guesses = assess(report("otp belum masuk", minutes=2), now=NOW).guesses
    shares = [share for _, share in guesses]

    assert (guesses[0][0], len(guesses), shares) == ("self_otp_waiting", 3, sorted(shares, reverse=True))


def test_assess_gives_facts_and_reasons_fit_for_storing():
    assessment = assess(report("otp ga masuk, udah cek spam", minutes=20, contact="siti@gmail.com"), now=NOW)

    stored = json.loads(json.dumps([assessment.facts, [[r.code, r.params] for r in assessment.reasons]]))

    assert stored[0]["minutes_since_signup"] == 20
    assert stored[0]["tried"] == ["spam"]
    assert [stored[0]["channel"], stored[0]["provider"]] == ["email", "gmail"]
    assert [code for code, _ in stored[1]] == ["signup_known", "tried_phrase", "otp_overdue", "model_guess"]


@pytest.mark.parametrize(
    ("text", "both"),
    [
        ("OTP ga masuk, daftar ulang malah sudah terdaftar", ("already_registered", "otp_not_received")),
        ("akun saya diblokir, terus link aktivasinya error", ("account_restricted", "activation_link_error")),
        ("link aktivasi error, sekarang akun saya diblokir", ("account_restricted", "activation_link_error")),
        ("saya salah ketik email, jadi kode verifikasinya tidak masuk", ("self_typo", "otp_not_received")),
        (
            "I never got the code, and when I sign up again the email is already registered",
            ("already_registered", "otp_not_received"),
        ),
    ],
)
def test_of_two_problems_the_one_that_blocks_first_is_the_category(text, both):
    assessment = assess(report(text, minutes=30), now=NOW)

    assert (assessment.category, assessment.second, assessment.route) == (*both, "agent")
    assert "blocks_first" in {reason.code for reason in assessment.reasons}


def test_one_problem_has_no_second():
    assert assess(report("otp belum masuk", minutes=2), now=NOW).second == ""


@pytest.mark.parametrize(
    ("text", "screen", "category", "second"),
    [
        ("tolong dibantu min", "Email sudah terdaftar", "already_registered", ""),
        ("", "Akun Anda diblokir", "account_restricted", ""),
        ("otp belum masuk", "Kode OTP salah", "otp_not_received", "form_rejected"),
        (
            "halaman daftar loading terus lemot banget",
            "Akun Anda diblokir",
            "self_slow_browser",
            "account_restricted",
        ),
    ],
)
def test_a_screenshot_decides_or_stands_beside_sure_words(text, screen, category, second):
    assessment = assess(report(text, minutes=2, screens=(screen,)), now=NOW)

    assert (assessment.category, assessment.second, assessment.route) == (category, second, "agent")
    assert ["form_rejected", "Kode OTP salah"] in assessment.facts["screens"] or screen != "Kode OTP salah"


def test_screenshots_that_disagree_do_not_take_the_name_from_sure_words():
    screens = ("Email sudah terdaftar", "Kode OTP tidak valid")

    assessment = assess(report("otp belum masuk udah cek spam", minutes=22, screens=screens), now=NOW)

    assert (assessment.category, assessment.abstained) == ("otp_not_received", False)
    assert assessment.confidence < 0.5
    assert assessment.second == "already_registered"


def test_a_refused_code_is_a_refusal():
    assessment = assess(report("kode OTP kedaluwarsa terus", minutes=2), now=NOW)

    assert assessment.category == "form_rejected"
    assert "refused_not_missing" in {reason.code for reason in assessment.reasons}


def test_a_page_slow_for_days_is_not_the_requesters_browser():
    slow = "halaman pendaftaran loading terus lemot banget"

    assert verdict(slow, tried=frozenset({"waited"})) == ("self_slow_browser", "agent")


def test_waiting_is_told_once():
    assessment = assess(
        report("otp belum masuk, sudah menunggu 15 menit", minutes=2, tried=frozenset({"waited"})), now=NOW
    )

    codes = [reason.code for reason in assessment.reasons]
    assert codes == ["signup_known", "tried_box", "otp_waited", "model_guess"]


@many
@given(facts=any_facts)
def test_no_advice_names_a_step_that_was_tried(facts):
    given_report = report(**facts)
    assessment = assess(given_report, now=NOW)

    playbook = playbooks()[assessment.category]
    advised = {step.unless for step in steps_for(assessment, playbook)} - {""}

    assert advised & set(assessment.facts["tried"]) == set()
    assert not (facts["fix_failed"] and advised & TRIED)
    assert not (assessment.facts["data_right"] and "data_right" in advised)


@many
@given(facts=any_facts, more=later_facts)
def test_later_never_brings_a_report_back_from_the_agents(facts, more):
    minutes = None if facts["minutes"] is None else max(0, facts["minutes"]) + more["minutes"]
    later = {
        **facts,
        "minutes": minutes,
        "tried": facts["tried"] | more["tried"],
        "earlier_tickets": facts["earlier_tickets"] + more["earlier_tickets"],
        "fix_failed": facts["fix_failed"] or more["fix_failed"],
        "with_agent": facts["with_agent"] or more["with_agent"],
    }

    before, after = (assess(report(**given), now=NOW).route for given in (facts, later))

    assert (before, after) != ("agent", "self_fix")


@many
@given(facts=any_facts)
def test_every_reason_is_told_once_and_in_both_languages(facts):
    reasons = assess(report(**facts), now=NOW).reasons

    told = [
        describe(reason.code, reason.params, language=language)
        for reason in reasons
        for language in LANGUAGES
    ]

    assert len(set(told)) == len(told)
    assert not {reason.code for reason in reasons} & set(told)


@many
@given(facts=any_facts)
def test_nothing_typed_or_photographed_is_in_the_advice(facts):
    text = f"{facts['text']} xyzzy https://jahat.example"
    screens = tuple(f"{screen}\nxyzzy" for screen in facts["screens"])
    given_report = report(**{**facts, "text": text, "screens": screens})

    advice = compose(assess(given_report, now=NOW), given_report, now=NOW).as_text().lower()

    assert [word for word in ("xyzzy", "jahat", "http", "siti", "{", "“”") if word in advice] == []


@many
@given(facts=any_facts)
def test_who_comes_back_is_never_sent_to_fix_it_again(facts):
    assessment = assess(report(**facts), now=NOW)
    came_back = facts["fix_failed"] or facts["earlier_tickets"] > 0

    assert not (came_back and assessment.route == "self_fix")


@many
@given(facts=any_facts)
def test_hold_is_set_exactly_when_the_requester_fixes_it(facts):
    assessment = assess(report(**facts), now=NOW)
    holds = assessment.route == "self_fix"

    assert (assessment.hold is not None, assessment.hold_then in ("queue", "resolve")) == (holds, holds)


@many
@given(facts=any_facts)
def test_waiting_is_asked_only_of_a_known_young_signup(facts):
    assessment = assess(report(**facts), now=NOW)
    advice = compose(assessment, report(**facts), now=NOW)
    minutes = assessment.facts["minutes_since_signup"]
    is_young = minutes is not None and minutes < 10 and "waited" not in assessment.facts["tried"]

    assert is_young or (assessment.category != "self_otp_waiting" and advice.wait_until is None)
