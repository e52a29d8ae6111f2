"""The memory of a moment: bounded, short, and never older than its own writes."""

import asyncio

import pytest

from shared.recent import Recent


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        """The time it shows."""
        return self.now_s


def test_a_value_is_forgotten_within_a_second_of_the_beginning_of_its_read() -> None:
    """Settings are in force everywhere within a second, however slow the read was."""
    clock = Clock()
    recent: Recent[str, int] = Recent(10, clock_s=clock)
    began_s = recent.now_s()
    clock.now_s += 0.5
    recent.keep("a", 1, began_s)

    assert 1 == recent.get("a")
    clock.now_s += 0.45
    assert recent.get("a") is None


def test_a_read_that_began_before_our_write_is_not_remembered() -> None:
    """What we wrote is seen at once, even when an older read comes back after the write."""
    clock = Clock()
    recent: Recent[str, int] = Recent(10, clock_s=clock)
    began_s = recent.now_s()
    clock.now_s += 0.1
    recent.drop("a")
    recent.keep("a", 1, began_s)

    assert recent.get("a") is None


def test_the_oldest_goes_when_it_is_full() -> None:
    """Nothing is unbounded."""
    recent: Recent[int, int] = Recent(3)
    for key in range(5):
        recent.keep(key, key, recent.now_s())

    assert [None, None, 2, 3, 4] == [recent.get(key) for key in range(5)]


class Store:
    """What is asked, and when it answers."""

    def __init__(self) -> None:
        self.asked = 0
        self.value: int | None = 1
        self.answers = asyncio.Event()

    async def ask(self) -> int | None:
        """The value as it was when it was asked for."""
        self.asked += 1
        found = self.value
        await self.answers.wait()
        return found


async def settle() -> None:
    """Let everything run that can."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_who_wants_the_same_at_once_waits_for_one_read() -> None:
    """A busy number costs the store one question, however many webhooks come meanwhile."""
    store, recent = Store(), Recent[str, int](10)
    reads = [asyncio.create_task(recent.read("a", store.ask)) for _ in range(5)]
    await settle()
    store.answers.set()

    assert [1] * 5 == await asyncio.gather(*reads)
    assert 1 == await recent.read("a", store.ask)
    assert 1 == store.asked


async def test_a_no_such_is_nobody_elses() -> None:
    """What was written after a read began is found by whoever comes after, although all wait for the same read."""
    store, recent = Store(), Recent[str, int](10)
    store.value = None
    first = asyncio.create_task(recent.read("a", store.ask))
    await settle()
    store.value = 2
    later = [asyncio.create_task(recent.read("a", store.ask)) for _ in range(3)]
    await settle()
    store.answers.set()

    assert [None, 2, 2, 2] == [await first, *await asyncio.gather(*later)]
    assert 2 == store.asked


async def test_a_failed_read_is_each_waiters_failure_and_not_remembered() -> None:
    """The next one asks again."""
    recent = Recent[str, int](10)

    async def fail() -> int:
        await asyncio.sleep(0)
        raise ConnectionError

    reads = [asyncio.create_task(recent.read("a", fail)) for _ in range(2)]
    for read in reads:
        with pytest.raises(ConnectionError):
            await read
    store = Store()
    store.answers.set()
    assert 1 == await recent.read("a", store.ask)


async def test_what_is_wanted_is_read_anew_before_it_is_forgotten() -> None:
    """Who cannot wait finds it at hand for as long as somebody comes, never older than a second."""
    clock, store = Clock(), Store()
    store.answers.set()
    recent: Recent[str, int] = Recent(10, clock_s=clock)
    assert recent.at_hand("a", store.ask) is None
    assert 1 == await recent.read("a", store.ask)
    clock.now_s += 0.4
    assert 1 == recent.at_hand("a", store.ask)
    await settle()
    assert 1 == store.asked

    store.value = 2
    clock.now_s += 0.1
    assert 1 == recent.at_hand("a", store.ask)
    assert 1 == recent.at_hand("a", store.ask)
    await settle()
    assert 2 == store.asked
    clock.now_s += 0.4
    assert 2 == recent.at_hand("a", store.ask)
    clock.now_s += 0.6
    assert recent.at_hand("a", store.ask) is None


async def test_nobody_waits_for_a_read_from_before_our_write() -> None:
    """What we wrote is seen at once, also by who comes while an older read is under way."""
    store, recent = Store(), Recent[str, int](10)
    before = asyncio.create_task(recent.read("a", store.ask))
    await settle()
    store.value = 2
    recent.drop("a")
    after = asyncio.create_task(recent.read("a", store.ask))
    await settle()
    store.answers.set()

    assert [1, 2] == [await before, await after]


def test_an_older_read_that_comes_late_replaces_nothing() -> None:
    """The store may answer in another order than it was asked."""
    clock = Clock()
    recent: Recent[str, int] = Recent(10, clock_s=clock)
    early_s = recent.now_s()
    clock.now_s += 0.1
    recent.keep("a", 2, recent.now_s())
    recent.keep("a", 1, early_s)

    assert 2 == recent.get("a")
