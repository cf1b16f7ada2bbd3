"""Mail of any bytes: kept, read and filed, or put before people; never lost to an exception, never slow."""

import pytest
from django.utils import timezone
from hypothesis import strategies as st

from tests import images
from tests.factories import MessageFactory, TicketFactory
from tests.fuzz.budget import fuzzed
from tests.fuzz.hostile import ODD, damaged, headers
from tests.mail import reports
from tests.mail.letters import bounce, letter
from tickets.mail import dsn, filing
from tickets.mail.incoming import receive
from tickets.mail.parsing import parse
from tickets.mail.reply_token import reply_address
from tickets.mail.return_path import return_path
from tickets.models import IncomingMail

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("model")]

NAMES = [
    "From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Return-Path",
    "Delivered-To", "Auto-Submitted", "Precedence", "List-Id", "X-Failed-Recipients", "Content-Type",
    "Content-Disposition", "Content-Transfer-Encoding", "Content-ID", "MIME-Version", "Reply-To",
    "X-Loop", "Sender", "x", "",
]  # fmt: skip
VALUES = [
    b"Budi <budi@contoh.id>", b"<>", b"<<>>,;:", b"\"\" <a@b.id>", b"a@b.id, c@d.id (" + b"(" * 50,
    b"=?utf-8?q?=00=FF?= <a@b.id>", b"=?utf-8?b?%%%?=", b"=?a?b?c?= =?utf-8?q?", b"text/html",
    b"multipart/mixed; boundary=b", b"multipart/report; boundary=b", b"message/rfc822",
    b"message/delivery-status", b"text/plain; charset=\"\xff\"", b"text/plain; charset*0*=x''%FF",
    b"text/plain; charset=utf-7", b"text/plain; charset=unicode_escape", b"base64", b"quoted-printable",
    b"uuencode", b"\xff", b"attachment; filename*=utf-8''%00..%2F",
    b"attachment; filename=\"" + b"x" * 500 + b".png\"", b"Mon, 99 Zzz 99999 99:99 +9999",
    b"Sat, 28 Nov 0001 09:15:00 +2359", b"Fri, 31 Dec 9999 23:59:59 -2359", b"auto-replied", b"bulk",
    b"<a@b>" * 300, b"KS-7F3K-92QX", b"\0", b"x\r\n folded\r\n\tagain", b"image/png; name=\"a.png\"",
    b"[KS-0000-0000] Re: Bls: Fw:" * 40,
]  # fmt: skip
LINES = [
    b"", b"--b", b"--b--", b"<p>x", b"kode otp belum masuk", b"> dikutip", b"On Mon, x wrote:", b"-- ",
    b"Status: 5.1.1", b"Action: failed", b"Final-Recipient: rfc822; budi@contoh.id",
    b"Message-ID: <1.2@contoh.id>", b"=3D=", b"\xff\xfe\0", b"begin 666 x",
    "sandi saya kucing123 \ud83d".encode("utf-8", "surrogatepass"), b"550 5.1.1 User unknown",
]  # fmt: skip

values = st.sampled_from(VALUES) | headers.map(lambda text: text.encode("latin-1")) | st.binary(max_size=60)
fields = st.tuples(st.sampled_from(NAMES).map(str.encode), values).map(b": ".join)
blocks = st.lists(fields | st.sampled_from(LINES) | st.binary(max_size=80), max_size=25)
made_up = st.tuples(blocks, st.sampled_from([b"\r\n", b"\n", b"\r"])).map(
    lambda drawn: drawn[1].join(drawn[0])
)
REPORTS = [
    reports.report(), reports.EXIM, reports.GMAIL, reports.QMAIL, reports.EXCHANGE, reports.DELAYED,
    reports.OUT_OF_OFFICE, bounce(of="<1.2@contoh.id>"),
]  # fmt: skip
KINDS = ["answer", "html", "files", *range(len(REPORTS))]
HTML = "<div><b><p>Kode</p><table>" * 30
FILES = [("layar.png", "image/png", images.png()), ("../a\u202e.jpg", "image/jpeg", b"x")]


def whole(kind, text, *, message):
    """A mail of the kind as it should be; `message` is one of ours that it may answer or bring back."""
    text = text.encode("utf-8", "replace").decode()
    match kind:
        case "answer":
            return letter(text, In_Reply_To=message.message_id, To=reply_address(message.ticket))
        case "html":
            return letter(text, html=HTML, Message_ID=None)
        case "files":
            return letter(text, files=FILES, Message_ID="<tiga@contoh.id>")
        case _:
            return REPORTS[kind].replace(b"bounce+1.abc@kantor.test", return_path(message).encode())


@pytest.fixture
def ours():
    ticket = TicketFactory(held=True, registered_email="budi@contoh.id")
    return MessageFactory(outgoing=True, ticket=ticket, delivery="sent", sent_at=timezone.now())


@pytest.fixture
def loud(monkeypatch):
    """What filing would only write down and try again fails here."""

    def reraise(*args, **kwargs):
        raise

    monkeypatch.setattr(filing.logger, "exception", reraise)


@fuzzed(examples=60, kind=st.sampled_from(KINDS), text=st.sampled_from(ODD), data=st.data())
def test_damaged_mail_is_filed_or_kept(ours, loud, kind, text, data):
    is_filed_or_kept(data.draw(damaged(whole(kind, text, message=ours))))


@fuzzed(examples=80, raw=made_up)
def test_mail_made_up_of_anything_is_filed_or_kept(loud, raw):
    is_filed_or_kept(raw)


def is_filed_or_kept(raw):
    mail = receive(raw, source="imap")
    filing.file_mail(mail.pk)

    mail.refresh_from_db()
    assert mail.state in {"filed", "kept", "unreadable"}
    assert (mail.ticket is not None) or mail.state != "filed"
    assert receive(raw, source="api").pk == mail.pk


@fuzzed(examples=150, raw=made_up | st.binary(max_size=2_000))
def test_any_bytes_are_read(raw):
    mail = parse(raw)

    assert "\0" not in mail.text + mail.subject + mail.sender
    (mail.text + mail.subject + mail.new_text).encode()  # no half surrogates


@fuzzed(examples=100, raw=st.sampled_from(REPORTS).flatmap(damaged) | made_up)
def test_any_delivery_report_is_read(raw):
    found = dsn.parse(raw)

    assert found is None or "\0" not in found.said + found.recipient + found.message_id
    assert found is None or (len(found.said) <= dsn.SAID and found.action in dsn.ACTIONS)
    assert IncomingMail.objects.count() == 0
