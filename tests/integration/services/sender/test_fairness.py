"""One number with very many sends, or one that is throttled, does not stand in another's way."""

import asyncio

import pytest

from shared.contract.commands import SendMessage
from shared.topology import SENDER
from simulator.faults import Fault
from tests.integration.services.sender.rig import Rig
from tests.real.waiting import until_answered

CROWD = 1000
TOGETHER = 100
# At 80 a second these are five seconds. Were the crowd's sends to wait in hand, it would be most of the crowd.
CALLS_MAX = 400
BEFORE_S_MAX = 60.0


def crowd(rig: Rig) -> list[SendMessage]:
    """Sends of one number, each to another customer."""
    return [rig.message(f"{n}", lane=f"lane {n}", address={"to": f"+49151{n:08}"}) for n in range(CROWD)]


async def asked(rig: Rig, *messages: SendMessage) -> None:
    """All of them, about as fast as the broker takes them."""
    for at in range(0, len(messages), TOGETHER):
        await asyncio.gather(*(rig.ask(message) for message in messages[at : at + TOGETHER]))


async def test_the_crowd_of_one_number_lets_another_through(sender_rig: Rig) -> None:
    """Both when the crowd was there before the sender, and when it waits for its slots while the sender runs."""
    rig = sender_rig
    await asked(rig, *crowd(rig))
    behind, later = await rig.elsewhere("behind the crowd"), await rig.elsewhere("while the crowd waits")
    await rig.ask(behind)
    async with rig.sending():
        await rig.until_ended(behind, s_max=BEFORE_S_MAX)
        assert len(rig.calls()) < CALLS_MAX

        # All of the crowd has been seen, and waits in the broker.
        await until_answered(lambda: rig.broker.backlog(SENDER.name), lambda left: left == 0, BEFORE_S_MAX)
        before = len(rig.calls())
        await rig.ask(later)
        await rig.until_ended(later, s_max=BEFORE_S_MAX)
        assert len(rig.calls()) - before < CALLS_MAX / 2


HELD_UP_CROWD = 400
HELD_UP = {
    "throttled": Fault(kind="error", code=130429),
    "slow": Fault(kind="delay", delay_s=1.5),
}


@pytest.mark.parametrize("how", HELD_UP)
async def test_a_number_that_graph_holds_up_does_not_hold_up_another(sender_rig: Rig, how: str) -> None:
    """Throttled, or answered only after seconds: its sends wait or fill its share, and the other's goes out at once."""
    rig = sender_rig
    rig.simulator.add_fault(HELD_UP[how].model_copy(update={"number_id": rig.number_id}))
    async with rig.sending(sends_per_s=1000, sends_in_hand_max=64):
        await asked(rig, *crowd(rig)[:HELD_UP_CROWD])
        other = await rig.elsewhere("other")
        await rig.ask(other)
        await rig.until_ended(other, s_max=BEFORE_S_MAX)
        assert len(rig.accepted()) < HELD_UP_CROWD / 2
        rig.simulator.lift()
