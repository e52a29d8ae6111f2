"""What happened."""

import asyncio

from simulator.ledger import Ledger
from tests.real.waiting import S_MAX


def a_ledger(length_max: int = 100) -> Ledger:
    """A ledger where it is always noon."""
    return Ledger(length_max, lambda: 12.0)


def test_records_are_kept_by_kind_and_in_order() -> None:
    """Each kind apart, every kind together, all numbered."""
    ledger = a_ledger()
    ledger.add("inbound", wamid="a")
    ledger.add("status", wamid="b")
    ledger.add("inbound", wamid="c")

    assert ["a", "c"] == [r["wamid"] for r in ledger.records("inbound")]
    assert ["b", "c"] == [r["wamid"] for r in ledger.recent(since=1)]
    assert ["c"] == [r["wamid"] for r in ledger.records("inbound", since=1)]


def test_the_oldest_records_go_but_the_totals_stay() -> None:
    """A bound on memory is no bound on counting."""
    ledger = a_ledger(length_max=3)
    for n in range(10):
        ledger.add("note", n=n)

    assert [7, 8, 9] == [r["n"] for r in ledger.records("note")]
    assert 10 == ledger.totals["note"]


def test_a_click_that_was_sent_twice_is_named() -> None:
    """The summary names what reached Graph more than once, and nothing else."""
    ledger = a_ledger()
    for token in ("x", "y", "y", None, None):
        ledger.count_accepted(token)

    assert {"y": 2} == ledger.summary()["doubled"]


async def test_a_watcher_is_woken() -> None:
    """Waiting ends with the next record, long before the time is over."""
    ledger = a_ledger()
    watching = asyncio.create_task(ledger.changed(since=0, timeout_s=10 * S_MAX))
    await asyncio.sleep(0)
    ledger.add("note")

    await asyncio.wait_for(watching, S_MAX)


async def test_a_watcher_gives_up_when_nothing_happens() -> None:
    """The wait has an end."""
    await asyncio.wait_for(a_ledger().changed(since=0, timeout_s=0.01), S_MAX)


def test_clearing_never_goes_back_in_sequence() -> None:
    """A watcher's position stays good."""
    ledger = a_ledger()
    ledger.add("note")
    ledger.clear()

    assert 2 == ledger.add("note")["seq"]
    assert 1 == ledger.totals["note"]
