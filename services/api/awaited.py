"""How far a store is that waits for its rebuild: settings are back, but not yet what was asked for and said before."""

from typing import Literal, cast

from shared.recent import REMEMBERED_S, Recent
from shared.redis import Redis

# Until all that was asked for is known again nobody can tell whether a message was sent already; after that, and until
# all that was said is back, a contact or a message that is not there is not yet there.
Stage = Literal["recall", "apply"]

KEY = "rebuild:awaited"
AGED_S = REMEMBERED_S + 0.1  # what was remembered before has been forgotten


class Awaited:
    """Begun by a restore into an empty store, ended by the rebuild."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._takes: Recent[str, bool] = Recent(1)

    async def begin(self) -> None:
        """From now on no message is taken, also by who has been told a moment ago that they are, `AGED_S` later."""
        await self._redis.set(KEY, "recall")

    async def recalled(self) -> None:
        """Messages are taken again, to whoever is known."""
        await self._redis.set(KEY, "apply", xx=True)

    async def end(self) -> None:
        """All is back."""
        await self._redis.delete(KEY)

    async def takes(self) -> bool:
        """Whether messages are taken; that they are is remembered for less than a second, that they are not never."""
        return bool(await self._takes.read(KEY, self._asked))

    async def _asked(self) -> bool | None:
        return None if await self.stage() == "recall" else True

    async def stage(self) -> Stage | None:
        """What is still to come; None when nothing is."""
        found = cast("bytes | None", await self._redis.get(KEY))
        return None if found is None else "recall" if found == b"recall" else "apply"
