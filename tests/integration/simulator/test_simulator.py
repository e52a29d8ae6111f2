"""The simulator as a whole."""

import asyncio

import aiohttp
import pytest
from yarl import URL

from simulator import Settings, Simulator
from tests.integration.simulator.caller import Caller
from tests.integration.simulator.listener import SECRET, Listener, eventually


async def test_the_same_seed_lives_the_same_life(listener: Listener) -> None:
    """Ids are the same in two runs."""
    lives = []
    for _ in range(2):
        async with Simulator(Settings(port=0, seed=42)).running() as sim:
            lives.append([sim.write("maria"), sim.write("tunde")])

    assert lives[0] == lives[1]


async def test_the_callback_of_the_settings_is_verified_when_it_comes_up() -> None:
    """The product may start after its Meta."""
    listener = Listener()
    async with listener.listening():
        url = listener.url
    settings = Settings(port=0, callback_url=url, verify_token=listener.verify_token, app_secret=SECRET)
    async with Simulator(settings).running() as sim:
        wamid = sim.write("maria")
        await asyncio.sleep(0.1)
        assert [] == sim.parts.deliverer.callbacks
        async with listener.listening(port=URL(url).port):
            await eventually(lambda: listener.messages)
            assert wamid == listener.messages[0]["id"]
            assert listener.signed()


async def test_reset_begins_again_but_keeps_the_callback(sim: Simulator, caller: Caller, listener: Listener) -> None:
    """Messages, faults and winding are gone; webhooks still arrive; ids go on."""
    before = sim.write("maria")
    sim.wind(5)
    sim.refuse()
    await sim.reset()

    assert 0 == sim.ledger.totals["inbound"]
    assert 0 == sim.parts.clock.offset_s
    assert 131047 == (await caller.send("+34600555101")).error
    listener.bodies.clear()
    after = sim.write("maria")
    await eventually(lambda: listener.messages)
    assert before != after == listener.messages[0]["id"]


async def test_connections_can_be_refused_for_a_while(sim: Simulator, caller: Caller) -> None:
    """Really refused; afterwards everything is as before, on the same port."""
    sim.write("maria")
    sim.refuse_connections(for_s=0.3)
    await asyncio.sleep(0.05)
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.ClientConnectorError):
            await http.get(f"{sim.url}/livez")

    await asyncio.sleep(0.4)
    assert (await caller.send("+34600555101")).error is None


async def test_stopping_leaves_nothing_running(listener: Listener) -> None:
    """In the middle of scripts, traffic and retries."""
    before = asyncio.all_tasks()
    async with Simulator(Settings(port=0, callback_url=listener.url, handshake_for_s=0)).running() as sim:
        listener.answers = [500] * 50
        sim.stream(per_s=100, for_s=60)
        sim.play()
        await asyncio.sleep(0.2)

    await asyncio.sleep(0)
    assert asyncio.all_tasks() <= before
