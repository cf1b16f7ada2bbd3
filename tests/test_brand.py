"""Whose pages these are: what the settings say, on the pages and in the mails."""

import re

import pytest
from django.contrib.staticfiles import finders
from PIL import Image

from kayasupport import bundles
from kayasupport.static_headers import add_headers
from tests.factories import MessageFactory
from tickets import brand, brand_checks, links
from tickets.mail.outgoing import compose_mail

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10"/></svg>'


@pytest.fixture
def drawn(settings, tmp_path):
    """Name a logo with this content."""
    settings.DATA_DIR = tmp_path

    def draw(content, *, name="logo.svg"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        settings.BRAND_LOGO = str(path)
        return path

    return draw


def complaints(check):
    return [(message.id, message.msg, message.hint) for message in check(None)]


def test_shipped_shades_and_grounds_are_the_tokens_of_the_style_sheet(settings):
    css = (settings.BASE_DIR / "tickets/static/tickets/base.css").read_text().split("@media", 2)
    light, dark = (dict(re.findall(r"--([\w-]+): (#\w+);", part)) for part in css[:2])
    light["card"] += "fff"  # written short
    light["on-brand"] += "fff"

    for scheme, tokens in (("light", light), ("dark", dark)):
        shades = brand.SHIPPED[scheme]
        names = ("brand", "brand-strong", "on-brand", "brand-soft")
        assert tuple(tokens[n] for n in names) == (shades.brand, shades.strong, shades.on_brand, shades.soft)
        assert brand.GROUNDS[scheme] == (tokens["card"], tokens["ground"])


def test_colour_changes_the_bundle_and_nothing_else_does(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    shipped = bundles.build("tickets/public.css").read_text()

    settings.BRAND_COLOUR = "#003D79"
    branded = bundles.build("tickets/public.css").read_text()

    assert branded.startswith(shipped.rstrip())
    assert ":root { --brand: #003d79; --brand-strong: #002f5d;" in branded
    assert "@media (prefers-color-scheme: dark) { :root { --brand: #44a2ff;" in branded
    assert bundles.build("tickets/brand.css").read_text() == brand.style_sheet().split("\n", 1)[1]


def test_dark_colour_may_be_chosen_too(settings):
    settings.BRAND_COLOUR, settings.BRAND_COLOUR_DARK = "#003d79", "#aaccff"

    assert brand.shades()["dark"].brand == "#aaccff"


@pytest.mark.parametrize(
    ("name", "colour", "expected"),
    [
        ("BRAND_COLOUR", "#ffcc00", ("tickets.E021", "contrast of 1.4:1 with the light", "=#8a6e00, ")),
        ("BRAND_COLOUR", "#747474", ("tickets.E021", "contrast of 4.3:1", "made darker")),
        ("BRAND_COLOUR_DARK", "#003d79", ("tickets.E021", "with the dark page", "made lighter")),
        ("BRAND_COLOUR", "teal", ("tickets.E020", "BRAND_COLOUR is teal", "#0b6e69")),
    ],
)
def test_colour_that_cannot_be_read_is_refused_with_one_that_can(settings, name, colour, expected):
    setattr(settings, name, colour)

    [(code, what, hint)] = complaints(brand_checks.check_colours_can_be_read)

    assert code == expected[0]
    assert expected[1] in what
    assert expected[2] in hint


def test_colour_that_can_be_read_is_taken(settings):
    settings.BRAND_COLOUR, settings.BRAND_COLOUR_DARK = "#0b6e69", "#4fc3bb"

    assert complaints(brand_checks.check_colours_can_be_read) == []


def test_logo_is_served_from_among_the_static_files(client, drawn):
    drawn(SVG)

    page = client.get("/").content.decode()

    assert '<img class="brand__logo" src="/static/brand/logo.svg" alt=""' in page
    with open(finders.find("brand/logo.svg")) as served:
        assert served.read() == SVG
    assert finders.find("brand/other.svg") is None


def test_logo_that_was_not_collected_costs_no_page(client, settings, drawn):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    drawn(SVG)

    assert (brand.brand_in("id").logo, brand.brand_in("id").icon) == (None, None)


def test_icon_of_the_tab_has_the_colour_of_the_brand(client, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert 'href="/static/tickets/icon.svg"' in client.get("/").content.decode()

    settings.BRAND_COLOUR = "#003d79"

    assert 'href="/static/brand/icon.svg"' in client.get("/").content.decode()
    with open(finders.find("brand/icon.svg")) as icon:
        assert 'fill="#003d79"' in icon.read()


def test_svg_that_is_opened_by_itself_runs_nothing():
    headers = {}

    add_headers(headers, "/x/logo.1234.svg", "/static/brand/logo.1234.svg")
    add_headers({}, "/x/base.css", "/static/base.css")

    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
    assert headers == {"Content-Security-Policy": policy}


@pytest.mark.parametrize(
    "content",
    [
        SVG.replace("<rect", "<script>alert(1)</script><rect"),
        SVG.replace("<rect", '<rect onload="alert(1)"'),
        SVG.replace("<rect", "<foreignObject/><rect"),
        SVG.replace("<rect", '<image href="https://jahat.example/x.png"/><rect'),
        SVG.replace("<rect", '<a href="javascript:alert(1)"/><rect'),
        '<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG,
        SVG.encode("utf-16"),
        "<html/>",
        "<svg",
        "",
        b"<!-- " + b"x" * 300_000 + b" -->",
    ],
)
def test_logo_that_is_no_plain_drawing_is_refused(drawn, content):
    drawn(content)

    assert [code for code, *_ in complaints(brand_checks.check_pictures_are_harmless)] == ["tickets.E023"]


def test_logo_that_is_one_is_taken(drawn, tmp_path):
    drawn(SVG)
    assert complaints(brand_checks.check_pictures_are_harmless) == []

    Image.new("RGB", (40, 20)).save(tmp_path / "picture.png")
    drawn((tmp_path / "picture.png").read_bytes(), name="logo.PNG")
    assert complaints(brand_checks.check_pictures_are_harmless) == []


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("logo.png", SVG, "tickets.E023"),
        ("logo.jpg", b"x", "tickets.E023"),
        ("logo.svg", SVG.replace("<rect", f"<!-- {'x' * 30_000} --><rect"), "tickets.W020"),
    ],
)
def test_other_pictures_are_pointed_out(drawn, name, content, code):
    drawn(content, name=name)

    assert [found for found, *_ in complaints(brand_checks.check_pictures_are_harmless)] == [code]


def test_logo_that_is_not_there_is_pointed_out(settings):
    settings.BRAND_LOGO = "/tidak/ada.svg"

    assert [code for code, *_ in complaints(brand_checks.check_pictures_are_harmless)] == ["tickets.E022"]


@pytest.mark.parametrize(
    ("name", "value", "check"),
    [
        ("BRAND_HOME_URL", "javascript:alert(1)", "check_links_lead_to_the_web"),
        ("PRIVACY_URL", "/privasi", "check_links_lead_to_the_web"),
        ("BRAND_CHAT_URL", "https://", "check_links_lead_to_the_web"),
        ("BRAND_PHONE", "bukan nomor", "check_phone_is_one"),
        ("EMBED_PARENTS", ["https://*.contoh.id"], "check_parents_are_origins"),
        ("EMBED_PARENTS", ["https://contoh.id/daftar"], "check_parents_are_origins"),
        ("EMBED_PARENTS", ["http://contoh.id"], "check_parents_are_origins"),
        ("EMBED_PARENTS", ["https://contoh.id; script-src *"], "check_parents_are_origins"),
        ("EMBED_PARENTS", ["'self'"], "check_parents_are_origins"),
        ("EMBED_PARENTS", ["https://a@contoh.id"], "check_parents_are_origins"),
        ("PREFILL_KEYS", ["pendek"], "check_prefill_keys_are_long"),
    ],
)
def test_setting_that_is_none_is_pointed_out(settings, name, value, check):
    setattr(settings, name, value)

    assert len(complaints(getattr(brand_checks, check))) == 1


def test_settings_that_are_right_are_taken(settings):
    settings.BRAND_HOME_URL = "https://contoh.id"
    settings.BRAND_PHONE = "+62 21 1234 5678"
    settings.EMBED_PARENTS = ["https://daftar.contoh.id", "https://contoh.id:8443", "http://127.0.0.1:9000"]
    settings.PREFILL_KEYS = ["k" * 32]

    assert [found for check in brand_checks.ALWAYS for found in check(None)] == []


def test_footer_shows_what_is_set_and_nothing_else(client, settings):
    settings.BRAND_EMAIL = ""
    bare = client.get("/").content.decode()

    settings.BRAND_TAGLINE = {"id": "Daftar tanpa pusing.", "en": ""}
    settings.BRAND_HELP_URL, settings.BRAND_HOME_URL = "https://contoh.id/bantuan", "https://contoh.id"
    settings.BRAND_EMAIL, settings.BRAND_PHONE = "bantuan@contoh.id", "021 1234 5678"
    settings.BRAND_CHAT_URL, settings.PRIVACY_URL = "https://contoh.id/chat", "https://contoh.id/privasi"
    full = client.get("/").content.decode()

    assert "Saluran resmi lainnya" not in bare
    assert 'href="/privasi/"' in bare
    for shown in (
        "Daftar tanpa pusing.",
        'href="https://contoh.id/bantuan"',
        'href="https://contoh.id"',
        'href="mailto:bantuan@contoh.id"',
        'href="tel:+622112345678">+62 21 12345678<',
        'href="https://contoh.id/chat"',
        'href="https://contoh.id/privasi"',
    ):
        assert shown in full
        assert shown not in bare
    client.cookies["django_language"] = "en"
    assert "Daftar tanpa pusing." not in client.get("/").content.decode()


@pytest.mark.django_db
def test_mail_has_the_colours_of_the_brand(settings):
    message = MessageFactory(kind="reply", recipient="budi@contoh.id")
    shipped = compose_mail(message, link=links.status_url(message.ticket)).alternatives[0][0]

    settings.BRAND_COLOUR = "#003d79"
    branded = compose_mail(message, link=links.status_url(message.ticket)).alternatives[0][0]

    assert "background:#0b6e69" in shipped
    assert "background:#003d79" in branded
    assert "#0b6e69" not in branded


@pytest.mark.django_db
def test_desk_has_the_colours_too(client, settings):
    assert "tickets/brand.css" not in client.get("/desk/login/").content.decode()

    settings.BRAND_COLOUR = "#003d79"

    assert "/static/tickets/brand.css" in client.get("/desk/login/").content.decode()
