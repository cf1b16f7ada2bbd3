"""Delivery reports as mail systems write them."""

RETURNED = "Message-ID: <1.2@contoh.id>\nSubject: [KS-1] Kode belum masuk\nTo: budi@contoh.id\n"


def report(*, action="failed", status="5.1.1", said="smtp; 550 5.1.1 User unknown", returned=RETURNED):
    """RFC 3464, as Postfix writes it."""
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.contoh.id (Mail Delivery System)
To: bounce+1.abc@kantor.test
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.contoh.id
Arrival-Date: Sun, 22 Nov 2026 14:00:00 +0700

Final-Recipient: rfc822; budi@contoh.id
Original-Recipient: rfc822;budi@contoh.id
Action: {action}
Status: {status}
Remote-MTA: dns; mx.contoh.id
Diagnostic-Code: {said}

--B
Content-Type: text/rfc822-headers

{returned}
--B--
""".encode()


EXIM = b"""\
X-Failed-Recipients: budi@contoh.id
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.kantor.test>
To: bounce+1.abc@kantor.test
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  budi@contoh.id
    host mx.contoh.id [203.0.113.7]
    SMTP error from remote mail server after RCPT TO:<budi@contoh.id>:
    550 No such user here

------ This is a copy of the message, including all the headers. ------

Return-path: <bounce+1.abc@kantor.test>
From: Bantuan <bantuan@kantor.test>
Message-ID: <1.2@contoh.id>
Subject: [KS-1] Kode belum masuk

Halo
"""

GMAIL = b"""\
Return-Path: <>
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: bounce+1.abc@kantor.test
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
X-Failed-Recipients: budi.s@gmail.com
Content-Type: text/plain; charset="UTF-8"
Content-Transfer-Encoding: 8bit

** Alamat tidak ditemukan **

Pesan Anda tidak terkirim ke budi.s@gmail.com karena alamat tidak dapat ditemukan.

The response was:

The email account that you tried to reach is over quota. Please direct the recipient to
https://support.google.com/mail/?p=OverQuotaPerm 41be03b00d2f7-2a5c1
"""

QMAIL = b"""\
Return-Path: <>
From: MAILER-DAEMON@mail.contoh.id
To: bounce+1.abc@kantor.test
Subject: failure notice

Hi. This is the qmail-send program at mail.contoh.id.
I'm afraid I wasn't able to deliver your message to the following addresses.

<budi@salah.contoh.id>:
Sorry, I couldn't find any host named salah.contoh.id. (#5.1.2)

--- Below this line is a copy of the message.

Message-ID: <1.2@contoh.id>
"""

EXCHANGE = b"""\
From: postmaster@contoh.id
To: bounce+1.abc@kantor.test
Subject: Undeliverable: Kode belum masuk
Content-Type: multipart/report; report-type=delivery-status; boundary="X"

--X
Content-Type: text/html

<p>Your message couldn't be delivered.</p>
--X
Content-Type: message/delivery-status

Reporting-MTA: dns;contoh.id

Final-Recipient: rfc822;budi@contoh.id
Action: failed
Status: 5.7.606
Diagnostic-Code: smtp;550 5.7.606 Access denied, banned sending IP [203.0.113.9]
--X
Content-Type: message/rfc822

Message-ID: <1.2@contoh.id>
Subject: Kode belum masuk

Halo
--X--
"""

DELAYED = b"""\
Return-Path: <>
From: MAILER-DAEMON@mx.kantor.test
Subject: Delivery Status Notification (Delay)
X-Failed-Recipients: budi@contoh.id

This is a warning message only. Your message has been delayed; you do not need to resend it.
It will be retried for 4 more days. 451 4.7.1 Greylisted
"""

OUT_OF_OFFICE = b"""\
From: Budi <budi@contoh.id>
Subject: Sedang cuti
Auto-Submitted: auto-replied

Saya sedang cuti. Surel untuk 550 5.1.1 orang lain: siti@contoh.id.
"""

A_PERSON_CALLED_POSTMASTER = b"""\
From: postmaster@contoh.id
Subject: Kode saya belum masuk

550 5.1.1 itu apa ya kak?
"""
