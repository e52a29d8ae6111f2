"""Many commands to a server in one write and their answers in one wait; a pipeline of redis-py costs twice as much."""

import asyncio
import math
from collections.abc import Sequence
from typing import Any, cast

import hiredis
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from shared.redis import SOCKET_TIMEOUT_S, Redis

Word = str | bytes | int | float


async def round_trip(redis: Redis, commands: Sequence[Sequence[Word]]) -> list[Any]:
    """An answer or an error of the server for each, in order; an outage is raised, and each may have run or not."""
    packed = [hiredis.pack_command(cast("Any", tuple(words))) for words in commands]
    pool = redis.connection_pool
    connection = await pool.get_connection()  # type: ignore[no-untyped-call]
    answers: list[Any] = []
    try:
        # One deadline for all; redis-py has one for each answer.
        async with asyncio.timeout(SOCKET_TIMEOUT_S):
            await connection.send_packed_command(packed, check_health=False)
            for _ in commands:
                try:
                    answers.append(await connection.read_response(timeout=math.inf))
                except ResponseError as error:
                    answers.append(error)
    except BaseException as error:
        await connection.disconnect(nowait=True)  # answers are on their way that nobody waits for
        if isinstance(error, TimeoutError):
            raise RedisTimeoutError("no answer in time") from None
        raise
    finally:
        await asyncio.shield(pool.release(connection))
    return answers
