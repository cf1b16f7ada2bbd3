"""Slips of the finger in an address: the domain that was meant, and two spellings of one mailbox."""

from collections.abc import Callable
from functools import cache, lru_cache
from itertools import groupby

from triage.contact import domain_of, domains, providers

# RFC 5321 4.5.3.1. Anything longer is no address, and would only cost time.
LONGEST = 254
LONGEST_LOCAL = 64

# A letter and those beside it on a phone's keyboard: what a thumb hits instead.
ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm.")

# What one slip costs: a slip of the thumb, against a letter that nobody hits by accident.
SLIP, NO_SLIP = 1, 3

# Slips believed in the name of a domain, by its length: one in "gmail", two in "hotmail".
LONG_NAME = 6
# Names of fewer letters are too close to other people's for one letter to mean anything.
SHORT_NAME, TWO_EDITS_FROM = 5, 9


@cache
def known_domains() -> frozenset[str]:
    """Domains that are right as they stand."""
    named = (domain for entry in providers().values() for domain in entry.get("domains", ()))
    return frozenset([*named, *domains()["known"], *domains()["meant"]])


def is_known(domain: str) -> bool:
    return domain in known_domains()


def suggested_domain(address: str) -> str:
    """The domain that was probably meant, e.g. "gmail.com" for gmial.com, or "".

    Never for a domain that is real and known, nor for one under an ending that only organisations get. The
    answer is always one of our own list, whatever was typed.
    """
    domain = domain_of(address) if len(address) <= LONGEST else ""
    return _suggested(domain) if domain and domain.isascii() else ""


@lru_cache(maxsize=4096)
def _suggested(domain: str) -> str:
    if is_known(domain):
        return ""
    if listed := _listed().get(domain):
        return listed
    if _is_protected(domain):
        return ""
    costs = {meant: _cost(domain, meant) for meant in domains()["meant"]}
    nearest = min(costs, key=costs.__getitem__)
    return nearest if costs[nearest] < NO_SLIP else ""


@cache
def _listed() -> dict[str, str]:
    return {slip: meant for meant, slips in domains()["misspelt"].items() for slip in slips}


def _is_protected(domain: str) -> bool:
    endings = domains()["endings"]
    # Not the company endings: yaho.co.id is a slip of yahoo.co.id.
    never = (ending for kind in ("campus", "school", "government") for ending in endings[kind])
    return any(domain.endswith(f".{ending}") for ending in never)


def _cost(domain: str, meant: str) -> int:
    """How far a typed domain is from the one meant; NO_SLIP or more is another domain."""
    # Every letter there, the dot forgotten, moved or a comma; or nothing after the name at all.
    if _letters(domain) == _letters(meant) or domain == meant.partition(".")[0]:
        return 0
    name, _dot, ending = domain.replace(",", ".").partition(".")
    meant_name, _dot, meant_ending = meant.partition(".")
    in_name = _name_cost(name, meant_name)
    in_ending = slips(ending, meant_ending, limit=SLIP)
    if in_name > (SLIP if len(meant_name) < LONG_NAME else 2 * SLIP) or in_ending > SLIP:
        return NO_SLIP
    return in_name + in_ending


def _letters(domain: str) -> str:
    return domain.replace(".", "").replace(",", "")


def _name_cost(name: str, meant: str) -> int:
    # One key held too long, or pressed once too little: gmaiiil, yaho.
    if name != meant and _once(name) == _once(meant):
        return SLIP
    # A first letter is looked at while it is typed; without it, mail.com would be a slip of gmail.com.
    if name[:1] != meant[:1] and name[:2] != meant[1::-1] and name[1:] != meant:
        return NO_SLIP
    return slips(name, meant, limit=2 * SLIP)


def _once(name: str) -> str:
    return "".join(letter for letter, _run in groupby(name))


def is_near_miss(one: str, other: str) -> bool:
    """Whether two addresses are two spellings of what was meant to be one mailbox.

    Gmail's dots and plus parts make no difference (then it is the same mailbox, and no miss). Numbered
    siblings, budi1@ and budi2@, are two mailboxes of one person; so are budi@gmail.com and budi@ymail.com.
    """
    if max(len(one), len(other)) > LONGEST:
        return False
    (local, domain), (other_local, other_domain) = _parts(one), _parts(other)
    if not (local and other_local) or (local, domain) == (other_local, other_domain):
        return False
    if domain == other_domain:
        return _is_near_local(local, other_local)
    return local == other_local and _is_near_domain(domain, other_domain)


def _parts(address: str) -> tuple[str, str]:
    """Local part and domain of the mailbox that an address reaches; ("", "") for no address."""
    domain = domain_of(address)
    local = address.strip().lower().rpartition("@")[0].partition("+")[0] if domain else ""
    if domain in providers()["gmail"]["domains"]:
        return local.replace(".", ""), "gmail.com"
    return local, domain


def _is_near_local(one: str, other: str) -> bool:
    shorter, longer = sorted((len(one), len(other)))
    if shorter < SHORT_NAME or longer > LONGEST_LOCAL:
        return False
    if one.rstrip("0123456789") == other.rstrip("0123456789"):
        return False
    limit = 2 if shorter >= TWO_EDITS_FROM else 1
    return edits(one, other, limit=limit) <= limit


def _is_near_domain(one: str, other: str) -> bool:
    if suggested_domain(f"x@{one}") == other or suggested_domain(f"x@{other}") == one:
        return True
    if (is_known(one) and is_known(other)) or (_is_protected(one) and _is_protected(other)):
        return False
    shorter = min(len(domain.partition(".")[0]) for domain in (one, other))
    limit = 2 if shorter >= TWO_EDITS_FROM else 1
    return shorter > SHORT_NAME and edits(one, other, limit=limit) <= limit


def edits(one: str, other: str, *, limit: int) -> int:
    """Letters left out, added, changed or swapped between two words; more than `limit` counts no further."""
    return _distance(one, other, limit=limit, is_slip=lambda typed, beside: True)


def slips(typed: str, meant: str, *, limit: int) -> int:
    """The same, but a letter that stands for none near it on the keyboard costs NO_SLIP."""
    return _distance(typed, meant, limit=limit, is_slip=lambda letter, beside: letter in _beside(beside))


def _distance(typed: str, meant: str, *, limit: int, is_slip: Callable[[str, str], bool]) -> int:
    """Damerau-Levenshtein distance with each letter moved once at most (optimal string alignment)."""
    if abs(len(typed) - len(meant)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(meant) + 1))
    for i, letter in enumerate(typed, start=1):
        before_that, before, row = before, row, [i]
        for j, wanted in enumerate(meant, start=1):
            near = meant[max(j - 2, 0) : j + 1]
            added = SLIP if any(is_slip(letter, each) for each in near) else NO_SLIP
            changed = 0 if letter == wanted else SLIP if is_slip(letter, wanted) else NO_SLIP
            cost = min(before[j] + added, row[j - 1] + SLIP, before[j - 1] + changed)
            if i > 1 and j > 1 and letter == meant[j - 2] and typed[i - 2] == wanted != letter:
                cost = min(cost, before_that[j - 2] + SLIP)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


@cache
def _beside(letter: str) -> frozenset[str]:
    """The letter itself and its neighbours: left, right, and the two above and below."""
    found = {letter}
    for number, row in enumerate(ROWS):
        place = row.find(letter)
        if place < 0:
            continue
        found.update(row[max(place - 1, 0) : place + 2])
        # Each row stands half a key further right than the one above it.
        if number > 0:
            found.update(ROWS[number - 1][place : place + 2])
        if number < len(ROWS) - 1:
            found.update(ROWS[number + 1][max(place - 1, 0) : place + 1])
    return frozenset(found)
