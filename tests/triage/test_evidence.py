"""Facts read from the form and from the text."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triage.reports import NOW, report
from triage.evidence import gather
from triage.reasons import Reason
from triage.report import DAY, MINUTE, NOT_YET, PRECISIONS, TRIED, Report


def facts(text="otp belum masuk", **given):
    return gather(report(text, **given), now=NOW)


@pytest.mark.parametrize(
    ("text", "tried"),
    [
        ("otp ga masuk udah 20 menit", {"waited"}),
        ("dari tadi pagi kode ga masuk", {"waited"}),
        ("nunggu sejam ga ada apa2", {"waited"}),
        ("sampe sekarang blm ada otp", {"waited"}),
        ("tak kunjung datang emailnya", {"waited"}),
        ("ditunggu-tunggu ga muncul", {"waited"}),
        ("nunggu 300 detik", {"waited"}),
        ("I have been waiting", {"waited"}),
        ("waiting for an hour", {"waited"}),
        ("otp ga masuk, udah cek spam", {"spam"}),
        ("di spam ga ada", {"spam"}),
        ("folder spam jg kosong", {"spam"}),
        ("ga ada di inbox maupun spam", {"spam"}),
        ("I checked my spam folder, nothing", {"spam"}),
        ("sudah 3x kirim ulang", {"resent"}),
        ("udah minta kode berkali-kali", {"resent"}),
        ("klik kirim ulang tetep ga masuk", {"resent"}),
        ("udah ganti hp juga sama aja", {"device"}),
        ("sudah hapus cache", {"device"}),
        ("udah coba pake laptop temen", {"device"}),
        ("udah 20 menit, cek spam ga ada, kirim ulang 3x", {"waited", "spam", "resent"}),
        ("kodenya baru masuk setelah stgh jam", {"waited"}),
        ("kode otp ditunggu beberapa kali", {"waited"}),
        ("2 hari kode ga masuk", {"waited"}),
        ("capek nungguin kode otp", {"waited"}),
        ("otp never arrived after hours, took days", {"waited"}),
        ("minta otp sampe kena limit", {"resent"}),
        ("udah bolak balik minta otp", {"resent"}),
        ("kode otp diulang terus ga bisa", {"resent"}),
        ("coba lagi coba lagi otp kosong", {"resent"}),
        ("udah ganti 2 nomor tetap kosong otpnya", {"resent"}),
        ("otp: I kept requesting", {"resent"}),
        ("requested the code over and over", {"resent"}),
        ("otp 3 percobaan gagal", {"resent"}),
    ],
)
def test_text_tells_what_was_tried(text, tried):
    assert facts(text).tried == tried


@pytest.mark.parametrize(
    "text",
    [
        "belum cek spam",
        "saya belum sempat lihat folder spam",
        "blm minta kirim ulang",
        "belum coba hp lain",
        "otp belum masuk, baru 2 menit",
        "kode otp tidak masuk",
        "udah 3 menit",
        "sudah 60 detik",
        "nunggu otp brp lama ya",
        "sudah lama pakai aplikasi ini",
        "daftar ulang malah gagal",
        "verifikasi wajah sudah dicoba berkali-kali",
        "data diulang terus",
        "sudah " + "9" * 5000 + " menit",
        "",
    ],
)
def test_text_that_denies_or_says_nothing_counts_as_not_tried(text):
    assert facts(text).tried == frozenset()


def test_boxes_and_phrases_are_added_up_and_told_apart():
    evidence = facts("udah cek spam", tried=frozenset({"resent", "nonsense"}))

    assert evidence.tried == {"spam", "resent"}
    assert evidence.reasons[1:] == (
        Reason("tried_box", {"what": "resent"}),
        Reason("tried_phrase", {"what": "spam"}),
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("emailnya masuk ke folder spam", True),
        ("ternyata ada di spam", True),
        ("di spam ga ada", False),
        ("saya cek apa ada di spam, tapi di spam tidak ada", False),
        ("mungkin masuk spam?", False),
        ("takut masuk spam", False),
        ("the e-mail went to my promotions tab", True),
        ("otp ga masuk", False),
    ],
)
def test_text_tells_whether_the_mail_is_in_spam(text, found):
    assert facts(text).found_in_spam is found


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("saya belum cek spam", True),
        ("cara buka folder spam gimana ya", True),
        ("where is the spam folder", True),
        ("udah cek spam, belum ada", False),
        ("otp ga masuk", False),
    ],
)
def test_text_tells_that_spam_was_not_looked_at(text, unread):
    assert facts(text).spam_unread is unread


@pytest.mark.parametrize(
    ("text", "refused", "absent", "late"),
    [
        ("kode otp salah terus", True, False, False),
        ("otp is invalid", True, False, False),
        ("kode otp tidak valid padahal benar", True, False, False),
        ("kode otp belum masuk", False, True, False),
        ("i didn't receive the code", False, True, False),
        ("mana kode otp saya", False, True, False),
        ("kode otp sudah masuk, sudah dimasukkan kode otp", False, False, False),
        ("kode baru masuk setelah kedaluwarsa", True, False, True),
        ("otp selalu telat datangnya", False, False, True),
        ("saya salah ketik email", False, False, False),
    ],
)
def test_text_tells_a_refused_code_from_a_missing_and_a_late_one(text, refused, absent, late):
    evidence = facts(text)

    assert (evidence.code_refused, evidence.code_absent, evidence.code_late) == (refused, absent, late)


def test_error_by_the_platform_counts_like_a_message_on_the_screen_and_is_told_as_its_own():
    evidence = facts(platform_error="Nomor ponsel sudah terdaftar")

    assert evidence.screens == ("already_registered",)
    assert evidence.reasons[1:] == (Reason("platform_error", {"error": "Nomor ponsel sudah terdaftar"}),)


def test_code_of_the_platform_that_nobody_knows_is_only_told():
    evidence = facts(platform_error="E-1042")

    assert evidence.screens == ()
    assert evidence.reasons[1:] == (Reason("platform_error", {"error": "E-1042"}),)


def test_screens_are_kept_as_our_own_wordings_and_count_as_tried():
    evidence = facts(screens=("Budi\nTerlalu banyak permintaan 0TP", "x", "Terlalu banyak permintaan OTP"))

    assert (evidence.screens, evidence.tried) == (("otp_not_received",), {"resent"})
    assert evidence.as_facts()["screens"] == [["otp_not_received", "Terlalu banyak permintaan OTP"]]
    assert evidence.reasons[1:] == (
        Reason("tried_screen", {"what": "resent"}),
        Reason("screen_shows", {"wording": "Terlalu banyak permintaan OTP", "category": "otp_not_received"}),
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("tolong hubungi saya", True),
        ("mau bicara dengan petugas/CS", True),
        ("bisa telepon saya?", True),
        ("I want to talk to a real person", True),
        ("tolong min otp ga masuk", False),
        ("admin tolong dong", False),
    ],
)
def test_text_tells_whether_a_person_is_wanted(text, wanted):
    assert facts(text).wants_human is wanted


def test_minutes_are_whole_and_sure_with_a_known_minute():
    evidence = facts(minutes=20.9)

    assert (evidence.minutes, evidence.at_least, evidence.sure_minutes) == (20, False, 20)


def test_day_precision_counts_from_the_end_of_that_day():
    yesterday = datetime(2026, 3, 7, 17, 0, tzinfo=UTC)  # 8 March, 00.00 WIB

    evidence = facts(signed_up_at=yesterday, signup_precision=DAY)

    assert (evidence.minutes, evidence.at_least, evidence.sure_minutes) == (14 * 60 + 22, True, 14 * 60 + 22)


def test_day_precision_today_proves_nothing():
    today = datetime(2026, 3, 8, 17, 0, tzinfo=UTC)  # 9 March, 00.00 WIB

    evidence = facts(signed_up_at=today, signup_precision=DAY)

    assert (evidence.minutes, evidence.at_least, evidence.sure_minutes) == (0, True, None)


def test_signup_in_the_future_counts_as_just_now():
    evidence = facts(minutes=-90)

    assert (evidence.minutes, evidence.reasons) == (0, (Reason("signup_in_future"),))


def test_signup_not_yet_leaves_minutes_unknown():
    evidence = facts(signed_up_at=NOW, signup_precision=NOT_YET)

    assert (evidence.minutes, evidence.reasons) == (None, (Reason("signup_not_yet"),))


def test_naive_signup_is_read_in_the_requesters_zone():
    naive = datetime(2026, 3, 9, 16, 12)  # 10 minutes before NOW, in WIT

    evidence = facts(signed_up_at=naive, signup_precision=MINUTE, zone="Asia/Jayapura")

    assert evidence.minutes == 10


@pytest.mark.parametrize(
    ("text", "contact", "channel", "provider"),
    [
        ("otp ga masuk", "siti@gmail.com", "email", "gmail"),
        ("otp ga masuk", "siti@kampus.ac.id", "email", ""),
        ("otp ga masuk", "+6281234567890", "sms", ""),
        ("sms otp ga masuk", "siti@yahoo.co.id", "sms", "yahoo"),
        ("email verifikasi ga masuk", "+6281234567890", "email", ""),
        ("otp ga masuk", "", "", ""),
    ],
)
def test_channel_is_what_the_text_names_and_else_the_contact(text, contact, channel, provider):
    evidence = facts(text, contact=contact)

    assert (evidence.channel, evidence.provider) == (channel, provider)


@given(
    text=st.text(max_size=80),
    signed_up_at=st.none() | st.datetimes() | st.datetimes(timezones=st.just(UTC)),
    precision=st.sampled_from(sorted(PRECISIONS)) | st.text(max_size=5),
    zone=st.text(max_size=12) | st.just("Asia/Makassar"),
    tried=st.frozensets(st.sampled_from(sorted(TRIED)) | st.text(max_size=5)),
    contact=st.text(max_size=20),
    earlier=st.integers(-5, 5),
)
def test_gather_survives_any_report(text, signed_up_at, precision, zone, tried, contact, earlier):
    odd = Report(
        text=text,
        signed_up_at=signed_up_at,
        signup_precision=precision,
        zone=zone,
        tried=tried,
        contact=contact,
        earlier_tickets=earlier,
    )

    evidence = gather(odd, now=NOW)

    assert evidence.tried <= TRIED
    assert evidence.minutes is None or evidence.minutes >= 0


def test_a_signup_long_ago_is_no_trouble():
    evidence = facts(signed_up_at=NOW - timedelta(days=4000), signup_precision=MINUTE)

    assert evidence.minutes == 4000 * 24 * 60


def doubts(contact, **given):
    found = facts(contact=contact, **given)
    return found.address_suggestion, found.reply_suggestion, found.near_miss, found.address_in_doubt


@pytest.mark.parametrize(
    ("contact", "given", "expected"),
    [
        ("budi@gmail.com", {}, ("", "", False, False)),
        ("budi@gmial.com", {}, ("gmail.com", "", False, True)),
        ("budi@gmial.com", {"reply_contact": "budi@gmail.com"}, ("gmail.com", "", True, True)),
        # The registered address is right, and the code can come: only our answer cannot.
        ("budi@gmail.com", {"reply_contact": "budi@gmial.com"}, ("", "gmail.com", True, False)),
        ("budisantoso@contoh.id", {"reply_contact": "budisantso@contoh.id"}, ("", "", True, True)),
        ("budi@contoh.id", {"domain_accepts_mail": False}, ("", "", False, True)),
        ("budi@contoh.id", {"domain_accepts_mail": True}, ("", "", False, False)),
        ("budi@contoh.id", {"domain_accepts_mail": None}, ("", "", False, False)),
        ("+6281234567890", {"reply_contact": "budi@gmial.com"}, ("", "gmail.com", False, False)),
    ],
)
def test_addresses_are_doubted(contact, given, expected):
    assert doubts(contact, **given) == expected


def test_doubts_are_reasons_and_name_only_our_own_domains():
    evidence = facts(
        contact="budi@gmial.com", reply_contact="budi@gmail.con", domain_accepts_mail=False, minutes=5
    )

    assert evidence.reasons[1:] == (
        Reason("address_suggestion", {"domain": "gmail.com"}),
        Reason("reply_suggestion", {"domain": "gmail.com"}),
        Reason("domain_unreachable"),
    )


@pytest.mark.parametrize(
    ("text", "contact", "carrier", "kind"),
    [
        ("otp ga masuk", "+6285155123456", "byu", ""),
        ("otp ga masuk", "budi@ui.ac.id", "", "campus"),
        ("otp ga masuk", "budi@yaho.co.id", "", ""),
        # The number says nothing about a code that comes by mail.
        ("email verifikasi ga masuk", "+6281234567890", "", ""),
    ],
)
def test_contact_tells_carrier_and_kind_of_mailbox(text, contact, carrier, kind):
    evidence = facts(text, contact=contact)

    assert (evidence.carrier, evidence.mailbox_kind) == (carrier, kind)
