"""What webhooks prove of a number's connection: when one of each kind came last, and the account that Meta named."""

from collections.abc import Awaitable
from typing import Literal, cast

from pydantic import BaseModel, ConfigDict

from shared.contract.ids import NumberId, WorkspaceId, tag
from shared.redis import Redis

# How a webhook stood to the number's app secret: signed with it; with one that it replaced; not checked, because there
# is none; held, because the number is not connected; refused for want of a signature; refused for a wrong one. What was
# held is checked when the number is connected: then it is released or buried, at the time of the check.
Kind = Literal["verified", "superseded", "unsigned", "unchecked", "missing", "mismatch", "released", "buried"]
REFUSED: frozenset[Kind] = frozenset(("missing", "mismatch"))

# KEYS: the evidence. ARGV: kind, time, account (empty: not told). Notes may overtake each other; the latest time stays,
# and the account is that of the latest note that told one.
_NOTE = """
local was = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
if tonumber(ARGV[2]) > was then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'account_id', ARGV[3]) end
end
return 1
"""


class Evidence(BaseModel):
    """Times are milliseconds since 1970, to the minute within which the last of its kind came; None is never."""

    model_config = ConfigDict(frozen=True)

    verified: int | None = None
    superseded: int | None = None
    unsigned: int | None = None
    unchecked: int | None = None
    missing: int | None = None
    mismatch: int | None = None
    released: int | None = None
    buried: int | None = None
    account_id: str | None = None

    @property
    def taken_ms(self) -> int:
        """When a webhook about the number was last taken in; 0 is never."""
        return max(at or 0 for at in (self.verified, self.superseded, self.unsigned, self.unchecked))

    @property
    def refused_ms(self) -> int:
        """When one was last refused; 0 is never."""
        return max(self.missing or 0, self.mismatch or 0)


class EvidenceBook:
    """Written by ingest, read by the connect doctor; at most nine short fields a number."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def note(
        self, workspace_id: WorkspaceId, number_id: NumberId, kind: Kind, at_ms: int, account_id: str | None
    ) -> None:
        """One more webhook about the number, of this kind."""
        await self._redis.eval(_NOTE, 1, evidence_key(workspace_id, number_id), kind, str(at_ms), account_id or "")

    async def read(self, workspace_id: WorkspaceId, number_id: NumberId) -> Evidence:
        """All that is known; empty for a number of which nothing ever came."""
        key = evidence_key(workspace_id, number_id)
        fields = await cast("Awaitable[dict[bytes, bytes]]", self._redis.hgetall(key))
        return Evidence.model_validate({name.decode(): value.decode() for name, value in fields.items()})


def evidence_key(workspace_id: WorkspaceId, number_id: NumberId) -> str:
    """In the number's own tag."""
    return f"{tag(workspace_id, number_id)}:evidence"
