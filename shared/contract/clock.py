"""Time as the product counts it: whole milliseconds inside, RFC 3339 UTC outside."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated

from pydantic import PlainSerializer, WithJsonSchema

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def rfc3339(at_ms: int) -> str:
    """2026-11-22T15:08:55.123Z for a count of milliseconds since 1970."""
    return f"{_second(at_ms // 1000)}.{at_ms % 1000:03d}Z"


def milliseconds(written: str) -> int:
    """The count that was written so."""
    return (datetime.fromisoformat(written) - _EPOCH) // timedelta(milliseconds=1)


@lru_cache(maxsize=4096)  # Meta counts whole seconds, and what is told at one time is about few of them
def _second(at_s: int) -> str:
    return f"{_EPOCH + timedelta(seconds=at_s):%Y-%m-%dT%H:%M:%S}"


# Milliseconds since 1970 in Python and in Redis; a string with milliseconds wherever it leaves as public JSON.
Timestamp = Annotated[
    int,
    PlainSerializer(rfc3339, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
