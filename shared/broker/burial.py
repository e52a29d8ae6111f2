"""What is written on a dead letter, and how it is read back."""

import time
from collections.abc import Mapping
from typing import Any

from shared.broker.door import DeadLetter, Headers

# Longer reasons are cut: they are for a person, and headers are kept in memory.
REASON_LENGTH_MAX = 500

_QUEUE = "dead.queue"
_REASON = "dead.reason"
_ATTEMPTS = "dead.attempts"
_AT = "dead.at_ms"


def burial(queue_name: str, reason: str, attempts: int, now_ms: int) -> Headers:
    """The headers that say why, laid over those that the delivery had."""
    return {_QUEUE: queue_name, _REASON: reason[:REASON_LENGTH_MAX], _ATTEMPTS: attempts, _AT: now_ms}


def dead_letter(body: bytes, headers: Mapping[str, Any]) -> DeadLetter:
    """A dead letter as it was buried by us or, when its deliveries ran out, by RabbitMQ."""
    death = (headers.get("x-death") or [{}])[0]
    reason = headers.get(_REASON) or headers.get("x-first-death-reason") or "unknown"
    at_ms = int(headers.get(_AT) or _milliseconds(death.get("time")))
    return DeadLetter(body, own(headers), str(reason), int(headers.get(_ATTEMPTS) or 0), at_ms)


def own(headers: Mapping[str, Any]) -> Headers:
    """The headers that our own code gave a message: no broker's additions, nothing of an earlier burial."""
    return {
        name: value
        for name, value in headers.items()
        if isinstance(value, str | int) and not name.startswith(("x-", "dead."))
    }


def now_ms() -> int:
    """The present, for the stamp on a dead letter."""
    return time.time_ns() // 1_000_000


def _milliseconds(at: Any) -> int:
    return int(at.timestamp() * 1000) if at is not None else 0
