"""What is a sign of a message that chat state does not hold, and that it goes when the message comes."""

from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api import gaps
from services.api.gaps import Sign
from services.api.projection import Fact
from shared.contract.status import Status
from tests import scenario
from tests.memory import Memory
from tests.telling import OURS, accepted, asked, came, echoed, edited, failed, reacted, reported, revoked, uncertain

SENT = Status.SENT


def signs(*batches: list[Fact]) -> dict[str, Sign]:
    """What is missing after these, each with its sign."""
    memory = Memory()
    for batch in batches:
        memory.project(batch)
    found = {name: gaps.sign(early) for name, early in memory.state.early.items()}
    assert memory.signs == {name: one for name, one in found.items() if one}
    return memory.signs


CASES: list[tuple[str, list[Fact], dict[str, Any]]] = [
    ("nothing", [came()], {}),
    ("a status of another app's message", [reported(SENT, wamid="out")], {"out": "elsewhere"}),
    ("a status with what may be our id", [reported(SENT, message_id=OURS)], {"out": "claimed"}),
    ("our sender tells of what nobody asked for", [accepted("out")], {OURS: "ours"}),
    ("our sender, and its status", [accepted("out"), reported(SENT, message_id=OURS)], {OURS: "ours"}),
    ("our sender failed", [failed()], {OURS: "ours"}),
    ("our sender does not know", [uncertain()], {OURS: "ours"}),
    ("a reply to what never came", [came("b", quoting="a")], {"a": "quoted"}),
    ("imported history quotes what is older", [came("b", quoting="a", history=True)], {}),
    ("both a live reply and an imported one", [came("b", quoting="a", history=True), came("c", quoting="a")],
     {"a": "quoted"}),
    ("a reply to what another app sent", [came("b", quoting="out"), reported(SENT)], {"out": "elsewhere"}),
    ("a reaction", [reacted("a", "👍")], {"a": "named"}),
    ("an edit and a deletion", [edited("a", "x"), revoked("b")], {"a": "named", "b": "named"}),
    ("the message of a status", [asked(), accepted("out"), reported(SENT, message_id=OURS)], {}),
    ("the message of a status, its answer lost", [asked(), reported(SENT, message_id=OURS)], {}),
    ("the echo of a status", [reported(SENT), echoed("out")], {}),
    ("the quoted message", [came("b", quoting="a"), came("a")], {}),
    ("what a reaction, an edit and a deletion are about",
     [reacted("a", "👍"), edited("a", "x"), revoked("b"), came("a"), came("b")], {}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "facts", "expected"), CASES)
def test_each_sign_is_told_from_the_others(what: str, facts: list[Fact], expected: dict[str, Sign]) -> None:
    """In whichever order it is told, once or twice, together or one by one."""
    for order in permutations(facts):
        assert expected == signs(list(order)), what
        assert expected == signs(*([fact] for fact in [*order, *order])), what


@given(scenario.facts, st.integers(0, 2**32))
def test_any_order_and_any_repeats_miss_the_same(facts: list[Fact], seed: int) -> None:
    """And whatever has a row is missing in none of them."""
    assert signs(facts) == signs(*([fact] for fact in scenario.disordered(facts, Random(seed))))
