"""What a browser says of its device, in a few words."""

import pytest
from django.test import RequestFactory

from tickets.web.device import describe_device

BLINK = "AppleWebKit/537.36 (KHTML, like Gecko)"
WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
REDUCED = f"Mozilla/5.0 (Linux; Android 10; K) {BLINK} Chrome/126.0.0.0 Mobile Safari/537.36"
IPHONE = (
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {WEBKIT} Version/17.5 Mobile/15E148 Safari/604.1"
)
EDGE = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {BLINK} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0"
MAC = f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/17.4 Safari/605.1.15"


@pytest.mark.parametrize(
    ("headers", "device"),
    [
        ({"User-Agent": REDUCED}, "Android, Chrome"),
        (
            {
                "User-Agent": REDUCED,
                "Sec-CH-UA-Platform-Version": '"14.0.0"',
                "Sec-CH-UA-Model": '"SM-A155F"',
            },
            "SM-A155F, Android 14, Chrome",
        ),
        ({"User-Agent": IPHONE}, "iPhone, iOS 17.5, Safari"),
        ({"User-Agent": EDGE}, "Windows, Edge"),
        ({"User-Agent": EDGE, "Sec-CH-UA-Platform-Version": '"15.0.0"'}, "Windows 11, Edge"),
        ({"User-Agent": MAC}, "macOS, Safari"),
        ({"User-Agent": ""}, ""),
        ({}, ""),
        ({"User-Agent": "x" * 10_000}, ""),
        ({"User-Agent": "", "Sec-CH-UA-Model": '"<script>' + "x" * 500 + '"'}, "script" + "x" * 71),
    ],
)
def test_device_is_described(headers, device):
    request = RequestFactory().get("/", headers=headers)

    assert describe_device(request) == device
