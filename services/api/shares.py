"""The facts of a batch, shared out: what is about one conversation stays together, the shares land beside each other.

While the store works on one share, the projection works on the next. What is told apart wrongly is merely stale, and
projected again. Pure.
"""

import zlib
from collections.abc import Sequence

from services.api.projection import Step, identifiers_of, references_of

COUNT = 3  # the store has one to read, one to write, and one is being projected
PARTS = 8  # of a number that others write to as well; each process is at as many of them as it has shares
LEAST = 64  # facts in a share: fewer are not worth a round trip of their own


def shares(facts: Sequence[Step]) -> list[list[Step]]:
    """Up to so many, of about one size, each in the order of the facts."""
    count = min(COUNT, len(facts) // LEAST)
    if count <= 1:
        return [list(facts)]
    groups = _groups(facts)
    sizes: dict[int, int] = {}
    for group in groups:
        sizes[group] = sizes.get(group, 0) + 1
    found: list[list[Step]] = [[] for _ in range(count)]
    loads, places = [0] * count, dict[int, int]()
    for group, size in sizes.items():
        places[group] = loads.index(min(loads))
        loads[places[group]] += size
    for fact, group in zip(facts, groups, strict=True):
        found[places[group]].append(fact)
    return [share for share in found if share]


def parts(facts: Sequence[Step]) -> list[tuple[int, list[Step]]]:
    """By a part of the number that every process knows a conversation to be in, as far as its names tell."""
    groups = _groups(facts)
    least: dict[int, str] = {}
    for fact, group in zip(facts, groups, strict=True):
        names = identifiers_of(fact) or references_of(fact)
        least[group] = min([*names, *([least[group]] if group in least else [])])
    found: dict[int, list[Step]] = {}
    for fact, group in zip(facts, groups, strict=True):
        found.setdefault(zlib.crc32(least[group].encode()) % PARTS, []).append(fact)
    return list(found.items())


def _groups(facts: Sequence[Step]) -> list[int]:
    """For each fact what it is bound to: facts that share a name, over however many others, have one number."""
    above = list(range(len(facts)))
    named: dict[str, int] = {}

    def root(place: int) -> int:
        while above[place] != place:
            above[place] = above[above[place]]
            place = above[place]
        return place

    for place, fact in enumerate(facts):
        for name in (*identifiers_of(fact), *references_of(fact)):
            first = named.setdefault(name, place)
            if first != place:
                above[root(place)] = root(first)
    return [root(place) for place in range(len(facts))]
