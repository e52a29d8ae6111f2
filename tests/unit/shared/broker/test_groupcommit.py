"""Group commit against a broker whose confirms the test gives by hand."""

import asyncio
from collections.abc import Sequence
from typing import cast

import pytest

from shared.broker import Broker, BrokerUnavailable
from shared.broker.groupcommit import GroupCommit, Limits
from shared.topology import EVENTS
from tests.real.waiting import S_MAX
from tests.unit.shared.broker.confirms import Confirms, settle


def grouped(confirms: Confirms, **limits: float) -> GroupCommit:
    """Group commit over this broker."""
    patient = {"late_s": S_MAX, "ahead_s": S_MAX, "answer_s_max": S_MAX, **limits}  # no test depends on its own speed
    return GroupCommit(cast("Broker", confirms), EVENTS, limits=Limits(**patient))  # type: ignore[arg-type]


def adding(group: GroupCommit, *lines: bytes) -> "asyncio.Task[None]":
    """An add that runs beside the test."""
    return asyncio.create_task(group.add(lines))


async def test_a_lone_line_leaves_at_once_and_is_answered_by_its_confirm() -> None:
    """No timer holds it back, and no answer comes before the confirm."""
    confirms = Confirms()
    add = adding(grouped(confirms), b"alone")
    await settle()
    assert [b"alone"] == confirms.bodies
    assert not add.done()

    confirms.confirm(0)
    await asyncio.wait_for(add, S_MAX)


async def test_what_comes_in_one_turn_of_the_loop_travels_together() -> None:
    """A burst costs one confirm."""
    confirms = Confirms()
    group = grouped(confirms)
    adds = [adding(group, b"%d" % number) for number in range(5)]
    await settle()

    assert [b"0\n1\n2\n3\n4"] == confirms.bodies
    confirms.confirm(0)
    await asyncio.wait_for(asyncio.gather(*adds), S_MAX)


async def test_lines_gather_while_confirms_are_in_flight_and_are_answered_together() -> None:
    """With the bound of publishes in flight the next ones wait, in order, and leave as one with the first confirm."""
    confirms = Confirms()
    group = grouped(confirms, in_flight_max=2)
    first = [await started(group, b"a"), await started(group, b"b")]
    gathered = [await started(group, b"%d" % number) for number in range(3)]
    assert [b"a", b"b"] == confirms.bodies

    confirms.confirm(1)
    await settle()
    assert [b"a", b"b", b"0\n1\n2"] == confirms.bodies
    assert [False, True] == [add.done() for add in first]
    assert not any(add.done() for add in gathered)

    confirms.confirm(2)
    await settle()
    assert all(add.done() and add.exception() is None for add in gathered)


async def test_one_add_may_take_several_messages_and_waits_for_all() -> None:
    """Lines are cut at the limits of lines and of bytes; a line larger than the limit goes alone."""
    confirms = Confirms()
    group = grouped(confirms, lines_max=3, bytes_max=20, in_flight_max=4)
    add = adding(group, b"1", b"2", b"3", b"4", b"x" * 100, b"y" * 15, b"z" * 15)
    await settle()
    assert [b"1\n2\n3", b"4", b"x" * 100, b"y" * 15] == confirms.bodies

    for which in range(4):
        confirms.confirm(which)
    await settle()
    assert b"z" * 15 == confirms.bodies[4]
    assert not add.done()
    confirms.confirm(4)
    await asyncio.wait_for(add, S_MAX)


async def test_a_failure_is_an_ordinary_error_for_each_waiter() -> None:
    """Whatever went wrong below, also a cancellation, whoever waits gets BrokerUnavailable."""
    errors: Sequence[BaseException] = (BrokerUnavailable("x"), asyncio.CancelledError(), TimeoutError())
    for error in errors:
        confirms = Confirms()
        group = grouped(confirms)
        adds = [adding(group, b"1"), adding(group, b"2")]
        await settle()
        confirms.fail(0, error)
        for add in adds:
            with pytest.raises(BrokerUnavailable):
                await asyncio.wait_for(add, S_MAX)


async def test_who_gathered_behind_a_failure_shares_it() -> None:
    """They have waited long enough: publishing for them would take them beyond their time."""
    confirms = Confirms()
    group = grouped(confirms, in_flight_max=1)
    first = await started(group, b"first")
    second = await started(group, b"second")
    confirms.fail(0, BrokerUnavailable("away"))
    for add in (first, second):
        with pytest.raises(BrokerUnavailable):
            await asyncio.wait_for(add, S_MAX)

    assert [b"first"] == confirms.bodies


async def test_behind_a_late_confirm_few_wait_and_others_are_refused_at_once() -> None:
    """The breaker: with the oldest publish unconfirmed for too long only so many wait behind it."""
    for limits in ({"late_lines_max": 2}, {"late_bytes_max": 14}):
        confirms = Confirms()
        group = grouped(confirms, late_s=0.05, in_flight_max=1, **limits)
        late = await started(group, b"late")
        await asyncio.sleep(0.06)
        behind = [await started(group, b"behind"), await started(group, b"behind")]
        with pytest.raises(BrokerUnavailable):
            await group.add([b"refused"])
        assert [b"late"] == confirms.bodies

        confirms.confirm(0)
        await settle()
        confirms.confirm(1)
        await asyncio.wait_for(asyncio.gather(late, *behind), S_MAX)
        again = await started(group, b"again")
        confirms.confirm(2)
        await asyncio.wait_for(again, S_MAX)
        assert [b"late", b"behind\nbehind", b"again"] == confirms.bodies


async def test_who_does_not_wait_is_told_once() -> None:
    """Of a confirm and of a failure, also where a webhook travels in several messages; and never from within."""
    for failure in (None, BrokerUnavailable("away")):
        confirms = Confirms()
        told: list[BrokerUnavailable | None] = []
        group = grouped(confirms, lines_max=1, in_flight_max=2)
        group.add_soon([b"a", b"b"], told.append)
        await settle()
        assert [] == told
        for which in range(2):
            if failure is None:
                confirms.confirm(which)
            else:
                confirms.fail(which, failure)
        await settle()
        assert [failure is None] == [each is None for each in told]


async def test_after_a_failure_one_message_probes_before_the_others_follow() -> None:
    """Half open: one publish at a time until one is confirmed, then as many as before."""
    confirms = Confirms()
    group = grouped(confirms, in_flight_max=4)
    failed = await started(group, b"failed")
    confirms.fail(0, BrokerUnavailable("away"))
    with pytest.raises(BrokerUnavailable):
        await failed

    adds = [await started(group, b"probe"), await started(group, b"next"), await started(group, b"next")]
    assert [b"failed", b"probe"] == confirms.bodies
    confirms.confirm(1)
    await settle()
    assert [b"failed", b"probe", b"next\nnext"] == confirms.bodies
    adds.append(await started(group, b"beside"))
    assert b"beside" == confirms.bodies[3]
    confirms.confirm(2)
    confirms.confirm(3)
    await asyncio.wait_for(asyncio.gather(*adds), S_MAX)


async def test_behind_the_message_that_probes_adds_are_refused_sooner() -> None:
    """What was just found silent is not waited for by many again."""
    confirms = Confirms()
    group = grouped(confirms, ahead_s=0.05)
    failing = await started(group, b"fails")
    confirms.fail(0, BrokerUnavailable("blocked"))
    with pytest.raises(BrokerUnavailable):
        await failing
    probing = await started(group, b"probes")
    await asyncio.sleep(0.1)
    with pytest.raises(BrokerUnavailable):
        await group.add([b"behind"])
    confirms.confirm(1)
    await probing
    slow = await started(group, b"slow")
    await asyncio.sleep(0.1)
    beside = await started(group, b"beside it")
    assert [b"fails", b"probes", b"slow", b"beside it"] == confirms.bodies
    confirms.confirm(2)
    confirms.confirm(3)
    await asyncio.gather(slow, beside)


async def test_an_answer_comes_in_time_also_from_a_silent_broker() -> None:
    """Whoever asked knows after the set time that it is not known."""
    add = adding(grouped(Confirms(), answer_s_max=0.05), b"1")
    with pytest.raises(BrokerUnavailable):
        await asyncio.wait_for(add, S_MAX)


async def test_the_buffer_is_bounded_in_lines_and_in_bytes() -> None:
    """Beyond it an add is refused at once, and those before it are not harmed."""
    for limits in ({"buffer_lines_max": 2}, {"buffer_bytes_max": 12}):
        confirms = Confirms()
        group = grouped(confirms, in_flight_max=1, **limits)
        adds = [await started(group, b"xxxx") for _ in range(3)]
        with pytest.raises(BrokerUnavailable):
            await group.add([b"xxxx"])

        confirms.confirm(0)
        await settle()
        confirms.confirm(1)
        await asyncio.wait_for(asyncio.gather(*adds), S_MAX)
        assert [b"xxxx", b"xxxx\nxxxx"] == confirms.bodies


async def test_who_gives_up_waiting_harms_nobody() -> None:
    """A cancelled add may still be published; its neighbours get their answer."""
    confirms = Confirms()
    group = grouped(confirms)
    gone, stays = adding(group, b"gone"), adding(group, b"stays")
    await settle()
    gone.cancel()
    await settle()
    confirms.confirm(0)
    await asyncio.wait_for(stays, S_MAX)
    assert gone.cancelled()


async def test_nothing_to_add_is_done_at_once() -> None:
    """An empty webhook publishes nothing."""
    confirms = Confirms()
    await grouped(confirms).add([])
    assert [] == confirms.bodies


async def started(group: GroupCommit, line: bytes) -> "asyncio.Task[None]":
    """An add of one line, in a turn of the loop of its own."""
    add = adding(group, line)
    await settle()
    return add
