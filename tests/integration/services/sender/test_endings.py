"""Ends without a call."""

import pytest

from services.sender.endings import Endings
from shared.broker import Retry
from shared.broker.groupcommit import GroupCommit
from shared.contract.events import SendAccepted, SendFailed
from shared.process import now_ms
from shared.topology import EVENTS
from tests.integration.services.sender.rig import Rig
from tests.real.waiting import until


def endings(rig: Rig) -> Endings:
    """As a sender has them."""
    return Endings(rig.books(), GroupCommit(rig.broker, EVENTS), now_ms)


async def test_an_end_is_told_and_stays_the_end(sender_rig: Rig) -> None:
    """Given up twice, it has failed once; and its lane is free."""
    rig, message, after = sender_rig, sender_rig.message("m"), sender_rig.message("after")
    await rig.books().lanes.enter(message)
    await endings(rig).expired(message)
    await endings(rig).unsendable(message)
    await until(lambda: len(rig.of(message)) == 2)
    assert {"expired"} == {told.error.code for told in rig.of(message) if isinstance(told, SendFailed)}
    assert 0 == (await rig.books().lanes.enter(after)).ahead


async def test_an_accepted_message_is_never_told_to_have_expired(sender_rig: Rig) -> None:
    """Whoever comes late to give it up tells its acceptance again."""
    rig, message = sender_rig, sender_rig.message("m")
    async with rig.hands() as hand:
        await hand(message)
    await endings(rig).expired(message)
    await until(lambda: len(rig.of(message)) == 2)
    assert [SendAccepted, SendAccepted] == [type(told) for told in rig.of(message)]


async def test_what_is_being_called_is_not_given_up(sender_rig: Rig) -> None:
    """Its caller will tell; whoever wanted to end it comes again."""
    rig, message = sender_rig, sender_rig.message("m")
    await rig.books().claims.take(message)
    with pytest.raises(Retry):
        await endings(rig).expired(message)
    assert [] == rig.of(message)
