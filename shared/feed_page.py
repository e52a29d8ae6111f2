"""Some changes of a feed in a row, as they were read or as they were announced; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from shared.contract.feed import Cursor
from shared.cursor import cursor_at

Entry = tuple[bytes, dict[bytes, bytes]]  # as redis-py gives it


@dataclass(frozen=True, slots=True)
class Page:
    """Changes in feed order, each finished JSON with its cursor; `cursor` is where to read on.

    `since_ms` is when the first of them was appended, `taken_ms` since when the oldest fact behind them is ours: 0 is
    not told.
    """

    cursor: Cursor
    changes: list[bytes]
    more: bool
    since_ms: int = 0
    taken_ms: int = 0


class Announced(NamedTuple):
    """Where a feed stands after an append; and what was appended, for whoever stood just before it."""

    cursor: Cursor
    since: Cursor | None = None
    page: Page | None = None


def page_of(since: Cursor, entries: Sequence[Entry], limit: int, bytes_max: int) -> Page:
    """As many of these entries as may be together; at least one, if there is one."""
    changes: list[bytes] = []
    size = taken_ms = 0
    for entry_id, fields in entries[:limit]:
        size += len(fields[b"c"])
        if changes and size > bytes_max:
            break
        changes.append(_finished(entry_id, fields[b"n"], fields[b"c"]))
        if (taken := fields.get(b"t")) is not None:
            taken_ms = min(taken_ms or int(taken), int(taken))
    if not changes:
        return Page(since, [], more=False)
    entry_id, fields = entries[len(changes) - 1]
    more, since_ms = len(changes) < len(entries), _at_ms(entries[0][0])
    return Page(cursor_at(entry_id, fields[b"n"]), changes, more, since_ms, taken_ms)


def announced(words: bytes) -> Announced:
    """What the script that appends has published: a cursor; or, of little, all of it by the line.

    That is the cursor before it, the nonce, `taken_ms`, and then entry and change by turns.
    """
    cursor, *told = words.split(b"\n")
    if not told:
        return Announced(cursor.decode())
    nonce, taken_ms, *pairs = told
    entries, changes = pairs[::2], pairs[1::2]
    finished = [_finished(*each) for each in zip(entries, [nonce] * len(entries), changes, strict=True)]
    end = cursor_at(entries[-1], nonce)
    page = Page(end, finished, more=False, since_ms=_at_ms(entries[0]), taken_ms=int(taken_ms))
    return Announced(end, cursor.decode(), page)


def _finished(entry_id: bytes, nonce: bytes, change: bytes) -> bytes:
    # The cursor goes in front by splicing: a change is parsed by nobody between the projector and the browser.
    return b'{"cursor":"' + entry_id + b"." + nonce + b'",' + change[1:]


def _at_ms(entry_id: bytes) -> int:
    return int(entry_id.partition(b"-")[0])
