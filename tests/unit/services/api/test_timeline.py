"""What happened to a message, from what is stored of it and what others keep."""

from typing import Any

from services.api.records import MessageRecord
from services.api.timeline import Found, timeline, wanted
from shared.attempts import Attempt, Tried
from shared.contract.content import OtherContent
from shared.contract.errors import GraphError
from shared.contract.ids import MessageId
from shared.contract.status import Status
from shared.contract.timeline import Timeline
from shared.redaction import redact
from tests.memory import Memory
from tests.scenario import NUMBER, T
from tests.telling import OURS, accepted, asked, came, edited, failed, ms, reported, revoked

NOW = T + 10**6


def record(name: str, *facts: Any) -> MessageRecord:
    """What is stored of one message after these."""
    memory = Memory()
    memory.project(facts)
    return memory.state.messages[MessageId(name)][1]


def told(stored: MessageRecord, **found: Any) -> Timeline:
    """Its ledger."""
    return timeline(NUMBER, stored, Found(**found), NOW, is_stored=True)


def steps(made: Timeline) -> list[tuple[str, int]]:
    """Each step with when it was, in seconds."""
    return [(step.name, (step.at - T) // 1000) for step in made.steps]


def gaps(made: Timeline) -> dict[str, str]:
    """What is missing, and why."""
    return {each.name: each.reason for each in made.missing}


def test_a_customer_s_message_from_their_phone_to_the_browsers() -> None:
    """Meta's time and ours are told apart; state and feed commit together; the broker had it by then at the latest."""
    made = told(record("in", came(at=1, arrived=3)), told={"stored": ms(4)}, told_since_ms=T)

    assert [("written", 1), ("received", 3), ("confirmed", 4), ("stored", 4), ("announced", 4)] == steps(made)
    assert ["meta", "inbox", "inbox", "inbox", "inbox"] == [step.clock for step in made.steps]
    assert [None, None, True, None, None] == [step.at_latest for step in made.steps]
    assert ({}, "inbound", None) == (gaps(made), made.direction, made.wamid_reference)


def test_what_nobody_keeps_is_missing_and_not_made_up() -> None:
    """After a rebuild, or on a busy number a day later, the feed goes back no further."""
    made = told(record("in", came(at=1, arrived=3)), told_since_ms=NOW)

    assert [("written", 1), ("received", 3)] == steps(made)
    assert {"confirmed": "not_recorded", "stored": "not_kept", "announced": "not_kept"} == gaps(made)


def test_a_message_of_ours_from_the_click_to_the_read() -> None:
    """Each attempt with its answer, then each status, in the order in which they follow from each other."""
    stored = record(
        OURS,
        asked(at=1),
        accepted(at=9),
        reported(Status.SENT, at=9),
        reported(Status.DELIVERED, at=10),
        reported(Status.READ, at=99),
    )
    attempts = (
        Attempt(1, ms(2), ms(3), "throttled", 429, 130429, None, "AbC"),
        Attempt(2, ms(8), ms(9), "accepted", 200),
    )
    made = told(stored, tried=Tried(attempts), told={"stored": ms(1), "read": ms(100)}, told_since_ms=T)

    assert [
        *(("clicked", 1), ("published", 1), ("stored", 1), ("announced", 1)),
        *(("claimed", 2), ("answered", 3), ("claimed", 8), ("answered", 9)),
        *(("accepted", 9), ("sent", 9), ("delivered", 10), ("read", 99)),
    ] == steps(made)
    throttled = next(step.answer for step in made.steps if step.answer)
    assert throttled is not None
    assert ("throttled", 429, 130429, "AbC") == (
        throttled.outcome, throttled.http_status, throttled.code, throttled.fbtrace_id
    )  # fmt: skip
    assert "The number sends faster than Meta allows." == throttled.explanation
    assert [(1, 2), (1, 3), (2, 8), (2, 9)] == [(s.attempt, (s.at - T) // 1000) for s in made.steps if s.attempt]
    assert {"read": ms(100)} == {step.name: step.announced_at for step in made.steps if step.announced_at}
    assert {} == gaps(made)


def test_a_refusal_says_its_codes_and_none_of_its_words() -> None:
    """Meta's words may quote whom the message was for."""
    error = GraphError(code=131026, title="15550000100", message="15550000100", details="Hello", fbtrace_id="AbC")
    stored = MessageRecord(id=OURS, statuses={Status.FAILED: ms(5)}, errors={Status.FAILED: error})
    made = told(record(OURS, asked(at=1)).model_copy(update={"statuses": stored.statuses, "errors": stored.errors}))

    answer = made.steps[-1].answer
    assert answer is not None
    assert ("failed", 131026, "AbC") == (made.steps[-1].name, answer.code, answer.fbtrace_id)
    assert answer.explanation
    assert "15550000100" not in made.model_dump_json()
    assert "Hello" not in made.model_dump_json()


def test_attempts_that_are_kept_no_longer_are_missing() -> None:
    """For a message that has ended; one that waits has simply not been claimed yet; one that expired never was."""
    sent = told(record(OURS, asked(at=1), accepted(at=2)))
    waits = told(record(OURS, asked(at=1)), told={"stored": ms(1)}, told_since_ms=T)
    expired = record(OURS, asked(at=1), failed(at=90_000))
    own = {Status.FAILED: GraphError(code="expired", message="")}

    assert ("not_kept", ("published", 2)) == (gaps(sent)["claimed"], steps(sent)[1])
    assert {"claimed": "not_seen_yet"} == gaps(waits)
    assert "claimed" not in gaps(told(expired.model_copy(update={"errors": own})))


def test_what_is_under_way_is_claimed_and_says_when_it_is_tried_again() -> None:
    """Nobody has answered yet; or somebody has, and there is a next time."""
    calling = told(record(OURS, asked(at=1)), tried=Tried((Attempt(1, ms(2)),)))
    refused = Tried((Attempt(1, ms(2), ms(3), "transient", None, "not_sent"),), again_ms=ms(30))
    waits = told(record(OURS, asked(at=1)), tried=refused)
    ended = told(record(OURS, asked(at=1), accepted(at=40)), tried=refused)

    assert [("clicked", 1), ("published", 2), ("claimed", 2)] == steps(calling)
    assert (None, ms(30), None) == (calling.next_attempt_at, waits.next_attempt_at, ended.next_attempt_at)


def test_what_was_asked_for_and_is_not_stored_yet_has_given_no_sign() -> None:
    """The projector, or the broker, has not come to it."""
    made = timeline(NUMBER, record(OURS, asked(at=1)), Found(), NOW, is_stored=False)

    assert [("clicked", 1)] == steps(made)
    assert {"published", "stored", "announced", "claimed"} == set(gaps(made))
    assert {"not_seen_yet"} == set(gaps(made).values())


def test_what_became_of_its_words_is_told_without_them() -> None:
    """An edit and a deletion are steps."""
    made = told(record("in", came(at=1), edited("in", "other words", at=5), revoked("in", at=6)))

    assert [("edited", 5), ("revoked", 6)] == steps(made)[-2:]
    assert "words" not in made.model_dump_json()


def test_each_step_is_looked_for_from_when_it_was_on() -> None:
    """A change tells of a status if the message has it there."""
    asked_for = wanted(record(OURS, asked(at=1), accepted(at=2), reported(Status.SENT, at=3)))

    assert {"stored": ms(1), "accepted": ms(2), "sent": ms(3)} == {name: at for name, (at, _) in asked_for.items()}
    is_sent = asked_for["sent"][1]
    assert [False, True] == [is_sent({"status_at": {"queued": ""}}), is_sent({"status_at": {"sent": ""}})]
    gone = wanted(record("in", came(at=1), edited("in", "x", at=5), revoked("in", at=6)))
    assert (True, False) == (gone["edited"][1]({"edited_at": ""}), gone["revoked"][1]({"edited_at": ""}))


def test_an_id_that_contains_a_phone_is_a_reference_alone() -> None:
    """The same as in the logs; an id of ours is one, too."""
    made = told(record(OURS, asked(at=1), accepted("wamid.HBgLMTU1NTAwMDAxMDA", at=2)))

    assert made.wamid_reference is not None
    assert {"id": made.reference, "wamid": made.wamid_reference} == redact(
        {"id": OURS, "wamid": "wamid.HBgLMTU1NTAwMDAxMDA"}
    )
    assert "wamid." not in made.model_dump_json()
    assert OURS not in made.model_dump_json()
    assert OtherContent(type="text").type == made.type
