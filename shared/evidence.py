"""What webhooks prove of a number's connection: when one of each kind came last, and the account that Meta named."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Literal, cast, get_args

from pydantic import BaseModel, ConfigDict

from shared.contract.ids import NumberId, WorkspaceId, tag
from shared.redis import Redis

# How a webhook stood to the number's app secret: signed with it; with one that it replaced; not checked, because there
# is none; held, because the number is not connected; refused for want of a signature; refused for a wrong one. What was
# held is checked when the number is connected: then it is released or buried, at the time of the check.
Kind = Literal["verified", "superseded", "unsigned", "unchecked", "missing", "mismatch", "released", "buried"]
REFUSED: frozenset[Kind] = frozenset(("missing", "mismatch"))

# KEYS: the evidence. ARGV: kind, time, secret, account (empty: not told). Notes may overtake each other; the latest
# time stays, and the account is that of the latest note that told one.
_NOTE = """
local was = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
if tonumber(ARGV[2]) > was then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2], 'secret:' .. ARGV[1], ARGV[3])
  if ARGV[4] ~= '' then redis.call('HSET', KEYS[1], 'account_id', ARGV[4]) end
end
return 1
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One webhook; `secret_ms` is when the app secret that it was held against was set, which tells it from others."""

    kind: Kind
    secret_ms: int = 0


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
    secrets: dict[Kind, int] = {}
    account_id: str | None = None

    def judged(self, kind: Kind, secret_ms: int) -> int:
        """When the last of a kind came, if it was held against this app secret; 0 is never."""
        return (getattr(self, kind) or 0) if self.secrets.get(kind, 0) == secret_ms else 0

    @property
    def taken_ms(self) -> int:
        """When a webhook about the number was last taken in; 0 is never."""
        return max(at or 0 for at in (self.verified, self.superseded, self.unsigned, self.unchecked))


class EvidenceBook:
    """Written by ingest, read by the connect doctor; at most seventeen short fields a number."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def note(
        self, workspace_id: WorkspaceId, number_id: NumberId, seen: Seen, at_ms: int, account_id: str | None = None
    ) -> None:
        """One more webhook about the number."""
        told = (seen.kind, str(at_ms), str(seen.secret_ms), account_id or "")
        await self._redis.eval(_NOTE, 1, evidence_key(workspace_id, number_id), *told)

    async def read(self, workspace_id: WorkspaceId, number_id: NumberId) -> Evidence:
        """All that is known; empty for a number of which nothing ever came."""
        key = evidence_key(workspace_id, number_id)
        fields = await cast("Awaitable[dict[bytes, bytes]]", self._redis.hgetall(key))
        told = {name.decode(): value.decode() for name, value in fields.items()}
        secrets = {kind: told[f"secret:{kind}"] for kind in get_args(Kind) if f"secret:{kind}" in told}
        return Evidence.model_validate({**told, "secrets": secrets})


def evidence_key(workspace_id: WorkspaceId, number_id: NumberId) -> str:
    """In the number's own tag."""
    return f"{tag(workspace_id, number_id)}:evidence"
