"""Compares the three accounts, and says what was lost, doubled, misordered or left without an explanation. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from demo.state import Value
from shared.contract.status import Status, furthest
from tests.chaos.ledgers import Click, Followed, Meta, Shown

# lost: written or asked for, and not shown. doubled: sent, shown or heard twice, or shown though nobody said it.
# misordered: a tick went backwards. unexplained: a click without an end, or an end without a reason. untrue: shown
# otherwise than it was. unfollowed: a browser that followed the feed holds something else than chat state.
Kind = Literal["lost", "doubled", "misordered", "unexplained", "untrue", "unfollowed"]
NEVER_SENT = frozenset((Status.UNKNOWN, Status.FAILED))
NOT_TOLD = frozenset((Status.UNKNOWN, Status.ACCEPTED))
HOPELESS = frozenset(("doubled", "misordered"))


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken promise; `about` is a wamid or the id of a click."""

    kind: Kind
    what: str
    about: str = ""

    @property
    def is_final(self) -> bool:
        """Whether waiting cannot mend it."""
        return self.kind in HOPELESS


def violations(clicks: Iterable[Click], meta: Meta, shown: Shown, browsers: Iterable[Followed]) -> list[Violation]:
    """Everything that is wrong."""
    asked = {click.id: click for click in clicks}
    by_id = {str(each["id"]): each for each in shown.messages}
    found = [
        *_doubled(asked, meta, shown),
        *_inbound(meta, by_id),
        *_clicks(asked, meta, by_id),
        *_reactions(meta, by_id),
    ]
    for browser in browsers:
        found += [*_ticks(browser), *_feed(browser), *_followed(browser, shown, by_id)]
    return found


def _doubled(asked: dict[str, Click], meta: Meta, shown: Shown) -> Iterator[Violation]:
    for click_id, wamids in meta.accepted.items():
        if len(wamids) > 1:
            yield Violation("doubled", f"{len(wamids)} WhatsApp messages for one click", click_id)
    for name in ("id", "wamid"):
        for key, times in Counter(each[name] for each in shown.messages if each.get(name)).items():
            if times > 1:
                yield Violation("doubled", f"shown {times} times by {name}", str(key))
    for each in shown.messages:
        if each["id"] not in (asked if each["direction"] == "outbound" else meta.written):
            yield Violation("doubled", f"{each['direction']}, and nobody said it", str(each["id"]))


def _inbound(meta: Meta, by_id: dict[str, Value]) -> Iterator[Violation]:
    for wamid, content in meta.written.items():
        if wamid not in by_id:
            yield Violation("lost", "written, and not shown", wamid)
            continue
        message = by_id[wamid]
        said = meta.edited.get(wamid) or _body(content)
        if said is not None and wamid not in meta.revoked and _body(message["content"]) != said:
            yield Violation("untrue", "another text than was written", wamid)
        if (wamid in meta.edited) != bool(message.get("edited_at")):
            yield Violation("untrue", "an edit is missing, or made up", wamid)
        if (wamid in meta.revoked) != bool(message.get("revoked_at")):
            yield Violation("untrue", "a removal is missing, or made up", wamid)


def _clicks(asked: dict[str, Click], meta: Meta, by_id: dict[str, Value]) -> Iterator[Violation]:
    for click in asked.values():
        wamids, told = meta.accepted.get(click.id, []), meta.told.get(click.id, [])
        if click.text is None:
            if wamids and (target := by_id.get(click.target or "")) and ("business", click.emoji) not in _emoji(target):
                yield Violation("lost", "a reaction was sent and is not shown", click.id)
            continue
        message = by_id.get(click.id)
        if message is None:
            yield Violation("lost", "asked for, and not shown", click.id)
            continue
        yield from _text(click, message, wamids, told)


def _text(click: Click, message: Value, wamids: list[str], told: list[str]) -> Iterator[Violation]:
    status = Status(message["status"])
    if _body(message["content"]) != click.text:
        yield Violation("untrue", "another text than was asked for", click.id)
    if wamids and message.get("wamid") and message["wamid"] not in wamids:
        yield Violation("untrue", "another wamid than Meta gave it", click.id)
    if status is Status.QUEUED:
        yield Violation("unexplained", "still queued when all is over", click.id)
        return
    if status in NEVER_SENT and not _is_explained(message):
        yield Violation("unexplained", f"{status} without a reason and advice", click.id)
    if told:
        expected = furthest(Status(each) for each in told)
        if status is not expected:
            yield Violation("untrue", f"shown as {status}, Meta says {expected}", click.id)
    elif status not in (NOT_TOLD if wamids else NEVER_SENT):
        yield Violation("untrue", f"shown as {status}, Meta {'accepted it' if wamids else 'never had it'}", click.id)


def _reactions(meta: Meta, by_id: dict[str, Value]) -> Iterator[Violation]:
    by_wamid = {str(each["wamid"]): each for each in by_id.values() if each.get("wamid")}
    for wamid, emoji in meta.reacted.items():
        message = by_wamid.get(wamid)
        if message is None:
            yield Violation("lost", "a reaction to a message that has no such wamid here", wamid)
        elif emoji not in [each for by, each in _emoji(message) if by != "business"]:
            yield Violation("lost", "a customer's reaction is not shown", wamid)


def _ticks(browser: Followed) -> Iterator[Violation]:
    """In a feed never backwards; a page that was asked for is no further back than what the feed had said."""
    reached: dict[tuple[str, str], int] = {}
    for tick in browser.ticks:
        key = (tick.history, tick.message_id)
        rank, before = Status(tick.status).rank, reached.get(key, 0)
        if rank < before:
            yield Violation("misordered", f"{browser.name}: a tick went back to {tick.status}", tick.message_id)
        if not tick.read:
            # What was read may be ahead of the feed, which then catches up with it.
            reached[key] = max(rank, before)


def _feed(browser: Followed) -> Iterator[Violation]:
    for cursors in browser.cursors:
        for before, after in pairwise(cursors):
            if before == after:
                yield Violation("doubled", f"{browser.name}: a change was heard twice", after)
            elif _place(before) >= _place(after):
                yield Violation("misordered", f"{browser.name}: a change came after a later one", after)


def _followed(browser: Followed, shown: Shown, by_id: dict[str, Value]) -> Iterator[Violation]:
    held = {str(each["id"]): each for each in browser.messages}
    for key, each in by_id.items():
        if key not in held:
            yield Violation("unfollowed", f"{browser.name}: a message is missing", key)
        elif held[key] != each:
            yield Violation("unfollowed", f"{browser.name}: a message differs in {_differences(held[key], each)}", key)
    for key in held.keys() - by_id.keys():
        yield Violation("unfollowed", f"{browser.name}: a message too many", key)
    if browser.conversations != shown.conversations:
        yield Violation("unfollowed", f"{browser.name}: the list of conversations differs")
    if browser.number != shown.number:
        yield Violation("unfollowed", f"{browser.name}: the number differs")


def _differences(one: Value, other: Value) -> str:
    return ", ".join(sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key)))


def _is_explained(message: Value) -> bool:
    error = message.get("error") or {}
    return bool(error.get("message") and error.get("explanation") and error.get("advice"))


def _body(content: Value) -> str | None:
    return content["text"]["body"] if content["type"] == "text" else None


def _emoji(message: Value) -> list[tuple[str, str]]:
    return [(each["by"], each["emoji"]) for each in message.get("reactions") or []]


def _place(cursor: str) -> tuple[int, int]:
    at_ms, _, sequence = cursor.partition(".")[0].partition("-")
    return int(at_ms), int(sequence)
