"""Sends of a number whose credentials Graph refuses wait here, bounded and in order, for other credentials."""

from collections.abc import Sequence
from typing import Any, Literal, cast

from services.sender import keys
from services.sender.scripts import Argument, Script, Scripts
from shared.contract.ids import NumberId, WorkspaceId
from shared.erased_sends import mark_of_all_key

PARKED_MAX = 10_000  # of one number; the rest waits in the broker
KEPT_MS = 2 * 24 * 3600 * 1000
REFUSED_KEPT_MS = 8 * 24 * 3600 * 1000  # beyond it Graph is simply asked again
NUMBERS_MAX = 1000  # of one sweep

Parked = Literal["parked", "changed", "full", "erased"]

# KEYS: parked, refused, number, until when the whole number is erased. ARGV: version, whether Graph refused it, at_ms,
# command, most, and how long the two are kept in milliseconds.
# Nothing is parked for credentials that have been replaced: whoever replaced them has drained already.
_PARK = Script(
    """
if tonumber(redis.call('GET', KEYS[4]) or -1) >= tonumber(ARGV[3]) then return 'erased' end
if (redis.call('HGET', KEYS[3], 'credential_version') or '0') ~= ARGV[1] then return 'changed' end
if ARGV[2] == '1' then redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[7]) end
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[5]) then return 'full' end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[6])
return 'parked'
"""
)

_REFUSED = Script("return redis.call('GET', KEYS[1]) or false")
_CURRENT = Script("return redis.call('HGET', KEYS[1], 'credential_version') or false")

# KEYS: parked. ARGV: up to this at_ms, most.
_OLDEST = Script("return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])")
_REMOVE = Script("return redis.call('ZREM', KEYS[1], unpack(ARGV))")

# KEYS: index. ARGV: number, and the count that must still stand beside it.
_NOTE = Script("return redis.call('ZINCRBY', KEYS[1], 1, ARGV[1])")
_NOTED = Script("return redis.call('ZRANGE', KEYS[1], 0, ARGV[1], 'WITHSCORES')")
_FORGET = Script(
    "if redis.call('ZSCORE', KEYS[1], ARGV[1]) == ARGV[2] then return redis.call('ZREM', KEYS[1], ARGV[1]) end return 0"
)


class Parking:
    """The parked sends of all numbers, and which numbers have any; the broker forgets a command that is parked."""

    def __init__(self, scripts: Scripts, namespace: str, durable: Scripts | None = None) -> None:
        self._scripts = scripts
        self._durable = durable or scripts
        self._index = keys.parked_numbers(namespace)

    async def refused_version(self, workspace_id: WorkspaceId, number_id: NumberId) -> int | None:
        """The credentials that Graph refused last."""
        answer = await self._run(_REFUSED, keys.refused(workspace_id, number_id))
        return None if answer is None else int(answer)

    async def current_version(self, workspace_id: WorkspaceId, number_id: NumberId) -> int:
        """The credentials in force, asked of the store; 0 for a number that nobody has connected."""
        return int(await self._run(_CURRENT, keys.number(workspace_id, number_id)) or 0)

    async def park(
        self, workspace_id: WorkspaceId, number_id: NumberId, version: int, at_ms: int, body: bytes, *, refused: bool
    ) -> Parked:
        """Put one command aside while these credentials are in force; `refused` when it was Graph who said so."""
        ids = (workspace_id, number_id)
        answer: bytes = await self._durable.run(
            _PARK,
            (keys.parked(*ids), keys.refused(*ids), keys.number(*ids), mark_of_all_key(*ids)),
            (version, int(refused), at_ms, body, PARKED_MAX, KEPT_MS, REFUSED_KEPT_MS),
        )
        if answer == b"parked":
            # After it: a crash between the two redelivers the command, which then comes here again.
            await self._run(_NOTE, self._index, _name(*ids))
        return cast("Parked", answer.decode())

    async def oldest(
        self, workspace_id: WorkspaceId, number_id: NumberId, count: int, up_to_ms: int | None = None
    ) -> list[bytes]:
        """The first commands in the order of asking, those asked for up to then."""
        until = "+inf" if up_to_ms is None else up_to_ms
        answer: list[bytes] = await self._run(_OLDEST, keys.parked(workspace_id, number_id), until, count)
        return answer

    async def remove(self, workspace_id: WorkspaceId, number_id: NumberId, bodies: Sequence[bytes]) -> None:
        """These are elsewhere now."""
        await self._run(_REMOVE, keys.parked(workspace_id, number_id), *bodies)

    async def numbers(self) -> list[tuple[WorkspaceId, NumberId, bytes]]:
        """Which numbers may have parked sends, each with a mark for `forget`."""
        flat: list[bytes] = await self._run(_NOTED, self._index, NUMBERS_MAX - 1)
        pairs = zip(flat[::2], flat[1::2], strict=True)
        return [(*_ids(name), mark) for name, mark in pairs]

    async def forget(self, workspace_id: WorkspaceId, number_id: NumberId, mark: bytes) -> None:
        """The number has none, unless one was parked since the mark was read."""
        await self._run(_FORGET, self._index, _name(workspace_id, number_id), mark)

    async def _run(self, script: Script, key: str, *arguments: Argument) -> Any:
        return await self._scripts.run(script, (key,), arguments)


def _name(workspace_id: WorkspaceId, number_id: NumberId) -> str:
    return f"{workspace_id} {number_id}"


def _ids(name: bytes) -> tuple[WorkspaceId, NumberId]:
    workspace_id, _, number_id = name.decode().partition(" ")
    return WorkspaceId(workspace_id), NumberId(number_id)
