"""One question for all who want to know the same at once, and none who is left waiting."""

import asyncio

import pytest

from shared.single_flight import SingleFlight


class Oracle:
    """Counts its questions, and answers when it is let."""

    def __init__(self) -> None:
        self.asked = 0
        self.answers = asyncio.Event()
        self.error: Exception | None = None

    async def ask(self) -> int:
        """How often it has been asked."""
        self.asked += 1
        told = self.asked
        await self.answers.wait()
        if self.error is not None:
            raise self.error
        return told


async def settle() -> None:
    """Let everything run that can."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_all_who_ask_meanwhile_get_one_answer_and_the_next_asks_anew() -> None:
    """A crowd costs one question, and its answer is nobody's later."""
    oracle, flights = Oracle(), SingleFlight[str, int]()
    crowd = [asyncio.create_task(flights.join("a", oracle.ask)) for _ in range(5)]
    await settle()
    assert "a" in flights
    oracle.answers.set()

    assert [1] * 5 == await asyncio.gather(*crowd)
    assert "a" not in flights
    assert 2 == await flights.join("a", oracle.ask)


async def test_keys_do_not_wait_for_each_other() -> None:
    """Another key is another question."""
    slow, quick, flights = Oracle(), Oracle(), SingleFlight[str, int]()
    waiting = asyncio.create_task(flights.join("slow", slow.ask))
    quick.answers.set()

    assert 1 == await flights.join("quick", quick.ask)
    assert not waiting.done()
    slow.answers.set()
    assert 1 == await waiting


async def test_who_asked_first_may_leave() -> None:
    """The others still get the answer."""
    oracle, flights = Oracle(), SingleFlight[str, int]()
    first = asyncio.create_task(flights.join("a", oracle.ask))
    await settle()
    other = asyncio.create_task(flights.join("a", oracle.ask))
    await settle()
    first.cancel()
    await settle()
    oracle.answers.set()

    assert 1 == await other
    assert first.cancelled()


async def test_an_error_is_everybodys_and_is_not_kept() -> None:
    """A question that failed is asked again by the next."""
    oracle, flights = Oracle(), SingleFlight[str, int]()
    oracle.error = ConnectionError()
    oracle.answers.set()
    with pytest.raises(ConnectionError):
        await flights.join("a", oracle.ask)
    oracle.error = None

    assert 2 == await flights.join("a", oracle.ask)


async def test_who_must_not_wait_for_an_older_question_forgets_it() -> None:
    """Its end does not take the newer one with it."""
    older, newer, flights = Oracle(), Oracle(), SingleFlight[str, int]()
    waiting = asyncio.create_task(flights.join("a", older.ask))
    await settle()
    flights.forget("a")
    begun = flights.begin("a", newer.ask)
    older.answers.set()
    await waiting
    await settle()

    assert "a" in flights
    assert begun is flights.begin("a", newer.ask)
    newer.answers.set()
    assert 1 == await begun


async def test_closing_leaves_nothing_running() -> None:
    """Nobody wants to know any more."""
    oracle, flights = Oracle(), SingleFlight[str, int]()
    begun = flights.begin("a", oracle.ask)
    await settle()
    await flights.close()

    assert begun.cancelled()
    assert "a" not in flights
