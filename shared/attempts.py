"""What came of each attempt to send a message: the sender writes it beside the claim, whoever asks what happened reads.

No words of anybody's are in it: an outcome, numbers, and the name that Graph gave to its answer.
"""

import re
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from typing import cast

from shared.contract.errors import GraphError
from shared.contract.ids import MessageId, NumberId, WorkspaceId, tag
from shared.redis import Redis

KEPT_DAYS = 8  # as long as its claim: until then the same message may be asked for again
FIRST = 4  # kept of the beginning; how it began, and what came of it in the end, tell the most
TOGETHER_MAX = 20  # lines of one message; a send that waits out its day may have some more

# Lua for the sender's scripts: `note_attempt` adds a line, and leaves out one of the middle when there are too many.
NOTE_LUA = f"""
local function note_attempt(claim, line)
  local before = redis.call('HGET', claim, 'attempts')
  if before then
    local lines = {{}}
    for one in string.gmatch(before, '[^\\n]+') do lines[#lines + 1] = one end
    if #lines >= {TOGETHER_MAX} then table.remove(lines, {FIRST + 1}) end
    line = table.concat(lines, '\\n') .. '\\n' .. line
  end
  redis.call('HSET', claim, 'attempts', line)
end
"""

_NONE = "-"
UNSAID = _NONE  # in place of an answer: nobody has said what it was
INTERRUPTED = "unknown - interrupted"  # nor lived to tell
_TRACE = re.compile(r"(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9_.:+/=-]{1,64}", re.ASCII)
_WORD = re.compile(r"[a-z_]{1,32}(?:[0-9]{3})?", re.ASCII)
_CODE_MAX = 10**9  # Meta's have seven digits; a phone has more


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call for a message: when it was claimed and answered, by the store's clock, and what Graph answered."""

    number: int
    claimed_ms: int | None = None
    answered_ms: int | None = None
    outcome: str | None = None
    http_status: int | None = None
    code: int | str | None = None
    subcode: int | None = None
    fbtrace_id: str | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """All that is known of the attempts: nothing when nobody has claimed it, or that is forgotten."""

    attempts: tuple[Attempt, ...] = ()
    again_ms: int | None = None  # when there may be another one


def claim_key(workspace_id: WorkspaceId, number_id: NumberId, message_id: MessageId) -> str:
    """How far a message has got at the sender."""
    return f"{tag(workspace_id, number_id)}:send:claim:{message_id}"


def told(outcome: str, http_status: int | None, error: GraphError | None) -> str:
    """An answer in one line, without its words."""
    parts = [outcome, http_status, code_of(error), subcode_of(error), trace_of(error)]
    while parts[-1] is None:
        parts.pop()
    return " ".join(_NONE if part is None else str(part) for part in parts)


def code_of(error: GraphError | None) -> int | str | None:
    """Its code, if it can be nothing else."""
    if error is None:
        return None
    if isinstance(error.code, int):
        return error.code if abs(error.code) < _CODE_MAX else None
    return error.code if _WORD.fullmatch(error.code) else None


def subcode_of(error: GraphError | None) -> int | None:
    """The same of its subcode."""
    return error.subcode if error is not None and error.subcode is not None and abs(error.subcode) < _CODE_MAX else None


def trace_of(error: GraphError | None) -> str | None:
    """The name under which Meta finds the call again."""
    return error.fbtrace_id if error is not None and _TRACE.fullmatch(error.fbtrace_id or "") else None


async def tried(redis: Redis, workspace_id: WorkspaceId, number_id: NumberId, message_id: MessageId) -> Tried:
    """What the sender has written of a message."""
    names = ["state", "attempt", "since", "retry", "attempts"]
    claim = claim_key(workspace_id, number_id, message_id)
    state, number, since, retry, lines = await cast("Awaitable[list[bytes | None]]", redis.hmget(claim, names))
    if state is None:
        return Tried()
    found = read((lines or b"").decode())
    if state == b"calling":
        found[int(number or 0)] = Attempt(int(number or 0), claimed_ms=int(since or 0))
    again_ms = int(retry) if state == b"refused" and retry else None
    return Tried(tuple(found[each] for each in sorted(found)), again_ms)


async def forget(
    redis: Redis, workspace_id: WorkspaceId, number_id: NumberId, message_ids: Iterable[MessageId]
) -> None:
    """The attempts of messages that are kept no longer; how far they got stays, so that none is sent again."""
    async with redis.pipeline(transaction=False) as pipeline:
        for message_id in message_ids:
            pipeline.hdel(claim_key(workspace_id, number_id, message_id), "attempts")
        await pipeline.execute()


def read(lines: str) -> dict[int, Attempt]:
    """The attempts by their numbers; of two lines about one, the later is the one who called."""
    found: dict[int, Attempt] = {}
    for line in lines.splitlines():
        words = line.split(" ")
        number, called, answered, outcome, http_status, code, subcode, trace = words + [_NONE] * (8 - len(words))
        before = found.get(int(number))
        found[int(number)] = Attempt(
            number=int(number),
            claimed_ms=before.claimed_ms if called == _NONE and before is not None else _number(called),
            answered_ms=_number(answered),
            outcome=None if outcome == _NONE else outcome,
            http_status=_number(http_status),
            code=_code(code),
            subcode=_number(subcode),
            fbtrace_id=None if trace == _NONE else trace,
        )
    return found


def _number(word: str) -> int | None:
    return None if word == _NONE else int(word)


def _code(word: str) -> int | str | None:
    if word == _NONE:
        return None
    return int(word) if word.lstrip("-").isdecimal() else word
