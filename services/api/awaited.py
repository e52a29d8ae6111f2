"""Whether a store waits for its rebuild: settings are back, but not yet what was asked for before."""

from shared.redis import Redis

KEY = "rebuild:awaited"


class Awaited:
    """Set by a restore into an empty store; while it is, nobody can know whether a message was sent already."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def begin(self) -> None:
        """From now on no message is taken."""
        await self._redis.set(KEY, 1)

    async def end(self) -> None:
        """What was asked for is known again."""
        await self._redis.delete(KEY)

    async def is_so(self) -> bool:
        """Whether a message would have to be refused."""
        return bool(await self._redis.exists(KEY))
