"""What a rebuild has to know before it applies anything: who was erased, what was asked for, what waits no longer."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import cast

from pydantic import ValidationError

from services.api.facts import Facts
from services.api.ledger import KEPT_S, Ledger
from services.api.parking import digest
from services.api.projection import Fact
from shared.contract.commands import SendMessage
from shared.contract.events import ContactErased, EventsHeld, EventsReleased, NumberErased, decode
from shared.redis import Redis

RELEASED_KEY = "rebuild:released"
RELEASED_S = 7 * 24 * 3600  # a rebuild that nobody has ended in a week begins anew

# Looked for in a line before it is parsed: of most lines this pass wants nothing.
_WANTED = (b'"contact.erased"', b'"number.erased"', b'"message.send"', b'"events.released"')
_HELD = b'"events.held"'
_RELEASED = b'"events.released"'


@dataclass
class Recalled:
    """What some bodies hold of it."""

    erased: list[ContactErased | NumberErased] = field(default_factory=list)
    asked: list[SendMessage] = field(default_factory=list)
    released: list[str] = field(default_factory=list)


def recalled(bodies: Sequence[bytes]) -> Recalled:
    """Sorted by what it is; what cannot be read is no concern of this pass."""
    found = Recalled()
    lines = (line for body in bodies for line in body.split(b"\n") if any(word in line for word in _WANTED))
    facts: list[Fact] = [fact for lines in Facts(lines).by_number.values() for _, fact in lines]
    for fact in facts:
        match fact:
            case ContactErased() | NumberErased():
                found.erased.append(fact)
            case SendMessage():
                found.asked.append(fact)
            case EventsReleased():
                found.released.append(fact.digest)
    return found


class Recollection:
    """Keeps it in the store that is being filled, so that a rebuild that was interrupted still knows."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._ledger = Ledger(redis)

    async def keep(self, found: Recalled, now_ms: int) -> None:
        """A message that was asked for is not sent again; a body that was released is not held again."""
        for command in found.asked:
            if command.at_ms > now_ms - 1000 * KEPT_S:  # an older one has been forgotten by all
                await self._ledger.recall(command)
        if found.released:
            await self._redis.sadd(RELEASED_KEY, *found.released)
            await self._redis.expire(RELEASED_KEY, RELEASED_S)

    async def without_released(self, body: bytes) -> bytes:
        """A body without the held events that were released since: those stand in the archive by themselves."""
        if _HELD not in body and _RELEASED not in body:
            return body
        kept = [line for line in body.split(b"\n") if not await self._is_settled(line)]
        return b"\n".join(kept)

    async def forget(self) -> None:
        """The rebuild is over."""
        await self._redis.delete(RELEASED_KEY)

    async def _is_settled(self, line: bytes) -> bool:
        if _RELEASED not in line and _HELD not in line:
            return False
        try:
            fact = decode(line)
        except ValidationError:
            return False
        match fact:
            case EventsReleased():
                return True
            case EventsHeld():
                known = await cast("Awaitable[int]", self._redis.sismember(RELEASED_KEY, digest(fact)))
                return bool(known)
        return False
