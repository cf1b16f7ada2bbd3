import ipaddress
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from standardwebhooks import Webhook, WebhookVerificationError

from tests.factories import WEBHOOK_SECRET
from tests.webhook_receiver import Receiver
from tickets.webhooks import sending, targets
from tickets.webhooks.sending import Unreachable, post


def send(url, **payload):
    return post(url, webhook_id="evt_1", payload=payload, secret=WEBHOOK_SECRET)


def test_post_is_signed_as_standard_webhooks_has_it(receiver):
    status = send(receiver.url, type="ticket.created", data={"x": "é"})

    headers, body = receiver.got[0]
    assert status == 204
    assert Webhook(WEBHOOK_SECRET).verify(body, headers) == {"type": "ticket.created", "data": {"x": "é"}}
    assert (headers["webhook-id"], headers["content-type"]) == ("evt_1", "application/json")
    assert headers["host"] == f"127.0.0.1:{receiver.port}"
    with pytest.raises(WebhookVerificationError):
        Webhook(WEBHOOK_SECRET).verify(body + b" ", headers)


@pytest.mark.parametrize("status", [200, 400, 410, 500])
def test_any_answer_is_an_answer(receiver, status):
    receiver.statuses = [status]

    assert send(receiver.url) == status


def test_redirects_are_not_followed(receiver):
    receiver.statuses, receiver.headers = [302], {"Location": receiver.url}

    assert (send(receiver.url), len(receiver.got)) == (302, 1)


def test_a_dripping_answer_is_cut(receiver, monkeypatch):
    monkeypatch.setattr(sending, "PATIENCE", 0.3)
    receiver.drips = True
    began = time.monotonic()

    with pytest.raises(Unreachable, match="no answer within"):
        send(receiver.url)

    assert time.monotonic() - began < 2


def test_silence_is_cut(settings, monkeypatch):
    settings.WEBHOOKS_TO_LOOPBACK = True
    monkeypatch.setattr(sending, "PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as deaf, pytest.raises(Unreachable):
        send(f"http://127.0.0.1:{deaf.getsockname()[1]}/")


def test_nobody_there_is_told_without_the_address(settings):
    settings.WEBHOOKS_TO_LOOPBACK = True
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(Unreachable, match=r"^ConnectionRefusedError$"):
        send(f"http://127.0.0.1:{port}/")


def test_what_is_no_http_is_no_answer(settings):
    settings.WEBHOOKS_TO_LOOPBACK = True
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)

        def answer():
            with server.accept()[0] as peer:
                peer.sendall(b"halo\r\n\r\n")
                peer.recv(65536)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(Unreachable):
            send(f"http://127.0.0.1:{server.getsockname()[1]}/")
        thread.join(5)


def test_our_own_network_is_never_connected_to(settings, monkeypatch):
    settings.WEBHOOKS_TO_LOOPBACK = False
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: pytest.fail("connected"))
    monkeypatch.setattr(targets, "_look_up", lambda host: [ipaddress.ip_address("169.254.169.254")])

    for url in ("https://127.0.0.1/", "https://metadata.contoh.id/", "http://127.0.0.1/"):
        with pytest.raises(Unreachable, match="refused"):
            send(url)


@pytest.fixture
def tls(tmp_path, settings, monkeypatch):
    """A receiver with a certificate for hooks.contoh.id, which the DNS says is on loopback, once."""
    settings.WEBHOOKS_TO_LOOPBACK = True
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    certify(tmp_path, "hooks.contoh.id")
    asked = []

    def look_up(host):
        asked.append(host)
        # DNS rebinding: whoever asks a second time is led elsewhere.
        return [ipaddress.ip_address("127.0.0.1" if len(asked) == 1 else "127.0.0.2")]

    monkeypatch.setattr(targets, "_look_up", look_up)
    monkeypatch.setattr(socket, "getaddrinfo", only_literals(socket.getaddrinfo))
    receiver = Receiver()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    names = []
    context.sni_callback = lambda sock, name, context: names.append(name)
    receiver.server.socket = context.wrap_socket(receiver.server.socket, server_side=True)
    receiver.names, receiver.asked = names, asked
    with receiver:
        yield receiver


def only_literals(getaddrinfo):
    def looked_up(host, *args, **kwargs):
        ipaddress.ip_address(host)  # raises for a name: a second look-up
        return getaddrinfo(host, *args, **kwargs)

    return looked_up


def certify(folder, name):
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def test_tls_goes_to_the_address_that_was_judged_and_names_the_host(tls):
    status = send(f"https://hooks.contoh.id:{tls.port}/kaya")

    assert (status, tls.names, tls.asked) == (204, ["hooks.contoh.id"], ["hooks.contoh.id"])
    assert tls.got[0][0]["host"] == f"hooks.contoh.id:{tls.port}"


def test_tls_of_another_host_is_refused(tls):
    with pytest.raises(Unreachable, match="SSLCertVerificationError"):
        send(f"https://lain.contoh.id:{tls.port}/")

    assert tls.got == []
