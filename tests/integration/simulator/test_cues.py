"""Callbacks, and webhooks on cue."""

import re
import time

import pytest

from simulator import Simulator
from simulator.webhooks.callback import Callback
from tests.integration.simulator.listener import Listener, eventually


async def test_a_callback_that_fails_the_handshake_is_refused(sim: Simulator, listener: Listener) -> None:
    """A wrong verify token, and nobody there."""
    with pytest.raises(ValueError, match="403"):
        await sim.set_callback(Callback(url=listener.url, verify_token="wrong"))
    with pytest.raises(ValueError, match="reached"):
        await sim.set_callback(Callback(url="http://127.0.0.1:1/hook"))


async def test_a_mix_arrives_as_one_body(sim: Simulator, listener: Listener) -> None:
    """All thousand of it, under 3 MB."""
    mix = sim.deliver_mix(1_000, malformed=1)

    await eventually(lambda: listener.bodies)
    assert await sim.settled()
    assert 1 == len(listener.bodies)
    assert len(listener.bodies[0]) < 3 * 1024 * 1024
    ids = {m["id"] for m in listener.messages if isinstance(m, dict) and "id" in m}
    assert set(mix.wamids) <= ids
    assert {w for w, _ in mix.statuses} == {s["id"] for s in listener.statuses}


async def test_history_arrives_whole(sim: Simulator, listener: Listener) -> None:
    """Five thousand messages in one update."""
    wamids = sim.deliver_history(messages=5_000, threads=40)

    await eventually(lambda: listener.changes)
    threads = listener.changes[0]["value"]["history"][0]["threads"]
    assert wamids == [m["id"] for t in threads for m in t["messages"]]


async def test_other_fields_tests_and_errors_arrive(sim: Simulator, listener: Listener) -> None:
    """Also fields that nobody has heard of."""
    sim.deliver_field("account_update")
    sim.deliver_field("quantum_update", {"spin": "up"})
    sim.deliver_test()
    sim.deliver_errors(131000)
    sim.decline_history()

    await eventually(lambda: len(listener.changes) == 5)
    assert {"account_update", "quantum_update", "messages", "history"} == {c["field"] for c in listener.changes}


async def test_the_callback_is_given_up(sim: Simulator, listener: Listener) -> None:
    """Once; a callback nobody has set cannot be removed."""
    assert await sim.remove_callback("default")
    assert not await sim.remove_callback("default")
    assert [] == sim.parts.deliverer.callbacks


async def test_no_webhook_comes_from_the_future_unless_it_is_asked_for(sim: Simulator, listener: Listener) -> None:
    """After the clock was wound: messages, echoes and account fields, by real time or by the wound one."""
    sim.wind(25)
    for webhook_time in ("real", "wound"):
        sim.tune(webhook_time=webhook_time)
        sim.write("maria")
        sim.echo("maria")
        sim.deliver_field("account_settings_update")

    await eventually(lambda: len(listener.changes) == 6)
    found = [int(at) for body in listener.bodies for at in re.findall(rb'"timestamp":"(\d+)"', body)]
    ahead = [round((at - time.time()) / 3600) for at in found]
    assert [0, 0, 0, 25, 25, 25] == sorted(ahead)
