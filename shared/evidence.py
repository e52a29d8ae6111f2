"""The evidence of a number's connection in Redis: written by ingest and at connecting, read by the connect doctor."""

from collections.abc import Awaitable, Mapping
from typing import cast, get_args

from shared.contract.evidence import Evidence, Kind, Seen, WebhookKind
from shared.contract.ids import NumberId, WorkspaceId, tag
from shared.redis import Redis

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


# KEYS: the evidence. ARGV: kind and time, and so on.
_CAME = """
for i = 1, #ARGV, 2 do
  local name = 'came:' .. ARGV[i]
  if tonumber(ARGV[i + 1]) > tonumber(redis.call('HGET', KEYS[1], name) or '0') then
    redis.call('HSET', KEYS[1], name, ARGV[i + 1])
  end
end
return 1
"""


class EvidenceBook:
    """At most twenty-four short fields a number."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def note(
        self, workspace_id: WorkspaceId, number_id: NumberId, seen: Seen, at_ms: int, account_id: str | None = None
    ) -> None:
        """One more webhook about the number."""
        told = (seen.kind, str(at_ms), str(seen.secret_ms), account_id or "")
        await self._redis.eval(_NOTE, 1, evidence_key(workspace_id, number_id), *told)

    async def came(self, workspace_id: WorkspaceId, number_id: NumberId, kinds: Mapping[WebhookKind, int]) -> None:
        """When the last webhook of each of these kinds came; an earlier time changes nothing."""
        told = [part for kind, at_ms in kinds.items() for part in (kind, str(at_ms))]
        await self._redis.eval(_CAME, 1, evidence_key(workspace_id, number_id), *told)

    async def read(self, workspace_id: WorkspaceId, number_id: NumberId) -> Evidence:
        """All that is known; empty for a number of which nothing ever came."""
        key = evidence_key(workspace_id, number_id)
        fields = await cast("Awaitable[dict[bytes, bytes]]", self._redis.hgetall(key))
        told = {name.decode(): value.decode() for name, value in fields.items()}
        secrets = {kind: told[f"secret:{kind}"] for kind in get_args(Kind) if f"secret:{kind}" in told}
        came = {kind: told[f"came:{kind}"] for kind in get_args(WebhookKind) if f"came:{kind}" in told}
        return Evidence.model_validate({**told, "secrets": secrets, "came": came})


def evidence_key(workspace_id: WorkspaceId, number_id: NumberId) -> str:
    """In the number's own tag."""
    return f"{tag(workspace_id, number_id)}:evidence"
