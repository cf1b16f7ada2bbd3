"""What the classifier counts in a text; training and inference share it, so that they cannot drift apart."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain

DENIALS = frozenset({"tidak", "belum"})
CHAR_LENGTHS = (2, 3, 4, 5)
# How far apart two words may stand to count as a pair: "kode ... tidak masuk" has much in between.
PAIR_REACH = 4


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
    words = text.replace(".", " ").split()
    # Long texts repeat their words: each is cut up once.
    runs = {word: _runs(f" {word} ") for word in set(words)}
    return chain.from_iterable(map(runs.__getitem__, words))


def _runs(padded: str) -> list[str]:
    return [
        padded[start : start + length] for length in CHAR_LENGTHS for start in range(len(padded) - length + 1)
    ]


def pair_terms(text: str) -> Iterator[str]:
    """Two words of one sentence in their order, with up to three others between.

    A denial belongs to its word; single letters are left out.
    """
    for sentence in text.split("."):
        words, is_denied = [], False
        for word in sentence.split():
            if word in DENIALS:
                is_denied = True
                continue
            if len(word) > 1:
                words.append(f"!{word}" if is_denied else word)
            is_denied = False
        for place, word in enumerate(words):
            for other in words[place + 1 : place + 1 + PAIR_REACH]:
                yield f"{word}~{other}"


# Every kind of term, in the order of the model's columns.
KINDS: dict[str, Callable[[str], Iterator[str]]] = {
    "word": word_terms,
    "char": char_terms,
    "pair": pair_terms,
}


def counted(text: str) -> tuple[Counter[str], ...]:
    """The terms of each kind, in the order of KINDS."""
    return tuple(Counter(terms(text)) for terms in KINDS.values())
