"""Where a piece of work stands: its trace and its own name there, as W3C's `traceparent` writes it. Pure."""

import re
from collections.abc import Mapping
from typing import NamedTuple

HEADER = "traceparent"

_SAMPLED = 1
_FORM = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})", re.ASCII)


class Context(NamedTuple):
    """A span, told or to be told; of a trace that is not sampled nothing is."""

    trace_id: int
    span_id: int
    is_sampled: bool = True


def written(context: Context) -> str:
    """For a header."""
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.is_sampled):02x}"


def read(headers: Mapping[str, str | int]) -> Context | None:
    """From the headers of a delivery; None where there is none, or none of that form."""
    found = _FORM.fullmatch(str(headers.get(HEADER, "")))
    if found is None:
        return None
    trace_id, span_id, flags = (int(part, 16) for part in found.groups())
    return Context(trace_id, span_id, bool(flags & _SAMPLED)) if trace_id and span_id else None
