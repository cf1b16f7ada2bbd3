"""Which texts may be changed, and what is wrong with one."""

import pytest

from triage.draft import places_for, slugs
from triage.places import Complaint, complaint, slots_of
from triage.report import LANGUAGES


def place(slug, key):
    return next(place for place in places_for(slug) if place.key == key)


@pytest.mark.parametrize("slug", slugs())
def test_no_shipped_text_is_wrong_for_its_place(slug):
    wrong = {
        (place.key, language): complaint(place.shipped[language], place)
        for place in places_for(slug)
        for language in LANGUAGES
        if complaint(place.shipped[language], place)
    }

    assert wrong == {}


@pytest.mark.parametrize("slug", slugs())
def test_places_have_keys_of_their_own(slug):
    keys = [place.key for place in places_for(slug)]

    assert len(set(keys)) == len(keys) > 1


def test_places_come_in_the_order_they_are_read():
    assert [place.key for place in places_for("self_otp_waiting")] == [
        "label",
        "subject",
        "openings.elapsed",
        "openings.plain",
        "steps.wait_until_clock",
        "steps.look_in_spam",
        "steps.check_signal",
        "steps.resend_if_still_missing",
        "closing",
        "agent_steps.check_delivery_log",
    ]


@pytest.mark.parametrize(
    ("slug", "key", "text", "wrong"),
    [
        ("self_otp_waiting", "steps.wait_until_clock", "Tunggu dulu sampai {clock}, ya.", None),
        ("self_otp_waiting", "openings.elapsed", "Tunggu sebentar.", None),
        ("self_otp_waiting", "steps.look_in_spam", "100 % aman, {{begini}} <b>%s</b>", None),
        (
            "self_otp_waiting",
            "steps.wait_until_clock",
            "Tunggu saja.",
            Complaint("missing_slots", {"slots": ("clock",)}),
        ),
        ("self_otp_waiting", "closing", "Selesai.", Complaint("missing_slots", {"slots": ("silence",)})),
        (
            "self_otp_waiting",
            "openings.plain",
            "{elapsed} lalu",
            Complaint("unknown_slots", {"slots": ("elapsed",)}),
        ),
        (
            "self_otp_waiting",
            "steps.look_in_spam",
            "{clock}",
            Complaint("unknown_slots", {"slots": ("clock",)}),
        ),
        ("self_otp_waiting", "subject", "{ticket.__class__}", Complaint("braces")),
        ("self_otp_waiting", "subject", "{clock!r}", Complaint("braces")),
        ("self_otp_waiting", "steps.look_in_spam", "{mail_places:>999999999}", Complaint("braces")),
        ("self_otp_waiting", "subject", "{}", Complaint("braces")),
        ("self_otp_waiting", "subject", "{0}", Complaint("braces")),
        ("self_otp_waiting", "subject", "kode }", Complaint("braces")),
        ("self_otp_waiting", "subject", "Kode\nBcc: siapa@contoh.id", Complaint("unseen")),
        ("self_otp_waiting", "subject", "Kode \u202eadnA", Complaint("unseen")),
        ("self_otp_waiting", "subject", "  ", Complaint("empty")),
        ("self_otp_waiting", "label", "Kode {elapsed}", Complaint("no_slots")),
        ("self_otp_waiting", "label", "x" * 41, Complaint("too_long", {"limit": 40, "count": 41})),
        (
            "self_otp_waiting",
            "closing",
            "x" * 10_000,
            Complaint("too_long", {"limit": 500, "count": 10_000}),
        ),
        (
            "general",
            "silence.queue",
            "Nanti kami lihat.",
            Complaint("missing_slots", {"slots": ("hold",)}),
        ),
    ],
)
def test_text_is_refused_with_the_reason(slug, key, text, wrong):
    assert complaint(text, place(slug, key)) == wrong


def test_slots_may_be_named_where_their_condition_holds():
    assert place("self_typo", "openings.address_suggestion").slots == {"suggested_domain"}
    assert place("self_spam_folder", "steps.gmail_menu").slots == {"provider"}
    assert place("otp_not_received", "openings.elapsed_and_tried").slots == {"elapsed", "tried"}
    assert place("otp_not_received", "agent_steps.resend_by_hand").slots == frozenset()


@pytest.mark.parametrize("text", ["{a.b}", "{a[0]}", "{a!s}", "{a:9}", "{a:{b}}", "{", "{}"])
def test_braces_that_are_no_plain_slot_are_refused(text):
    with pytest.raises(ValueError, match=r"."):
        slots_of(text)
