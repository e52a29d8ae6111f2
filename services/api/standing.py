"""What the store holds of a number itself, read in one round trip before anything about it is written."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from services.api.store import ChatStore


class Standing(NamedTuple):
    """How a number is doing: its status, how many odd parts it has kept, up to when it is erased, how often it was."""

    stored: bytes | None
    unrecognised: int
    floor_ms: int
    erasures: bytes | None


async def standing(store: "ChatStore", unrecognised: Sequence[bytes]) -> Standing:
    """As it is, with as many odd parts as it will have kept with these."""
    key = store.key("unrecognised")
    async with store.redis.pipeline(transaction=False) as pipeline:
        # First: a floor that is raised after it makes stale what is written with these.
        pipeline.get(store.key("erasures"))
        pipeline.get(store.key("floor"))
        pipeline.get(store.key("status"))
        pipeline.zcard(key)
        for member in set(unrecognised):
            pipeline.zscore(key, member)
        erasures, floor, stored, known, *scores = await pipeline.execute()
    return Standing(stored, known + scores.count(None), int(floor or 0), erasures)
