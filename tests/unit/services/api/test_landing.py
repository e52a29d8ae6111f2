"""What one component of a batch writes and announces."""

import orjson

from services.api.landing import Lander
from services.api.projection import Projection
from services.api.working import Loaded, Working
from shared.contract.events import Identity
from shared.contract.status import Status
from tests.memory import Memory, told
from tests.scenario import NUMBER
from tests.telling import ANN, OURS, accepted, asked, came, echoed, edited, identified, ms, reported, revoked


def test_messages_stand_by_when_they_were_sent_then_when_they_came() -> None:
    """(sent_at, received_at, position, id), each where the ones before are equal."""
    rows = [
        came("d", at=5, arrived=7),
        came("c", at=5, arrived=6, position=1),
        came("b", at=5, arrived=6, position=0),
        came("a2", at=4, arrived=9),
        came("a1", at=4, arrived=9),
    ]

    assert ["a1", "a2", "b", "c", "d"] == list(told(*rows).only[1])


def test_late_older_messages_move_neither_preview_nor_place() -> None:
    """The newest by time sent stays last, in whichever order they arrive."""
    conversation, _ = told(came("new", at=10), came("old", at=2, arrived=20), came("older", at=1, arrived=30)).only

    assert (ms(10), "new") == (conversation["last_activity_at"], conversation["preview"]["message_id"])
    assert 3 == conversation["unread"]


def test_the_preview_follows_its_message() -> None:
    """Status, edit and revoke of the last message show; those of another do not."""
    answered = [came("in", at=1), asked(at=2), accepted(at=3)]
    conversation, _ = told(*answered, reported(Status.READ, at=4), edited("in", "other", at=5)).only
    gone, _ = told(*answered, revoked("out", at=6)).only

    assert (Status.READ, "an answer") == tuple(conversation["preview"][name] for name in ("status", "text"))
    assert "[revoked]" == gone["preview"]["text"]


def test_reports_alone_make_no_conversation() -> None:
    """A status, an edit or a revoke of what nobody has seen waits, and is announced to nobody."""
    memory = Memory()
    memory.project([reported(Status.READ), edited("in", "x", at=2), revoked("in", at=3), identified(ANN, at=4)])

    assert ({}, []) == (memory.shown(), memory.changes)


def test_each_row_is_told_whole_before_its_conversation() -> None:
    """A conversation never previews what was not told."""
    memory = Memory()
    memory.project([came("a", at=2), came("b", at=1)])
    changes = [orjson.loads(change) for change in memory.changes]

    assert ["message", "message", "conversation"] == [change["kind"] for change in changes]
    assert ["b", "a", "US.100"] == [c["value"].get("id", c["value"]["contact_id"]) for c in changes]


def test_only_what_changed_is_told() -> None:
    """A status of an older message is no change of the conversation."""
    memory = Memory()
    memory.project([asked(at=1), accepted(at=2), came("in", at=3)])
    before = len(memory.changes)
    memory.project([reported(Status.READ, at=9)])

    (change,) = [orjson.loads(change) for change in memory.changes[before:]]
    assert ("message", OURS, "read") == (change["kind"], change["value"]["id"], change["value"]["status"])


def test_a_new_name_is_told_with_what_it_replaces() -> None:
    """The conversation under its new id and with its aliases, then `removed` of the old id."""
    memory = Memory()
    memory.project([came(who=Identity(wa_id="15550000100"))])
    before = len(memory.changes)
    memory.project([identified(ANN, at=2)])

    conversation, removed = [orjson.loads(change) for change in memory.changes[before:]]
    assert ("US.100", ["15550000100"]) == (conversation["value"]["contact_id"], conversation["value"]["aliases"])
    assert {
        "of": "conversation", "number_id": NUMBER, "contact_id": "15550000100", "replaced_by": "US.100",
    } == removed["value"]  # fmt: skip


def test_conversations_of_a_batch_land_apart() -> None:
    """What one is stale for holds back no other."""
    working = Working(Loaded())
    projection = Projection(working)
    for fact in (came("a", Identity(wa_id="1")), came("b", Identity(wa_id="2")), echoed("c", Identity(wa_id="1"))):
        projection.apply(fact)
        working.close_event()
    landings = Lander(NUMBER, working).finish({})

    assert [1, 2] == sorted(len(landing.rows) for landing in landings.values())
