"""A number whose token is refused, and what happens once it has another."""

from typing import Any

import pytest

from shared.contract.events import SendAccepted, SendFailed
from shared.process import now_ms
from tests.integration.services.sender.rig import Rig
from tests.real.waiting import until

DAY_MS = 24 * 3600 * 1000


@pytest.mark.parametrize("code", [190, 131031, 131042, 10])
async def test_a_refused_number_parks_its_sends_and_lets_them_go_in_order(sender_rig: Rig, code: int) -> None:
    """Graph refuses the token or the account: nothing fails, the number says so, and new credentials free all of it."""
    rig = sender_rig
    rig.simulator.refuse(code, number_id=rig.number_id)
    messages = [rig.message(f"{n}") for n in range(5)]
    async with rig.sending():
        await rig.ask(*messages)
        await until(rig.refusals)
        assert {(1, code)} == {(told.credential_version, told.error.code) for told in rig.refusals()}
        rig.simulator.allow(number_id=rig.number_id)
        await rig.renew(2)
        await rig.until_ended(*messages)
    assert ["0", "1", "2", "3", "4"] == rig.received()
    assert [] == rig.ends(SendFailed)


async def test_a_refused_number_does_not_call_graph_again(sender_rig: Rig) -> None:
    """While the refused credentials are in force, later sends wait without asking."""
    rig = sender_rig
    rig.simulator.refuse(190, number_id=rig.number_id)
    first, later = rig.message("first"), [rig.message(f"{n}", lane=f"l{n}") for n in range(5)]
    async with rig.sending():
        await rig.ask(first)
        await until(rig.refusals)
        calls = len(rig.calls())
        await rig.ask(*later)
        # Another number's message shows that the queue has been read past them.
        other = await rig.elsewhere("other")
        await rig.ask(other)
        await rig.until_ended(other)
        assert calls == len(rig.calls())
        rig.simulator.allow(number_id=rig.number_id)
        await rig.renew(2)
        await rig.until_ended(first, *later)
    assert {"first", "0", "1", "2", "3", "4"} == set(rig.received())


async def test_a_new_token_that_is_no_better_parks_again(sender_rig: Rig) -> None:
    """The number is refused a second time, with the new version, and a third token still frees everything."""
    rig, message = sender_rig, sender_rig.message("patience")
    rig.simulator.refuse(190, number_id=rig.number_id)
    async with rig.sending():
        await rig.ask(message)
        await until(rig.refusals)
        await rig.renew(2)
        await until(lambda: {1, 2} == {told.credential_version for told in rig.refusals()})
        rig.simulator.allow(number_id=rig.number_id)
        await rig.renew(3)
        await rig.until_ended(message)
    assert (["patience"], [message.message_id]) == (rig.received(), rig.ends(SendAccepted))


@pytest.mark.parametrize("missing", [{"connected": False}, {"access_token": None}, {"enabled": False}])
async def test_a_number_that_cannot_send_parks_without_blame(sender_rig: Rig, missing: dict[str, Any]) -> None:
    """A disconnected or switched-off number's sends wait; once it can send they go, though no token was refused."""
    rig, message = sender_rig, sender_rig.message("later")
    await rig.connect(1, **missing)
    async with rig.sending():
        await rig.ask(message)
        after = await rig.elsewhere("other")
        await rig.ask(after)
        await rig.until_ended(after)
        assert ([], []) == (rig.calls(), rig.refusals())
        await rig.connect(1)
        await rig.until_ended(message)
    assert ["later"] == rig.received()


async def test_parked_sends_are_given_up_after_a_day(sender_rig: Rig) -> None:
    """Nobody renews the token: the messages fail as expired, and those that are younger wait on."""
    rig = sender_rig
    rig.simulator.refuse(190, number_id=rig.number_id)
    old = rig.message("old", at_ms=now_ms() - DAY_MS + 1500)
    young = rig.message("young", lane="bob")
    async with rig.sending():
        await rig.ask(old, young)
        await rig.until_ended(old)
        [told] = rig.of(old)
        assert isinstance(told, SendFailed)
        assert ("expired", []) == (told.error.code, rig.of(young))
        rig.simulator.allow(number_id=rig.number_id)
        await rig.renew(2)
        await rig.until_ended(young)
    assert ["young"] == rig.received()


async def test_what_was_parked_outlives_the_sender(sender_rig: Rig) -> None:
    """Parked, stopped, renewed while nobody sends: the next sender lets them go."""
    rig = sender_rig
    rig.simulator.refuse(190, number_id=rig.number_id)
    messages = [rig.message(f"{n}") for n in range(3)]
    async with rig.sending():
        await rig.ask(*messages)
        await until(rig.refusals)
    rig.simulator.allow(number_id=rig.number_id)
    await rig.connect(2)
    async with rig.sending():
        await rig.until_ended(*messages)
    assert ["0", "1", "2"] == rig.received()
