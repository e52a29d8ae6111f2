"""Faults, tokens, clock and dials by HTTP."""

import asyncio

import aiohttp
import pytest

from simulator import Simulator
from tests.integration.simulator.caller import Caller


async def test_faults_come_and_go(caller: Caller) -> None:
    """Added, listed, met, lifted."""
    added = (await caller.admin("POST", "/faults", {"kind": "error", "code": 131016, "times": 5})).body
    assert [added] == (await caller.admin("GET", "/faults")).body["faults"]
    assert 131016 == (await caller.send("+34600555101")).error
    assert 204 == (await caller.admin("DELETE", f"/faults/{added['id']}")).code
    assert 404 == (await caller.admin("DELETE", f"/faults/{added['id']}")).code
    assert 204 == (await caller.admin("DELETE", "/faults")).code
    assert 131047 == (await caller.send("+34600555101")).error


async def test_tokens_are_refused_accepted_and_added(caller: Caller) -> None:
    """Without a body it is the token of the settings."""
    await caller.admin("POST", "/tokens/refuse", {})
    assert 190 == (await caller.send("+34600555101")).error
    await caller.admin("POST", "/tokens", {"token": "new", "number_ids": ["106540352242922"]})
    caller.token = "new"
    assert 131047 == (await caller.send("+34600555101")).error
    await caller.admin("POST", "/tokens/refuse", {"number_id": "106540352242922", "code": 10})
    assert 10 == (await caller.send("+34600555101")).error
    await caller.admin("POST", "/tokens/accept", {"number_id": "106540352242922"})
    assert 131047 == (await caller.send("+34600555101")).error


async def test_numbers_are_added(caller: Caller) -> None:
    """To the account there is, or another."""
    assert 200 == (await caller.admin("POST", "/numbers", {"id": "777", "display_number": "15550002222"})).code
    assert ["102290129340398"] * 2 == [n["account_id"] for n in (await caller.admin("GET", "/numbers")).body["numbers"]]
    assert "+15550002222" == (await caller.call("GET", "/777")).body["display_phone_number"]


async def test_the_clock_is_wound(caller: Caller) -> None:
    """And says so."""
    assert 3600 == (await caller.admin("POST", "/clock/wind", {"hours": 1})).body["offset_s"]
    assert 422 == (await caller.admin("POST", "/clock/wind", {"hours": -1})).code
    assert 3600 == (await caller.admin("GET", "/clock")).body["offset_s"]


async def test_dials_are_turned(caller: Caller) -> None:
    """Single ones or a profile; nonsense turns nothing."""
    assert 3 == (await caller.admin("PATCH", "/tuning", {"speed": 3})).body["speed"]
    assert 422 == (await caller.admin("PATCH", "/tuning", {"sped": 3})).code
    assert 422 == (await caller.admin("PATCH", "/tuning", [])).code
    assert 1_000 == (await caller.admin("PATCH", "/tuning", {"profile": "top_tier"})).body["throughput_per_s"]
    assert 20 == (await caller.admin("GET", "/tuning")).body["speed"]


async def test_it_can_be_paused_resumed_and_reset(sim: Simulator, caller: Caller) -> None:
    """By a person with curl."""
    for lever in ("pause", "resume", "reset"):
        assert 204 == (await caller.admin("POST", f"/{lever}")).code
    assert not sim.parts.deliverer.paused
    await caller.admin("POST", "/pause?only=scripts")
    assert not sim.parts.deliverer.paused
    await caller.admin("POST", "/pause?only=webhooks")
    assert sim.parts.deliverer.paused
    assert 422 == (await caller.admin("POST", "/pause?only=coffee")).code


async def test_it_can_go_away_for_a_while(sim: Simulator, caller: Caller) -> None:
    """The call itself is answered first."""
    assert 202 == (await caller.admin("POST", "/absence", {"for_s": 0.3})).code
    await asyncio.sleep(0.2)
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.ClientConnectorError):
            await http.get(f"{sim.url}/livez")
    await asyncio.sleep(0.4)
    assert 200 == (await caller.admin("GET", "")).code
