"""Mails as they come over the wire, made up for tests."""

from email.message import EmailMessage
from email.utils import make_msgid

FROM = "Budi <budi@contoh.id>"
TO = "bantuan@localhost"


def letter(
    text="Kode OTP belum masuk, sudah cek spam.", *, headers=None, html=None, files=(), **named
) -> bytes:
    """A mail; `named` are headers by name, with _ for -; None leaves one out."""
    mail = EmailMessage()
    given = {
        "From": FROM,
        "To": TO,
        "Subject": "Kode tidak masuk",
        "Date": "Sat, 28 Nov 2026 09:15:00 +0700",
        "Message-ID": make_msgid(domain="contoh.id"),
        **{name.replace("_", "-"): value for name, value in named.items()},
        **(headers or {}),
    }
    for name, value in given.items():
        if value is not None:
            mail[name] = value
    mail.set_content(text)
    if html is not None:
        mail.add_alternative(html, subtype="html")
    for name, kind, data in files:
        main, _, sub = kind.partition("/")
        mail.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes()


def bare(head: str, body: str = "") -> bytes:
    """A mail of exactly these lines, whatever a library thinks of them."""
    return (head.strip() + "\n\n" + body).replace("\n", "\r\n").encode(errors="surrogateescape")


def bounce(*, of: str, status="5.1.1") -> bytes:
    return bare(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.contoh.id\nTo: bantuan@localhost\nSubject: Tidak sampai\n"
        "Message-ID: <b1@mx.contoh.id>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "--b\nContent-Type: text/plain\n\nTidak sampai.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.contoh.id\n\n"
        f"Final-Recipient: rfc822; budi@contoh.id\nAction: failed\nStatus: {status}\n\n"
        f"--b\nContent-Type: message/rfc822\n\nMessage-ID: {of}\nSubject: [KS-0000-0000] Kode\n"
        "X-KayaSupport-Ticket: KS-0000-0000\n\nHalo\n--b--\n",
    )
