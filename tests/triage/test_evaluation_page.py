"""The page about an evaluation: complete in itself, and safe with any text."""

import re
from xml.etree import ElementTree

import pytest
from django.utils import translation

from tests.triage.reports import NOW
from tests.triage.test_evaluation import given
from triage.evaluation import measure
from triage.evaluation_page import confusion_rows, evaluation_page, reliability_svg

RESULTS = [
    given("other", "other"),
    given("other", "self_typo", confidence=0.83, text="<script>alert('x')</script> & co"),
    given("self_typo", "other", abstained=True, best="self_typo", confidence=0.3),
]


@pytest.fixture
def page():
    return evaluation_page(RESULTS, title="Triage <on> reports", version="abc", now=NOW)


def test_page_asks_nothing_of_any_other_place(page):
    assert re.findall(r"""(?:src|href|url\()\s*=?\s*["']?([^"')\s>]+)""", page) == []
    assert set(re.findall(r"https?://[^\s\"']+", page)) == {"http://www.w3.org/2000/svg"}


def test_page_shows_texts_as_text(page):
    assert "<script" not in page
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; &amp; co" in page
    assert "Triage &lt;on&gt; reports" in page


def test_page_names_the_mistake(page):
    assert "Mistake in the form (0.830), but it is Something else" in page


def test_page_of_no_results_says_that_there_are_no_figures():
    assert "–" in evaluation_page([], title="Nothing", version="abc", now=NOW)


@pytest.mark.parametrize("language", ["id", "en"])
def test_drawing_is_well_formed_in_every_language(language):
    with translation.override(language):
        svg = reliability_svg(measure(RESULTS)["calibration"]["chosen"])

    dots = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}circle")
    assert [(dot.get("cx"), dot.get("cy")) for dot in dots] == [
        ("134.0", "22.0"),
        ("293.0", "322.0"),
        ("314.0", "22.0"),
    ]


def test_shade_of_a_cell_is_its_share_of_the_row():
    table = {"other": {"other": 9, "self_typo": 1}}

    cells = confusion_rows(table)[0]["cells"]

    assert {(cell["count"], cell["shade"], cell["is_right"]) for cell in cells} == {
        (0, 0, False),
        (1, 1, False),
        (9, 5, True),
    }
