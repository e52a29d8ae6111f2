"""Turns at a number that several projectors write to: each takes another part of it, so that few commits are late.

A courtesy, no lock: correctness rests on what a commit compares. Whoever waits for too long goes on without a turn, and
a turn that nobody gives back ends by itself.
"""

import asyncio
import contextlib
import random
import secrets
from collections.abc import AsyncIterator, Awaitable
from typing import cast

from shared.redis import Redis

CONTESTED_S = 30.0  # for so long after a late commit a number's turns are kept
CONTESTED_MAX = 10_000  # numbers; about a megabyte
TURN_MS = 1_000  # many times what a part takes, a tenth of what anybody notices
WAIT_S_MAX = 0.5
LOOK_S = 0.01

# KEYS: turn. ARGV: whose.
_GIVE_BACK = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


class Turns:
    """Of all numbers, as one process sees them."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._contested_s: dict[str, float] = {}

    def is_contested(self, tag: str) -> bool:
        """Whether somebody else has been writing to this number."""
        return self._contested_s.get(tag, 0.0) > _now_s()

    def contested(self, tag: str) -> None:
        """Somebody was first."""
        if len(self._contested_s) >= CONTESTED_MAX:
            self._contested_s.clear()
        self._contested_s[tag] = _now_s() + CONTESTED_S

    @contextlib.asynccontextmanager
    async def at(self, tag: str, part: int) -> AsyncIterator[None]:
        """While entered, others leave this part of the number alone, as a rule."""
        key, mine = f"{tag}:turn:{part}", secrets.token_hex(8)
        until_s = _now_s() + WAIT_S_MAX
        taken = False
        while not taken and _now_s() < until_s:
            taken = bool(await self._redis.set(key, mine, nx=True, px=TURN_MS))
            if not taken:
                await asyncio.sleep(LOOK_S * random.uniform(0.5, 1.5))  # noqa: S311 (two that wait do not meet again)
        try:
            yield
        finally:
            if taken:
                await cast("Awaitable[None]", self._redis.eval(_GIVE_BACK, 1, key, mine))


def _now_s() -> float:
    return asyncio.get_running_loop().time()
