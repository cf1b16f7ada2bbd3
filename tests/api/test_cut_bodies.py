"""A line that is cut in the middle of a body: nothing is stored of what did not come whole."""

import json
import socket
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.factories import TicketFactory
from tests.images import png
from tests.mail.letters import letter
from tickets.models import IncomingMail, Message, Ticket

REPORTS = "/api/v1/tickets/"


def form(**fields):
    """A report of which the picture is the last part."""
    picture = BytesIO(png())
    picture.name = "layar.png"
    fields = {"registered_email": "budi@contoh.id", "description": "kode otp belum masuk", **fields}
    return encode_multipart(BOUNDARY, {**fields, "screenshots": [picture]})


def send_half(url, body, *, until_byte):
    """Send the beginning of a body over a raw line, close our side, and return the answer's status."""
    server = urlsplit(url)
    head = {
        "Host": server.netloc,
        "Content-Type": MULTIPART_CONTENT,
        "Content-Length": len(body),
        "Connection": "close",
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    with socket.create_connection((server.hostname, server.port), timeout=20) as line:
        line.sendall(f"POST {REPORTS} HTTP/1.1\r\n{lines}\r\n".encode() + body[:until_byte])
        line.shutdown(socket.SHUT_WR)
        answer = b""
        while part := line.recv(65536):
            answer += part
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_form_that_was_cut_makes_no_ticket(live_server, share):
    body = form()

    code = send_half(live_server.url, body, until_byte=int(share * len(body)))

    assert code == 400
    assert Ticket.objects.count() == 0


def test_whole_form_over_the_same_line_makes_one(live_server):
    body = form()

    code = send_half(live_server.url, body, until_byte=len(body))

    assert code == 201
    assert Ticket.objects.get().screenshots.count() == 1


@pytest.mark.slow
def test_products_own_server_takes_no_half_either(product):
    product.start()
    body = form()

    codes = [
        send_half(product.url, body, until_byte=end) for end in (len(body) // 3, len(body) - 40, len(body))
    ]

    assert codes == [400, 400, 201]
    assert Ticket.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("content_type", [MULTIPART_CONTENT, "application/json"])
def test_addition_that_was_cut_is_not_taken(api, bearer, content_type):
    ticket = TicketFactory(open=True)
    path = f"{REPORTS}{ticket.reference}/messages/"
    whole = (
        form(body="masih belum") if "multipart" in content_type else json.dumps({"body": "masih"}).encode()
    )
    sent = whole[: whole.index(b"PNG")] if b"PNG" in whole else whole

    announced = {"wsgi.input": BytesIO(sent), "CONTENT_LENGTH": str(len(whole) + 9)}
    answer = api.generic("POST", path, sent, content_type=content_type, **announced, **bearer(ticket))

    assert answer.status_code == 400
    assert Message.objects.count() == 0


@pytest.mark.django_db
def test_mail_that_was_cut_is_not_kept(api, key):
    whole = letter("baris pertama\n" * 50)
    sent = whole[: len(whole) // 2]

    announced = {"wsgi.input": BytesIO(sent), "CONTENT_LENGTH": str(len(whole))}
    answer = api.generic(
        "POST", "/api/v1/inbox/", sent, content_type="message/rfc822", **announced, **key("inbox:write")
    )

    assert answer.status_code == 400
    assert IncomingMail.objects.count() == 0
