"""Who wrote it, a person or a machine: headers as mail programs and servers here send them, made up by us."""

# ruff: noqa: E501 - headers are as long as they are

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mail.letters import bare, bounce, letter
from tickets.mail.automatic import NO_REPLY_WANTED, Ours, reason_of
from tickets.mail.parsing import parse

OURS = Ours(addresses={"bantuan@contoh.id"}, message_ids=())
ANSWERS = "In-Reply-To: <kita@contoh.id>"


def told(raw, ours=OURS):
    return reason_of(parse(raw), ours=ours)


def mail(head, body="Halo"):
    lines = {
        "from": "From: Budi <budi@warga.id>",
        "to": "To: bantuan@contoh.id",
        "subject": "Subject: Kode OTP",
    }
    given = {line.partition(":")[0].lower() for line in head.splitlines()}
    return bare("\n".join([*(line for name, line in lines.items() if name not in given), head]), body)


PERSONS = {
    "gmail": "Return-Path: <budi@gmail.com>\nFrom: Budi <budi@gmail.com>\nMIME-Version: 1.0\n"
    "X-Gm-Message-State: AOJu0Yx\nX-Received: by 2002:a05:6512 with SMTP id x\nSubject: kode otp ga masuk2",
    "outlook.com": "From: Siti <siti@outlook.co.id>\nThread-Topic: Kode\nX-MS-Has-Attach:\n"
    "X-MS-Exchange-MessageSentRepresentingType: 1\nX-MS-TNEF-Correlator:\nMIME-Version: 1.0",
    "exchange": "From: Rahmat <rahmat@kantor.co.id>\nX-MS-Exchange-Organization-SCL: -1\nX-Originating-IP: [10.1.1.1]\n"
    "X-MS-Exchange-Organization-AuthAs: Internal\nImportance: normal",
    "zimbra": "From: Dewi <dewi@kampus.ac.id>\nX-Mailer: Zimbra 9.0.0_GA (ZimbraWebClient - GC119 (Win))\n"
    "Thread-Index: abc=\nThread-Topic: Kode",
    "yahoo": "From: Agus <agus@yahoo.co.id>\nX-Mailer: WebService/1.1.22876 YMailNorrin\nReferences: <a@mail.yahoo.com>",
    "telkom": "From: Joko <joko@telkom.net>\nX-Mailer: Roundcube Webmail/1.6\nUser-Agent: Roundcube Webmail/1.6",
    "auto-submitted no": "Auto-Submitted: no",
    "auto-submitted no, with a comment": "Auto-Submitted: No (by hand)",
    "x-autoreply no": "X-Autoreply: no",
    "precedence normal": "Precedence: normal",
    "suppress nothing": "X-Auto-Response-Suppress: None",
    "receipt wanted": "Disposition-Notification-To: budi@warga.id",
    "out of the country": "Subject: Saya sedang di luar kota, OTP tidak bisa diterima",
    "on leave with a problem": "Subject: Cuti saya habis, akun masih diblokir",
    "about automatic replies": "Subject: Dapat balasan otomatis terus, mohon bantuan",
    "about a failure": "Subject: Undeliverable: kode tidak sampai\nReturn-Path: <budi@warga.id>",
    "says no and sounds like it": "Subject: Automatic reply\nAuto-Submitted: no",
    "reply-to elsewhere": "Reply-To: lain@warga.id",
    "noreply in the domain": "From: budi@noreply-fans.id",
    "daemon in the name": "From: MAILER DAEMON <budi@warga.id>",
    "spam filter": "X-Spam-Status: No, score=-1\nX-Spam-Flag: NO",
    "not ours": "From: bantuan@contoh.id.palsu.id",
}

MACHINES = {
    # Absent people.
    "gmail vacation": (
        f"auto_reply|{ANSWERS}\nFrom: Budi <budi@gmail.com>\nAuto-Submitted: auto-replied\nPrecedence: bulk\n"
        "X-Autoreply: yes\nSubject: Sedang cuti Re: [KS-0000-0000] Kode"
    ),
    "exchange oof": (
        f"auto_reply|{ANSWERS}\nX-Auto-Response-Suppress: All\n"
        "X-MS-Exchange-Inbox-Rules-Loop: rahmat@kantor.co.id\nAuto-Submitted: auto-replied\n"
        "Subject: Automatic reply: Kode"
    ),
    "exchange oof in indonesian": (
        f"auto_reply|{ANSWERS}\nX-Auto-Response-Suppress: All\nSubject: Balasan otomatis: [KS-0000-0000] Kode"
    ),
    "outlook.com oof": f"auto_reply|{ANSWERS}\nX-Auto-Response-Suppress: All\nSubject: Jawaban otomatis: Kode",
    "zimbra out of office": (
        f"auto_reply|{ANSWERS}\nAuto-Submitted: auto-replied (zimbra; readonly-lifetime=604800)\nPrecedence: bulk\n"
        "X-Mailer: Zimbra 8.8.15_GA\nSubject: Re: Kode"
    ),
    "yahoo vacation": f"auto_reply|{ANSWERS}\nFrom: agus@yahoo.co.id\nX-Autoreply: yes\nSubject: Pesan otomatis",
    "roundcube sieve": f"auto_reply|{ANSWERS}\nAuto-Submitted: auto-replied (vacation)\nSubject: Auto: Kode",
    "cpanel": f"auto_reply|{ANSWERS}\nX-Autorespond: Kode\nPrecedence: auto_reply\nSubject: Re: Kode",
    "plesk": f"auto_reply|{ANSWERS}\nX-Auto-Reply: 1\nSubject: Re: Kode",
    "autoresponder of a provider": f"auto_reply|{ANSWERS}\nX-Autoresponder: cs\nSubject: Terima kasih",
    "telco customer service": (
        f"auto_reply|{ANSWERS}\nFrom: Layanan <cs@operator-seluler.id>\nX-AutoReply-From: cs@operator-seluler.id\n"
        "Subject: Terima kasih telah menghubungi kami"
    ),
    "out of office": "auto_reply|Subject: Out of Office: Kode",
    "out of the office": "auto_reply|Subject: RE: Out of the office until Monday",
    "autoreply": "auto_reply|Subject: Autoreply: Kode",
    "vacation response": "auto_reply|Subject: Vacation response",
    "respons otomatis": "auto_reply|Subject: Respon Otomatis",
    "sedang cuti": "auto_reply|Subject: Sedang cuti sampai 1 Desember",
    "tidak berada di kantor": "auto_reply|Subject: Sedang tidak berada di kantor",
    "tagged": "auto_reply|Subject: [EXTERNAL] Balasan Otomatis: Kode",
    "encoded": "auto_reply|Subject: =?utf-8?B?QmFsYXNhbiBvdG9tYXRpczogS29kZQ==?=",
    "cuti, in an answer": f"auto_reply|{ANSWERS}\nSubject: Cuti bersama",
    "libur, in an answer": f"auto_reply|{ANSWERS}\nSubject: Libur Lebaran",
    "di luar kantor, in an answer": f"auto_reply|{ANSWERS}\nSubject: Re: Sedang di luar kantor",
    "perjalanan dinas, in an answer": f"auto_reply|{ANSWERS}\nSubject: Perjalanan dinas 28-30 November",
    "away, in an answer": f"auto_reply|{ANSWERS}\nSubject: I am currently away",
    # Machines that report.
    "cron": "auto_sent|From: root@server.id\nAuto-Submitted: auto-generated\nSubject: Cron",
    "auto-notified": "auto_sent|Auto-Submitted: auto-notified; owner-email=budi@warga.id",
    "unknown keyword": "auto_sent|Auto-Submitted: yes",
    "noreply": "auto_sent|From: Toko <no-reply@toko.id>",
    "donotreply": "auto_sent|From: donotreply@bank.id",
    "jangan balas": "auto_sent|From: jangan-balas@operator.id",
    "null return path": "auto_sent|Return-Path: <>\nSubject: Info",
    "loop": "loop|X-Loop: bantuan@contoh.id",
    # Bounces that are not multipart/report.
    "old qmail": "bounce|Return-Path: <>\nFrom: MAILER-DAEMON@mail.operator.id\nSubject: failure notice",
    "old exim": "bounce|From: Mail Delivery System <Mailer-Daemon@mx.warga.id>\nX-Failed-Recipients: budi@warga.id",
    "gmail": "bounce|From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nAuto-Submitted: auto-replied",
    "exchange ndr": "bounce|Return-Path: <>\nFrom: postmaster@kantor.onmicrosoft.com\nSubject: Tidak Terkirim: Kode",
    "provider with a name": "bounce|Return-Path: <>\nFrom: surel@operator.id\nSubject: Pengiriman surat gagal",
    "yahoo": "bounce|Return-Path: <>\nFrom: surel@yahoo.co.id\nSubject: Failure Notice",
    # Lists and bulk.
    "google groups": "list|List-ID: <warga.googlegroups.com>\nPrecedence: list\nMailing-list: list warga",
    "mailman": "list|List-Post: <mailto:warga@milis.id>\nX-Mailman-Version: 2.1",
    "precedence list": "list|Precedence: list",
    "newsletter": "bulk|List-Unsubscribe: <https://toko.id/stop>\nSubject: Promo 12.12",
    "precedence bulk": "bulk|Precedence: bulk",
    "precedence junk": "bulk|Precedence: JUNK",
    "mass mailer": "bulk|Feedback-ID: 1:promo:toko",
    # Calendars and receipts.
    "invitation": "calendar|Content-Type: text/calendar; method=REQUEST; charset=utf-8\nSubject: Rapat",
    "accepted": "calendar|Subject: Accepted: Rapat",
    "diterima": "calendar|Subject: Diterima: Rapat",
    "ditolak": "calendar|Subject: Ditolak: Rapat",
    "exchange meeting": "calendar|Content-Class: urn:content-classes:calendarmessage\nSubject: Rapat",
    # Ours.
    "our address": "own|From: Bantuan <bantuan@contoh.id>",
    "our address in capitals and with a tag": "own|From: BANTUAN+ks@Contoh.ID",
    "our header": "own|X-KayaSupport-Ticket: KS-0000-0000\nAuto-Submitted: auto-replied",
}


@pytest.mark.parametrize("head", PERSONS.values(), ids=PERSONS)
def test_mail_of_a_person_is_answered(head):
    assert told(mail(head)) == ""


@pytest.mark.parametrize("line", MACHINES.values(), ids=MACHINES)
def test_mail_of_a_machine_is_told(line):
    reason, _bar, head = line.partition("|")

    assert told(mail(head)) == reason


@pytest.mark.parametrize("value", ["All", "OOF", "AutoReply", "DR, RN, NRN, OOF, AutoReply", "all"])
def test_who_asks_for_no_automatic_answer_is_a_person_still(value):
    assert told(mail(f"X-Auto-Response-Suppress: {value}")) == NO_REPLY_WANTED


def test_delivery_report_is_a_bounce_whoever_sends_it():
    raw = (
        bounce(of="<kita@contoh.id>")
        .replace(b"MAILER-DAEMON@", b"budi@")
        .replace(b"Return-Path: <>\r\n", b"")
    )

    assert told(raw) == "bounce"


def test_reading_receipt_is_told():
    head = "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\nSubject: Dibaca: Kode"
    body = "--b\nContent-Type: text/plain\n\nDibaca\n--b\nContent-Type: message/disposition-notification\n\nx: y\n--b--\n"

    assert told(mail(f"MIME-Version: 1.0\n{head}", body)) == "receipt"


def test_invitation_beside_a_text_is_a_calendars():
    raw = letter("Rapat besok", files=[("invite.ics", "text/calendar", b"BEGIN:VCALENDAR")])

    assert told(raw) == "calendar"


def test_known_message_id_is_our_own_mail():
    ours = Ours(message_ids={"<kita@contoh.id>"})

    assert told(letter(Message_ID="<kita@contoh.id>"), ours) == "own"


@given(
    st.lists(
        st.sampled_from(
            [
                "Auto-Submitted: auto-replied", "Auto-Submitted: no", "Precedence: bulk", "X-Loop: x", "List-Id: <x>",
                "Return-Path: <>", "Subject: Automatic reply: x", "From: mailer-daemon@x.id", "X-Autoreply: yes",
                "X-Auto-Response-Suppress: All", "Content-Type: text/calendar", ANSWERS, "Precedence: first-class",
            ]
        ),
        unique=True,
    )
)  # fmt: skip
def test_no_combination_of_headers_hides_a_machine(lines):
    """Property: one sure sign is enough, whatever stands beside it."""
    sure = {"Auto-Submitted: auto-replied", "Precedence: bulk", "X-Loop: x", "List-Id: <x>", "Return-Path: <>",
            "From: mailer-daemon@x.id", "X-Autoreply: yes", "Content-Type: text/calendar"}  # fmt: skip

    reason = told(mail("\n".join(lines) or "X-Nothing: 1"))

    if sure & set(lines):
        assert reason not in {"", NO_REPLY_WANTED}
