"""What the load generator promises, against servers of which it is known what they do."""

import asyncio
import time

import pytest

from bench.generator import Generator
from bench.histogram import Histogram
from bench.load import Load, Told
from tests.integration.bench.answering import BUSY, OK, serving


async def run(load: Load) -> Told:
    """The load, in this process."""
    generator = Generator(load)
    await generator.open()
    await generator.run()
    return generator.told()


async def test_every_request_is_asked_once_and_answered() -> None:
    """As fast as answers come, over a few connections."""
    asked = set()

    def answer(place: int) -> tuple[float, bytes]:
        asked.add(place)
        return 0, OK

    async with serving(answer) as port:
        told = await run(Load(port=port, path="/", first=5, count=200, connections=8))

    assert set(range(200)) == asked
    assert (200, [], {200: 200}) == (told.answered, told.refused, told.codes)


async def test_what_was_refused_is_named_and_not_counted() -> None:
    """Neither in the rate nor in the times."""
    async with serving(lambda place: (0, BUSY if place == 3 else OK)) as port:
        told = await run(Load(port=port, path="/", first=100, count=10, connections=1))

    assert (9, [103]) == (told.answered, told.refused)
    assert 9 == Histogram.from_json(told.latency).count


async def test_a_pause_of_the_server_is_in_the_times_of_all_who_came_meanwhile() -> None:
    """One answer takes half a second: requests that were due in it count from when they were due."""
    async with serving(lambda place: (0.5 if place == 10 else 0, OK)) as port:
        told = await run(Load(port=port, path="/", first=0, count=100, connections=1, per_s=100))
    latency = Histogram.from_json(told.latency)

    assert latency.quantile_ms(1.0) >= 500
    # About 50 requests were due in that half second, so a quarter of all waited half of it or longer.
    assert latency.quantile_ms(0.85) >= 200


async def test_requests_do_not_wait_for_one_another_where_there_are_connections() -> None:
    """The same pause, with others free: it is one request's own."""
    async with serving(lambda place: (0.5 if place == 10 else 0, OK)) as port:
        told = await run(Load(port=port, path="/", first=0, count=100, connections=50, per_s=100))

    assert Histogram.from_json(told.latency).quantile_ms(0.9) < 400


async def test_a_pace_is_kept_whatever_the_answers_do() -> None:
    """It is neither faster nor slower than asked."""
    async with serving(lambda _: (0.05, OK)) as port:
        told = await run(Load(port=port, path="/", first=0, count=300, connections=60, per_s=300, seed=4))

    assert pytest.approx(1.0, abs=0.35) == told.took_s


async def test_a_server_that_goes_away_ends_the_run() -> None:
    """What it has not answered is refused."""
    async with serving(lambda place: (0 if place < 5 else 60, OK)) as port:
        told = await run(Load(port=port, path="/", first=0, count=10, connections=2, answer_s_max=0.5))

    assert 5 == told.answered


async def test_a_slow_server_is_waited_for_while_it_answers() -> None:
    """Patience counts from the last answer: a round that takes longer than that is slow, and not refused."""
    async with serving(lambda _: (0.8, OK)) as port:
        told = await run(Load(port=port, path="/", first=0, count=4, connections=1, answer_s_max=2.5))

    assert 4 == told.answered


async def test_what_is_not_asked_when_it_is_stopped_never_is() -> None:
    """What was asked is answered; as many are told to be due as were asked."""
    asked = 0

    def answer(_: int) -> tuple[float, bytes]:
        nonlocal asked
        asked += 1
        return 0, OK

    async with serving(answer) as port:
        generator = Generator(Load(port=port, path="/", first=0, count=100_000, connections=4, per_s=200))
        await generator.open()
        running = asyncio.create_task(generator.run())
        until_s = time.monotonic() + 30
        while generator.counts()[1] < 20 and time.monotonic() < until_s:  # noqa: ASYNC110 (it cannot say when)
            await asyncio.sleep(0.01)
        generator.stop()
        await running

    due, good, refused = generator.counts()
    assert asked >= 20
    assert (asked, asked, 0) == (due, good, refused)
