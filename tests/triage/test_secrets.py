"""Secrets are found as people write them, what only looks like one is left alone, and masking is safe."""

import time
from itertools import count, pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.triage.secret_texts import HARMLESS, SECRET
from triage.language import normalise
from triage.secrets import PLACEHOLDER, find, mask, placeholder
from triage.secrets.kinds import CARD, OTP, PASSWORD, Secret

PIECES = [text for text, _found in SECRET] + HARMLESS
WORDS = [
    *["kode", "otp", "pin", "password:", "sandi", "rekening", "nik", "kk", "kartu", "cvv", "error", "is"],
    *["adalah", "my", "salah", "-", ".", "/", "+", "G-", "(", ")", '"', "'", "x", "menit", "1", "23", "4829"],
    *["482913", "4242424242424242", "3201014505900003", "081234567890", "150.000", "14.30", "KS-7F3K-92QX"],
    "Kucing99!",
    "https://contoh.id/a?token=abc123XYZ",
    "[OTP ••• 1]",
    "[PASSWORD •••]",
    "\n",
    "\x02",
    "٤٨٢٩١٣",
    "²",
]
texts = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=40).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=4).map(" ".join),
)


def masked(text):
    numbers = count(1)
    return mask(text, place=lambda secret: placeholder(secret, next(numbers) if secret.is_kept else None))


@pytest.mark.parametrize(("text", "secrets"), SECRET)
def test_find_knows_a_secret(text, secrets):
    assert [(secret.kind, secret.value) for secret in find(text)] == secrets


@pytest.mark.parametrize("text", HARMLESS)
def test_find_leaves_alone_what_is_no_secret(text):
    assert find(text) == []


@given(texts)
@example("kode 48 29 13 otp 482913 password [OTP ••• 1]")
def test_mask_is_idempotent(text):
    once = masked(text)

    assert masked(once) == once


@given(texts)
@example('PASWORT"000"')
@example('password "lihat https://contoh.id/a?token=abc123XYZ ya"')
def test_mask_keeps_every_other_character(text):
    secrets = []

    def place(secret):
        secrets.append(secret)
        return f"[OTP ••• {10_000 + len(secrets)}]"

    restored = mask(text, place=place)
    for number, secret in reversed(list(enumerate(secrets, start=10_001))):
        restored = restored.replace(f"[OTP ••• {number}]", secret.value)

    assert restored == text


@given(texts)
def test_find_gives_secrets_in_order_and_none_over_another(text):
    found = find(text)

    assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "12 ",
        "1234 ",
        "1-",
        "4242 ",
        "kode 482913 ",
        "rekening 1 2 3 4 5 6 7 8 9 0 ",
        "password ",
        "password a1b2c3 ",
        "sandi saya itu ",
        "otp",
        "9",
        "https://a.id/",
        "a.",
        "a@",
        "?token=abcd&",
        "https://a.id/?token=abcd ",
        "aB3",
        "[OTP ••• 1]",
        "\"'",
        "x/",
        "kode\n",
        "KS-7F3K-92QX ",
    ],
)
def test_mask_is_linear_in_the_length_of_the_text(piece):
    def seconds(length):
        text = (piece * length)[:length]
        began = time.process_time()
        masked(text)
        return time.process_time() - began

    seconds(1000)  # the patterns are compiled
    short, long = (min(seconds(length) for _ in range(4)) for length in (5_000, 20_000))

    assert long < 1
    assert long < 12 * short + 0.05


@pytest.mark.parametrize("piece", ["otp belum masuk ", "masih gagal kak, "])
def test_find_costs_next_to_nothing_without_a_sign_of_a_secret(piece):
    text = piece * 60

    began = time.process_time()
    for _ in range(100):
        find(text)

    assert (time.process_time() - began) / 100 < 0.001


def test_placeholder_names_kind_and_number_and_of_a_card_the_last_four():
    card = Secret(CARD, 0, 19, "4242 4242 4242 4242")

    shown = [
        placeholder(Secret(OTP, 0, 6, "482913"), 1),
        placeholder(card, 2),
        placeholder(Secret(PASSWORD, 0, 3, "abc")),
    ]

    assert shown == ["[OTP ••• 1]", "[CARD •••4242 2]", "[PASSWORD •••]"]
    assert all(PLACEHOLDER.fullmatch(text) for text in shown)


def test_the_same_secret_is_known_in_another_spelling():
    first, second = (find(f"kode {spelling}")[0] for spelling in ("482 913", "482913"))

    assert first.identity == second.identity


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("kode saya 482913 salah terus", "kode saya salah terus"),
        ("password saya Kucing99 kok ditolak", "sandi saya kenapa tolak"),
        ("482913 itu kodenya", "itu kode"),
    ],
)
def test_normalise_reads_a_masked_text_as_if_the_secret_were_not_there(text, normal):
    assert normalise(masked(text)) == normal
