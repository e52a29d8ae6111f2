"""Time as the product counts it: whole milliseconds inside, RFC 3339 UTC outside."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import PlainSerializer, WithJsonSchema

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def rfc3339(at_ms: int) -> str:
    """2026-11-22T15:08:55.123Z for a count of milliseconds since 1970."""
    at = _EPOCH + timedelta(milliseconds=at_ms)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}Z"


# Milliseconds since 1970 in Python and in Redis; a string with milliseconds wherever it leaves as public JSON.
Timestamp = Annotated[
    int,
    PlainSerializer(rfc3339, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
