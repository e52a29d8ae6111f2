"""The way of one message: not done yet, its number can send, its turn, its slot, and then an attempt."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from services.sender import request
from services.sender.alarm import Alarm
from services.sender.attempt import NOT_BEFORE, Attempts
from services.sender.books import Books
from services.sender.claims import Claim
from services.sender.endings import Endings
from services.sender.entrance import LOOK_S, Entrance
from services.sender.lanes import Position
from services.sender.refusal import Refusal, sendable
from services.sender.schedule import expired, follower_after_s
from services.sender.settings import SenderSettings
from services.sender.shares import Shares, Turns
from shared.broker import Delivery, Retry
from shared.contract.commands import RECALLED, REPEATED, SendMessage
from shared.contract.ids import MessageId, NumberId, WorkspaceId
from shared.registry import NumberRecord, Registry
from shared.vault import VaultError

WAIT_S_MAX = 1.5  # what waits longer waits in the broker
EARLY_S = 0.5  # and comes back so much before its slot, because a broker gives back late rather than early
FOLLOWERS_MAX = 8  # who stands further behind will not be there within that second
CROWDED_S = 0.25  # how long a number's clock stands still each time its share of this process is found full
AHEAD_S = 0.012  # so much before its slot it is woken to ask for it, and is told to go in a moment: within what is near
UNTOUCHED_S_MAX = 4.0  # followers of who waits no longer than this may look again each second
CROWD_S_MAX = 30.0  # one of a crowd waits in hand, which keeps the rest of the crowd where it is
CALL_S_MAX = 15.0  # a call older than this has nobody left who makes it: Graph's deadline is 10 s


class Sending:
    """Brings sends to their attempt; Retry carries those that have to wait."""

    def __init__(
        self,
        settings: SenderSettings,
        registry: Registry,
        books: Books,
        endings: Endings,
        refusal: Refusal,
        attempts: Attempts,
        shares: Shares,
        turns: Turns,
        stopping: asyncio.Event,
        now_ms: Callable[[], int],
    ) -> None:
        self._registry = registry
        self._books = books
        self._endings = endings
        self._refusal = refusal
        self._attempts = attempts
        self._shares = shares
        self._turns = turns
        self._entrance = Entrance(books, stopping, settings.sends_per_s)
        self._stopping = stopping
        self._alarm = Alarm(stopping)
        self._now_ms = now_ms
        self._in_hand: set[tuple[WorkspaceId, NumberId, MessageId]] = set()
        # A fast number may wait for its slots here only as long as its share can hold all who wait.
        self._slot_s_max = min(WAIT_S_MAX, 0.75 * settings.of_number_max / settings.sends_per_s)

    async def send(self, command: SendMessage, delivery: Delivery, *, in_crowd: bool = False) -> None:
        """Return when the message has ended or is parked; Retry when it has to come again.

        `in_crowd`: its number has very many, so that it waits in hand until there is room for it.
        """
        early_s = (int(delivery.headers.get(NOT_BEFORE, 0)) - self._now_ms()) / 1000
        if early_s > WAIT_S_MAX:
            raise Retry(early_s - EARLY_S)
        key = (command.workspace_id, command.number_id, command.message_id)
        if key in self._in_hand:
            # The same command twice, or a redelivery while its first handling goes on behind a lost connection.
            raise Retry(1.0)
        self._in_hand.add(key)
        try:
            await self._send(command, delivery, in_crowd=in_crowd)
        finally:
            self._in_hand.discard(key)

    async def _send(self, command: SendMessage, delivery: Delivery, *, in_crowd: bool) -> None:
        ids = (command.workspace_id, command.number_id)
        arrival = await (self._entrance.arrival(command) if in_crowd else self._books.arrive(command))
        position, claim = arrival.position, arrival.claim
        if arrival.is_erased:
            # Nobody is told what became of it: there is no such message any more.
            return await self._books.lanes.leave(command)
        if await self._has_ended(command, claim, delivery):
            return
        try:
            body = request.message(command)
        except request.CannotBeWritten:
            return await self._endings.unsendable(command)
        record = await self._record(command)
        if record is None or not sendable(record):
            version = await self._books.parking.current_version(*ids) if record is None else record.credential_version
            return await self._refusal.park(command, delivery.body, version, refused=False)
        if arrival.refused_version == record.credential_version:
            return await self._refusal.park(command, delivery.body, record.credential_version, refused=True)
        attempt = claim.attempt + 1 if claim else 1
        if not in_crowd and not self._shares.has_room(command.number_id):
            return await self._crowded(command, position, attempt)
        async with self._turns.taken(command.number_id) if in_crowd else self._shares.taken(command.number_id):
            if claim and claim.retry_in_s > 0:
                await asyncio.sleep(claim.retry_in_s)
            if in_crowd and position.ahead:
                position = await self._books.lanes.enter(command)  # it may have waited long for room
            await self._turn(command, position)
            due_s = await self._slot(command, attempt, in_crowd=in_crowd)
            if self._stopping.is_set():
                raise Retry(1.0)  # a call begun now might not end in time
            await self._attempts.make(command, delivery.body, body, record, due_s)

    async def _has_ended(self, command: SendMessage, claim: Claim | None, delivery: Delivery) -> bool:
        if claim is not None and claim.event:
            await self._endings.repeat(command, claim)
        elif claim is not None and claim.state == "calling":
            if not delivery.redelivered and claim.age_s < CALL_S_MAX:
                raise Retry(CALL_S_MAX - claim.age_s)
            await self._endings.interrupted(command, calling=True)
        elif claim is None and await self._may_have_lost_claim(command, delivery):
            await self._endings.interrupted(command, calling=False)
        elif expired(command.at_ms, self._now_ms()):
            await self._endings.expired(command)
        else:
            if claim is not None and claim.retry_in_s > WAIT_S_MAX:
                await self._later(command, claim.retry_in_s)
            return False
        return True

    async def _may_have_lost_claim(self, command: SendMessage, delivery: Delivery) -> bool:
        """We have begun on it; or somebody may have, and the store that would know is younger than the command."""
        claims = self._books.claims
        if claims.has_begun(command) or RECALLED in delivery.headers:
            return True
        if delivery.redelivered:
            return await claims.kept_since_ms(command) > command.at_ms
        # Asked for twice: the other copy may have been called for, but as a rule it only stands beside this one.
        return REPEATED in delivery.headers and await claims.lost_before_ms(command) > command.at_ms

    async def _record(self, command: SendMessage) -> NumberRecord | None:
        try:
            return await self._registry.number(command.workspace_id, command.number_id)
        except VaultError:
            return None  # its credentials cannot be opened, so they have to be given anew, as if there were none

    async def _turn(self, command: SendMessage, position: Position) -> None:
        """Return when nobody of the conversation stands in front."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + WAIT_S_MAX
        while position.ahead:
            left_s = until_s - loop.time()
            if left_s <= 0 or position.ahead > FOLLOWERS_MAX or position.head_s > WAIT_S_MAX:
                await self._later(command, follower_after_s(position.ahead, position.head_s), anew=True)
            with self._books.lanes.waiting(command, position.ahead) as freed:
                await _set_within(freed, min(left_s, LOOK_S))
            position = await self._books.lanes.enter(command)

    async def _slot(self, command: SendMessage, attempt: int, *, in_crowd: bool) -> float:
        """When it may go by Meta's limits, which is in a moment at the latest; or now, when the process stops."""
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        while not self._stopping.is_set():
            pause = await self._books.pace.slot(command, attempt)
            wait_s = pause.wait_ms / 1000
            if pause.by == "go":
                return loop.time() + wait_s
            # In hand a crowd waits for its number alone: one of its customers must not hold up the others.
            most_s = CROWD_S_MAX if in_crowd and pause.by == "number" else self._slot_s_max
            if loop.time() + wait_s > began_s + most_s:
                await self._later(command, wait_s, early_s=EARLY_S)
            await self._alarm.wait(max(0.0, wait_s - AHEAD_S))
        return loop.time()

    async def _crowded(self, command: SendMessage, position: Position, attempt: int) -> None:
        """The number keeps its share of this process busy: nobody of it is let in, and its slots wait with it."""
        if position.ahead:
            await self._later(command, follower_after_s(position.ahead, position.head_s), anew=True)
        pause = await self._books.pace.slot(command, attempt, may_go=False)
        if pause.wait_ms <= 1000 * WAIT_S_MAX:
            # The clock must go on: those who wait in here for their slots would else never leave.
            await self._books.pace.hold(command.number_id, CROWDED_S, gap_s=CROWDED_S)
        await self._later(command, pause.wait_ms / 1000)

    async def _later(
        self, command: SendMessage, after_s: float, *, anew: bool = False, early_s: float = 0.0
    ) -> NoReturn:
        """Come again after so long, or a little earlier; `anew` is a guess, which an earlier look may better."""
        if after_s > UNTOUCHED_S_MAX:
            await self._books.lanes.touch(command, after_s)
        raise Retry(after_s - early_s, {NOT_BEFORE: 0 if anew else self._now_ms() + int(after_s * 1000)})


async def _set_within(event: asyncio.Event, for_s: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(for_s):
            await event.wait()
