"""Contrast, and shades that follow from one colour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets import colours
from tickets.brand import GROUNDS, readable

HEX = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#ffffff", "#ffffff", 1), ("#777777", "#ffffff", 4.48)],
)
def test_contrast_is_the_one_of_wcag(one, other, ratio):
    assert round(colours.contrast(one, other), 2) == ratio
    assert colours.contrast(one, other) == colours.contrast(other, one)


@given(HEX)
def test_every_colour_has_shades_that_can_be_read(colour):
    light = colours.light_shades(readable(colour, scheme="light"))
    dark = colours.dark_shades(readable(colour, scheme="dark"), ground=GROUNDS["dark"][0])

    for scheme, shades in (("light", light), ("dark", dark)):
        assert colours.worst_contrast(shades.brand, GROUNDS[scheme]) >= colours.ENOUGH
        assert colours.contrast(shades.brand, shades.soft) >= colours.ENOUGH
        assert colours.contrast(shades.strong, shades.soft) >= colours.ENOUGH
        assert colours.contrast(shades.on_brand, shades.brand) >= colours.ENOUGH
        assert colours.contrast(shades.on_brand, shades.strong) >= colours.ENOUGH


def test_colour_that_can_be_read_is_left_alone():
    assert readable("#0b6e69", scheme="light") == "#0b6e69"


def test_colour_is_changed_no_further_than_it_needs():
    made = readable("#ffcc00", scheme="light")

    assert 4.5 <= colours.worst_contrast(made, GROUNDS["light"]) < 4.7
