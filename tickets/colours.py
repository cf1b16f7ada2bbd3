"""Colour arithmetic: contrast as WCAG measures it, and the shades that follow from one colour. Pure."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Sequence
from dataclasses import dataclass

HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
WHITE, BLACK = "#ffffff", "#000000"
ENOUGH = 4.5  # for text of any size: WCAG 2.2, 1.4.3
COMFORTABLE = 6.0  # what a shade is made for that nobody has chosen


@dataclass(frozen=True)
class Shades:
    """One scheme's brand colour, as tokens of base.css."""

    brand: str
    strong: str  # under the pointer, and text on `soft`
    on_brand: str  # text on `brand`
    soft: str  # a quiet ground


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours "#rrggbb", from 1 to 21 (WCAG 2.2, contrast ratio)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def worst_contrast(colour: str, grounds: Sequence[str]) -> float:
    return min(contrast(colour, ground) for ground in grounds)


def mix(colour: str, other: str, share: float) -> str:
    """Return the colour with so large a share (0 to 1) of the other one in it."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def made_readable(colour: str, *, grounds: Sequence[str], towards: str, at_least: float = ENOUGH) -> str:
    """Return the colour, moved towards black or white just as far as text in it needs on each ground."""
    steps = (_shifted(colour, towards, step / 100) for step in range(101))
    return next((each for each in steps if worst_contrast(each, grounds) >= at_least), towards)


def _shifted(colour: str, towards: str, share: float) -> str:
    """Change the lightness alone: mixed with white, a strong colour turns into a grey one."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in _channels(colour)))
    goal = 1.0 if towards == WHITE else 0.0
    rgb = colorsys.hls_to_rgb(hue, lightness + (goal - lightness) * share, saturation)
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in rgb)


def light_shades(brand: str) -> Shades:
    return Shades(brand, mix(brand, BLACK, 0.23), WHITE, _soft(brand, WHITE))


def dark_shades(brand: str, *, ground: str) -> Shades:
    on_brand = made_readable(mix(brand, BLACK, 0.84), grounds=[brand], towards=BLACK)
    return Shades(brand, mix(brand, WHITE, 0.25), on_brand, _soft(brand, ground))


def _soft(brand: str, ground: str) -> str:
    """The ground with as much of the brand in it as lets text in the brand's colour be read on it."""
    steps = (mix(ground, brand, step / 100) for step in range(14, -1, -1))
    return next((each for each in steps if contrast(brand, each) >= ENOUGH), ground)


def _channels(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def _luminance(colour: str) -> float:
    shares = (channel / 255 for channel in _channels(colour))
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
