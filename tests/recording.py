"""Recorded feeds: what the projection tells of a few stories, for both ends to be held to.

`python -m tests.recording` writes them anew; a test says when that is due.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from services.api.projection import Fact
from shared.contract.chat import Number, Snapshot
from shared.contract.events import Identity
from shared.contract.ids import MessageId
from shared.contract.status import Status
from tests.memory import Memory
from tests.scenario import NUMBER, T
from tests.telling import (
    accepted,
    asked,
    came,
    echoed,
    edited,
    failed,
    identified,
    marked_unread,
    reacted,
    reaction_asked,
    read,
    reported,
    revoked,
    uncertain,
)  # fmt: skip

FOLDER = Path(__file__).parent / "payloads" / "feeds"
SECOND = MessageId("0000000b-0000-4000-8000-000000000000")
THIRD = MessageId("0000000c-0000-4000-8000-000000000000")
BEA = Identity(wa_id="15550000200", name="Bea")
BEA_KNOWN = Identity(user_id="US.200", wa_id="15550000200", name="Bea")
CEM_BY_PHONE = Identity(wa_id="4915100000300", name="Cem")
CEM_BY_NAME = Identity(user_id="DE.300", username="cem")
CEM = Identity(user_id="DE.300", wa_id="4915100000300", username="cem")

Batch = Sequence[Fact]

# What a browser holds when it begins to listen, and what then happens, batch by batch.
STORIES: dict[str, tuple[str, Sequence[Batch], Sequence[Batch]]] = {
    "answer": (
        "two messages of one webhook, an answer with statuses out of order, reactions, an edit, a revoke",
        [[came("first", at=1)]],
        [
            [came("wamid.b", at=5, arrived=6), came("wamid.a", at=5, arrived=6, position=1)],
            [asked(at=10)],
            [accepted(at=11)],
            [reported(Status.DELIVERED, at=13)],
            [reported(Status.SENT, at=12)],
            [reacted("out", "👍", at=14), reported(Status.READ, at=15)],
            [reaction_asked("wamid.b", "🙏", at=16, message=SECOND)],
            [edited("wamid.a", "other words", at=17)],
            [revoked("wamid.b", at=18)],
            [came("late", at=3, arrived=60)],
        ],
    ),
    "attention": (
        "several conversations, history, a notice, reading and marking, a failure that was none, and nobody knows",
        [[came("a1", at=1), came("b1", BEA, at=2)]],
        [
            [read(came("a1", at=1), at=3)],
            [came("old", BEA, at=-100, arrived=4, history=True)],
            [came("notice", BEA, at=5, content={"type": "system", "system": {"body": "changed"}})],
            [came("c1", CEM_BY_NAME, at=6, content={"type": "image", "image": {"id": "1", "caption": "our cat"}})],
            [marked_unread(at=7)],
            [echoed("phone", BEA, at=8)],
            [asked(at=9), uncertain(at=10)],
            [asked(at=11, message=SECOND), failed(at=12, message=SECOND)],
            [accepted("out2", at=13, message=SECOND), reported(Status.DELIVERED, at=14, wamid="out2")],
            [asked("DE.300", at=15, message=THIRD), failed(at=16, message=THIRD)],
        ],
    ),
    "identity": (
        "a contact known by phone gets an id of its own; two conversations turn out to be one person",
        [
            [came("b1", BEA, at=1), asked("15550000200", at=2), accepted(at=3, who=BEA)],
            [came("c1", CEM_BY_PHONE, at=4), came("c2", CEM_BY_NAME, at=5)],
        ],
        [
            [identified(BEA_KNOWN, at=6)],
            [came("b2", BEA_KNOWN, at=7)],
            [came("c3", CEM, at=8)],
            [came("c4", CEM_BY_PHONE, at=9)],
        ],
    ),
}


def recorded(name: str) -> dict[str, Any]:
    """The story as a browser sees it: the state before, the changes, the state after."""
    story, begun, then = STORIES[name]
    memory = Memory()
    for batch in begun:
        memory.project(batch)
    told = len(memory.changes)
    before = _state(memory)
    for batch in then:
        memory.project(batch)
    changes = [
        {"cursor": _cursor(place), **_plain(change)}
        for place, change in enumerate(memory.changes, start=1)
        if place > told
    ]
    return {"story": story, "before": before, "changes": changes, "after": _state(memory)}


def _state(memory: Memory) -> dict[str, Any]:
    seen = memory.seen()
    rows = sorted(
        (conversation for conversation, _ in seen.values()), key=lambda c: (-c.last_activity_at, c.contact_id)
    )
    number = Number(id=NUMBER, state="connected")
    snapshot = Snapshot(cursor=_cursor(len(memory.changes)), number=number, conversations=rows)
    messages = {contact_id: [_plain(each.json_bytes()) for each in said] for contact_id, (_, said) in seen.items()}
    return {"snapshot": _plain(snapshot.json_bytes()), "messages": messages}


def _cursor(place: int) -> str:
    return f"{T}-{place}.recorded"


def _plain(value: str | bytes) -> dict[str, Any]:
    plain: dict[str, Any] = orjson.loads(value)
    return plain


def written(name: str) -> str:
    """As the file holds it."""
    return json.dumps(recorded(name), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for each in STORIES:
        (FOLDER / f"{each}.json").write_text(written(each))
