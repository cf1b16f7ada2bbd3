import time

import pytest

from tickets.mail.quoting import new_text

NEW = "Masih belum masuk juga.\n\nSudah saya coba dua kali."

QUOTES = {
    "gmail id": "Pada Sab, 28 Nov 2026 pukul 09.12 Bantuan <bantuan@contoh.id> menulis:\n\n> Halo",
    "gmail id, folded": "Pada tanggal Sab, 28 Nov 2026 09:12 Bantuan <\nb@contoh.id> menulis:\n\n> Halo",
    "gmail en": "On Sat, Nov 28, 2026 at 9:12 AM Help <help@contoh.id> wrote:\n\n> Hello",
    "gmail en, folded": "On Sat, Nov 28, 2026 at 9:12 AM Help\n<help@contoh.id>\nwrote:\n> Hello",
    "apple id": "Pada 28 Nov 2026, pukul 09.12, Bantuan <bantuan@contoh.id> menulis:\n\n> Halo",
    "apple en": "On 28 Nov 2026, at 09.12, Help <help@contoh.id> wrote:\n> Hello",
    "yahoo id": "    Pada Sabtu, 28 November 2026 pukul 09.12.33 WIB, Bantuan <b@x.id> menulis:  \n \n Halo",
    "yahoo en": "    On Saturday, November 28, 2026 at 09:12:33 AM GMT+7, Help <h@x.id> wrote:  \n \n Hello",
    "outlook id": "________________________________\nDari: Bantuan <b@contoh.id>\n"
    "Dikirim: Sabtu, 28 November 2026 9:12\n"
    "Kepada: Budi\nPerihal: Kode\n\nHalo",
    "outlook en": "-----Original Message-----\nFrom: Help\nSent: Saturday\nTo: Budi\nSubject: Code\n\nHello",
    "outlook web": "*From:* Help <h@contoh.id>\n*Sent:* Saturday\n*To:* Budi\n*Subject:* Code\n\nHi",
    "pesan asli": "-----Pesan Asli-----\nDari: Bantuan\nDikirim: Sabtu\nKepada: Budi\nPerihal: Kode\n\nHalo",
    "samsung": "-------- Pesan asli --------\nDari: Bantuan <b@x.id>\nTanggal: 28/11/26 09.12 (GMT+07:00)\n"
    "Kepada: budi@contoh.id\nSubjek: Kode\n\nHalo",
    "zimbra": "----- Original Message -----\nFrom: Help\nTo: Budi\n\nHello",
    "thunderbird id": "Pada 28/11/2026 09.12, Bantuan menulis:\n> Halo",
    "the name first": "Bantuan <b@contoh.id> menulis:\n> Halo",
    "quotes alone": "> Halo,\n> coba lagi",
}
SIGNATURES = [
    "-- \nBudi Santoso\nJakarta",
    "--\nBudi",
    "Dikirim dari iPhone saya",
    "Dikirim dari ponsel Samsung Galaxy saya",
    "Dikirim dari Yahoo Mail di Android",
    "Dikirim dari Outlook untuk Android",
    "Sent from my iPhone",
    "Sent from Yahoo Mail on Android",
    "Sent from Mail for Windows",
    "Get Outlook for iOS",
    "Dapatkan Outlook untuk Android",
]


@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_what_is_quoted_goes(quote, ends):
    text = f"{NEW}\n\n{quote}\n".replace("\n", ends)

    assert new_text(text.replace("\r\n", "\n")) == NEW


@pytest.mark.parametrize("signature", SIGNATURES)
def test_signatures_go(signature):
    assert new_text(f"{NEW}\n\n{signature}\n") == NEW


def test_signature_above_a_quote_goes_too():
    text = f"{NEW}\n\nDikirim dari iPhone saya\n\n> Pada 28 Nov 2026, Bantuan menulis:\n> Halo"

    assert new_text(text) == NEW


def test_answers_between_quoted_lines_stay():
    assert new_text("> Sudah cek spam?\nSudah.\n> Kirim ulang?\nBelum bisa.") == "Sudah.\nBelum bisa."


@pytest.mark.parametrize(
    "wrote", ["Pada 28 Nov 2026 Bantuan <\na@b.id> menulis:\n", "Bantuan <a@b.id> wrote:"]
)
def test_answer_below_a_quote_is_what_is_new(wrote):
    text = f"{wrote}\n> Sudah cek spam?\n>\n> Salam\n\n{NEW}\n\nDikirim dari iPhone saya\n"

    assert new_text(text) == NEW


@pytest.mark.parametrize(
    "text",
    [
        "Pada hari Sabtu saya daftar, lalu kode tidak datang.",
        "Dikirim lewat SMS juga tidak ada.",
        "Kode dikirim dari tadi belum masuk.",
        "On the 28th I signed up: no code.",
        "Dari: nomor saya 0812\nlalu kode tidak masuk",
        "Email saya: budi@contoh.id\nHP: 0812",
        "- sudah cek spam\n- sudah kirim ulang\n-- tidak ada --",
        "------\nhalo",
    ],
)
def test_words_of_a_person_stay(text):
    assert new_text(text) == text


@pytest.mark.parametrize(
    "text",
    ["> hanya kutipan", "---------- Forwarded message ---------\nDari: x\nDikirim: y\nKepada: z\n\nisi"],
)
def test_where_nothing_would_be_left_all_of_it_stays(text):
    assert new_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Pada 1 " * 30_000,
        "\n".join(["Pada 1 x"] * 20_000),
        "\n".join(["Dari: x"] * 25_000),
        "> " * 100_000,
        "_" * 200_000,
        "-" * 100_000 + "original" + "-" * 100_000,
        "<a@b>" * 40_000,
    ],
)
def test_no_text_takes_long(text):
    began = time.monotonic()

    new_text(text)

    assert time.monotonic() - began < 2
