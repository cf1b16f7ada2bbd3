import ipaddress

import pytest

from tickets.webhooks import targets
from tickets.webhooks.targets import NotFound, Refused, parse, resolve

PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "240.0.0.1",
    "192.0.2.1",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:c0a8:101::",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "fe80::1",
    "fec0::1",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
]
PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:808:808", "64:ff9b::808:808"]


@pytest.fixture
def answers(monkeypatch):
    """What the DNS says of any host."""

    def say(*addresses):
        found = [ipaddress.ip_address(text) for text in addresses]
        monkeypatch.setattr(targets, "_look_up", lambda host: found)

    return say


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused_as_they_stand_and_as_answers(address, answers):
    host = f"[{address}]" if ":" in address else address
    answers(address)

    with pytest.raises(Refused, match="private"):
        parse(f"https://{host}/")
    with pytest.raises(Refused, match="private"):
        resolve(parse("https://hooks.contoh.id/"))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_taken(address, answers):
    answers(address)

    assert resolve(parse("https://hooks.contoh.id/")) == address


def test_one_private_answer_among_public_ones_is_enough(answers):
    answers("8.8.8.8", "10.0.0.1")

    with pytest.raises(Refused, match="private"):
        resolve(parse("https://hooks.contoh.id/"))


def test_host_without_an_address_is_not_found(answers):
    answers()

    with pytest.raises(NotFound):
        resolve(parse("https://hooks.contoh.id/"))


def test_parse_takes_an_address_apart():
    target = parse("https://Hooks.contoh.id:8443/kaya?x=1")

    assert target == targets.Target("https", "hooks.contoh.id", 8443, "/kaya?x=1")
    assert parse("https://hooks.contoh.id") == targets.Target("https", "hooks.contoh.id", 443, "/")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://hooks.contoh.id/", "scheme"),
        ("ftp://hooks.contoh.id/", "scheme"),
        ("file:///etc/passwd", "url"),
        ("gopher://contoh.id/", "scheme"),
        ("https://user:kata@hooks.contoh.id/", "url"),
        ("https://@hooks.contoh.id/", "url"),
        ("https://hooks.contoh.id/#a", "url"),
        ("https://hooks.contoh.id:0/", "url"),
        ("https://hooks.contoh.id:99999/", "url"),
        ("https://hooks.contoh.id/a b", "url"),
        ("https://hooks.contoh.id/\r\nX: y", "url"),
        ("https://hooks.contoh.id/\x00", "url"),
        ("https://contöh.id/", "url"),
        ("https://[::1/", "url"),
        ("https://", "url"),
        ("", "url"),
        ("https://contoh.id/" + 500 * "x", "url"),
    ],
)
def test_addresses_that_are_none_are_refused(url, code):
    with pytest.raises(Refused) as refusal:
        parse(url)

    assert refusal.value.code == code


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_loopback_is_for_development(host, settings):
    settings.WEBHOOKS_TO_LOOPBACK = True

    assert resolve(parse(f"http://{host}:8099/")) in {"127.0.0.1", "::1"}


def test_development_opens_nothing_else(settings, answers):
    settings.WEBHOOKS_TO_LOOPBACK = True
    answers("10.0.0.1")

    with pytest.raises(Refused, match="scheme"):
        parse("http://hooks.contoh.id/")
    with pytest.raises(Refused, match="private"):
        resolve(parse("https://hooks.contoh.id/"))
