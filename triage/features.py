"""What the classifier counts in a text; training and inference share it, so that they cannot drift apart."""

from collections import Counter
from collections.abc import Iterator

DENIALS = frozenset({"tidak", "belum"})
CHAR_LENGTHS = (2, 3, 4, 5)


def word_terms(text: str) -> Iterator[str]:
    """Words and neighbouring pairs of normalised text; a pair does not reach over a sentence end.

    A denied word is a term of its own: "tidak terdaftar" must not count towards "terdaftar".
    """
    for sentence in text.split("."):
        words = sentence.split()
        pairs = list(zip(["", *words], words, strict=False))
        yield from (f"!{word}" if before in DENIALS else word for before, word in pairs)
        yield from (f"{before} {word}" for before, word in pairs[1:])


def char_terms(text: str) -> Iterator[str]:
    """Runs of characters inside single words, with a blank at both ends, for spellings no list foresees."""
    for word in text.replace(".", " ").split():
        padded = f" {word} "
        for length in CHAR_LENGTHS:
            for start in range(len(padded) - length + 1):
                yield padded[start : start + length]


def counted(text: str) -> tuple[Counter[str], Counter[str]]:
    return Counter(word_terms(text)), Counter(char_terms(text))
