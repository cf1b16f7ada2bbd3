"""What the classifier counts in a text; training and inference share it, so that they cannot drift apart."""

from collections import Counter
from collections.abc import Iterator

WORD_LENGTHS = (1, 2)
CHAR_LENGTHS = (2, 3, 4, 5)


def word_terms(text: str) -> Iterator[str]:
    """Words and neighbouring pairs of normalised text; a pair does not reach over a sentence end."""
    for sentence in text.split("."):
        words = sentence.split()
        for length in WORD_LENGTHS:
            for start in range(len(words) - length + 1):
                yield " ".join(words[start : start + length])


def char_terms(text: str) -> Iterator[str]:
    """Runs of characters inside single words, with a blank at both ends, for spellings no list foresees."""
    for word in text.replace(".", " ").split():
        padded = f" {word} "
        for length in CHAR_LENGTHS:
            for start in range(len(padded) - length + 1):
                yield padded[start : start + length]


def counted(text: str) -> tuple[Counter[str], Counter[str]]:
    return Counter(word_terms(text)), Counter(char_terms(text))
