"""One callback's queue."""

import asyncio

from simulator import Simulator
from tests.integration.simulator.listener import Listener, eventually


async def test_anything_but_200_is_sent_again_with_the_same_bytes(sim: Simulator, listener: Listener) -> None:
    """202 too, with growing pauses, until it is 200."""
    listener.answers = [500, 202, 404]
    sim.write("maria")

    await eventually(lambda: len(listener.bodies) == 4)
    assert await sim.settled()
    assert 1 == len(set(listener.bodies))
    assert [1, 2, 3, 4] == [r["attempt"] for r in sim.ledger.records("delivery")]
    assert [500, 202, 404, 200] == [r["http_code"] for r in sim.ledger.records("delivery")]


async def test_a_callback_that_is_away_gets_everything_when_it_is_back(sim: Simulator, listener: Listener) -> None:
    """Connections refused count as no answer."""
    outbox = sim.parts.deliverer.outbox()
    right = outbox.callback
    outbox.callback = right.model_copy(update={"url": "http://127.0.0.1:1/hook"})
    wamids = {sim.write("maria") for _ in range(5)}
    await eventually(lambda: outbox.depth["resting"])
    outbox.callback = right

    await eventually(lambda: wamids == {m["id"] for m in listener.messages})


async def test_a_callback_that_hangs_is_given_up_and_asked_again(sim: Simulator, listener: Listener) -> None:
    """After the timeout."""
    sim.tune(webhook_timeout_s=0.1)
    listener.pause_s = 0.5
    sim.write("maria")
    await eventually(lambda: [r for r in sim.ledger.records("delivery") if r["http_code"] is None])
    listener.pause_s = 0.0

    assert await sim.settled()


async def test_posts_side_by_side_are_bounded_and_the_rest_gathers(sim: Simulator, listener: Listener) -> None:
    """Three at a time; what waits goes out together."""
    sim.tune(concurrency=3, batch_max=100)
    listener.pause_s = 0.05
    wamids = {sim.write("maria") for _ in range(103)}

    await eventually(lambda: wamids == {m["id"] for m in listener.messages})
    assert 3 == listener.in_flight_most
    assert 4 == len(listener.bodies)


async def test_a_batch_waits_for_company_when_told(sim: Simulator, listener: Listener) -> None:
    """All in one body after the wait."""
    sim.tune(batch_wait_s=2.0)
    for _ in range(5):
        sim.write("maria")
        await asyncio.sleep(0.01)

    await eventually(lambda: len(listener.messages) == 5)
    assert 1 == len(listener.bodies)


async def test_a_full_queue_drops_the_oldest_and_says_so(sim: Simulator) -> None:
    """Counted, never silently."""
    outbox = sim.parts.deliverer.outbox()
    sim.pause()
    for _ in range(sim.settings.backlog_posts_max + 5):
        outbox.put_body(b"{}", 1)

    assert 5 == outbox.dropped
    assert [r for r in sim.ledger.records("note") if r["what"] == "webhooks.dropped"]


async def test_what_nobody_wants_is_given_up(sim: Simulator, listener: Listener) -> None:
    """After seven days; here sooner."""
    sim.tune(retry_for_s=0.2)
    listener.answers = [500] * 1_000
    sim.write("maria")

    assert await sim.settled()
    assert 1 == sim.parts.deliverer.outbox().dropped


async def test_a_long_pause_can_be_cut_short(sim: Simulator, listener: Listener) -> None:
    """Nobody waits an hour in a test."""
    sim.tune(retry_delay_s=3600)
    listener.answers = [500]
    sim.write("maria")
    await eventually(lambda: sim.parts.deliverer.outbox().depth["resting"])
    sim.parts.deliverer.hurry()

    assert await sim.settled()
