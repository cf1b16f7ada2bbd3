import pytest

from tickets.models import IncomingMail

pytestmark = pytest.mark.django_db
INBOX = "/api/v1/inbox/"
MAIL = (
    b"From: Budi <budi@contoh.id>\r\nTo: bantuan@contoh.id\r\nMessage-ID: <a1@contoh.id>\r\n"
    b"Subject: kode\r\n\r\nkode otp belum masuk\r\n"
)


@pytest.fixture
def hand_in(api, key):
    header = key("inbox:write")

    def send(raw, *, content_type="message/rfc822"):
        return api.generic("POST", INBOX, raw, content_type=content_type, **header)

    return send


def test_mail_is_kept_and_rung_for(hand_in, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = hand_in(MAIL)

    mail = IncomingMail.objects.get()
    assert (answer.status_code, answer.json()) == (202, {"id": mail.pk, "state": "new"})
    assert (mail.source, mail.message_id, mail.size) == ("api", "<a1@contoh.id>", len(MAIL))
    assert [pk for _name, pk in rung] == [mail.pk]


def test_mail_handed_in_twice_is_one(hand_in):
    assert hand_in(MAIL).json() == hand_in(MAIL).json()
    assert IncomingMail.objects.count() == 1


@pytest.mark.parametrize(
    "raw", [b"\x00\xff\xfe", b"halo", b"Subject: =?utf-8?b?////?=\r\n\r\n", 9000 * b"x:y\r\n"]
)
def test_whatever_it_is_it_is_kept(hand_in, raw):
    assert hand_in(raw).status_code == 202


@pytest.mark.parametrize("raw", [b"", b" \r\n"])
def test_nothing_is_no_mail(hand_in, raw):
    assert hand_in(raw).status_code == 400
    assert IncomingMail.objects.count() == 0


def test_other_content_types_are_not_taken(hand_in):
    assert hand_in(b"{}", content_type="application/json").status_code == 415


def test_mail_that_is_too_large_is_refused_unread(hand_in, settings):
    settings.INCOMING_MAX_BYTES = 100

    assert hand_in(MAIL).status_code == 413
    assert IncomingMail.objects.count() == 0
