"""How far a store is that waits for its rebuild: settings are back, but not yet what was asked for and said before."""

from typing import Literal, cast

from shared.redis import Redis

# Until all that was asked for is known again nobody can tell whether a message was sent already; after that, and until
# all that was said is back, a contact or a message that is not there is not yet there.
Stage = Literal["recall", "apply"]

KEY = "rebuild:awaited"


class Awaited:
    """Begun by a restore into an empty store, ended by the rebuild."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def begin(self) -> None:
        """From now on no message is taken."""
        await self._redis.set(KEY, "recall")

    async def recalled(self) -> None:
        """Messages are taken again, to whoever is known."""
        await self._redis.set(KEY, "apply", xx=True)

    async def end(self) -> None:
        """All is back."""
        await self._redis.delete(KEY)

    async def stage(self) -> Stage | None:
        """What is still to come; None when nothing is."""
        found = cast("bytes | None", await self._redis.get(KEY))
        return None if found is None else "recall" if found == b"recall" else "apply"
