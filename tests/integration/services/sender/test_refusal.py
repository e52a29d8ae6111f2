"""Sends that cannot go because of their number."""

from typing import Any

import pytest
from pydantic import SecretStr

from services.sender import parking
from services.sender.refusal import CHANGED_S, FULL_S, sendable
from shared.broker import Retry
from shared.contract.ids import NumberId, WorkspaceId, tag
from shared.erased_sends import ErasedSends
from shared.registry import NumberRecord
from tests.integration.services.sender.rig import Rig
from tests.real.waiting import until


async def test_a_full_parking_leaves_the_rest_in_the_broker(sender_rig: Rig) -> None:
    """Nothing is dropped and nothing fails: who finds no room waits there, and holds its lane."""
    rig, message = sender_rig, sender_rig.message("no room")
    rig.simulator.refuse(190, number_id=rig.number_id)
    full = {f"m{n}": float(n) for n in range(parking.PARKED_MAX)}
    await rig.ground.redis.zadd(f"{tag(rig.workspace_id, rig.number_id)}:send:parked", full)
    async with rig.hands() as hand:
        with pytest.raises(Retry) as retry:
            await hand(message)
    assert FULL_S == retry.value.after_s
    await until(rig.refusals)
    assert [] == rig.of(message)


async def test_a_refusal_of_credentials_that_were_replaced_meanwhile_blames_nobody(sender_rig: Rig) -> None:
    """The token was renewed during the call: the number is not shown as refused, and the message goes with the new."""
    rig, message = sender_rig, sender_rig.message("renewed")
    async with rig.hands() as hand:
        await hand(rig.message("before", lane="bob", address={"to": "+4915187654321"}))
        rig.simulator.refuse(190, number_id=rig.number_id)
        # This process remembers version 1 for a moment.
        await rig.connect(2)
        with pytest.raises(Retry) as retry:
            await hand(message)
        assert CHANGED_S == retry.value.after_s
        rig.simulator.allow(number_id=rig.number_id)
        await hand(message)
    await rig.until_ended(message)
    assert ([], ["before", "renewed"]) == (rig.refusals(), rig.received())


async def test_what_was_asked_before_its_number_was_erased_is_never_sent(sender_rig: Rig) -> None:
    """Neither while the number is not there, nor when it is connected anew; and nothing of it waits."""
    rig, before = sender_rig, sender_rig.message("before")
    ids = (rig.workspace_id, rig.number_id)
    await ErasedSends(rig.ground.redis, *ids).mark_all(before.at_ms)
    await rig.ground.registry.forget_number(*ids)
    async with rig.hands() as hand:
        await hand(before)
    assert 0 == await rig.ground.redis.exists(f"{tag(*ids)}:send:parked")
    await rig.connect(1)
    record = await rig.ground.registry.number(*ids, fresh=True)
    assert record is not None
    await rig.ground.registry.save_number(record.model_copy(update={"erased_ms": before.at_ms}))
    after = rig.message("after", at_ms=before.at_ms + 1)
    async with rig.hands() as hand:
        await hand(before)
        await hand(after)
    await rig.until_ended(after)
    assert (["after"], []) == (rig.received(), rig.of(before))


@pytest.mark.parametrize(
    ("given", "expected"),
    [({}, True), ({"connected": False}, False), ({"enabled": False}, False), ({"access_token": None}, False)],
)
def test_only_a_connected_number_with_a_token_can_send(given: dict[str, Any], expected: bool) -> None:
    """Disconnected, switched off or without a token: nothing can be sent."""
    able = NumberRecord(
        workspace_id=WorkspaceId("w"), number_id=NumberId("n"), connected=True, access_token=SecretStr("EAA")
    )
    assert expected == sendable(able.model_copy(update=given))
    assert not sendable(None)
