"""Everything about one message is one trace, and nobody can tell from it which message that is."""

import pytest

from services.api.projection import Fact
from shared.contract import commands, events
from shared.contract.commands import Address, Command
from shared.contract.content import OtherContent
from shared.contract.errors import GraphError
from shared.contract.events import Event, Identity
from shared.contract.ids import ContactId, MessageId, NumberId, Wamid, WorkspaceId
from shared.contract.status import Status
from shared.tracing.subject import RATIO_ALL, Subjects
from tests.scenario import INBOUND, NUMBER, OWN, SENT, WORKSPACE, T

SUBJECTS = Subjects(b"k" * 32)
MESSAGE, WAMID = SENT[0]
BEGINNING = SUBJECTS.beginning(WORKSPACE, NUMBER, MESSAGE)
CONTENT = OtherContent(type="text")


def status(message_id: MessageId | None, received_ms: int = T) -> events.StatusReported:
    """Of the message, as its webhook tells it."""
    return events.StatusReported(
        **OWN, received_ms=received_ms, wamid=WAMID, message_id=message_id, status=Status.SENT, at_ms=T
    )


def received(wamid: Wamid = INBOUND[0], received_ms: int = T) -> events.MessageReceived:
    """From a customer."""
    return events.MessageReceived(
        **OWN, received_ms=received_ms, wamid=wamid, contact=Identity(wa_id="1"), sent_ms=T, content=CONTENT
    )


def asked() -> commands.SendMessage:
    """The click."""
    return commands.SendMessage(
        **OWN, at_ms=T, message_id=MESSAGE, contact_id=ContactId("1"), lane="l", address=Address(), content=CONTENT
    )


def test_a_status_joins_the_click_it_is_about() -> None:
    """Below it, each webhook with a name of its own; what the sender tells is of the same trace."""
    places = [SUBJECTS.place(status(MESSAGE, T + after)) for after in (1, 2)]
    click, accepted = (
        SUBJECTS.place(asked()),
        events.SendAccepted(**OWN, received_ms=T, message_id=MESSAGE, wamid=WAMID, contact=Identity(), at_ms=T),
    )
    failed = events.SendFailed(**OWN, received_ms=T, message_id=MESSAGE, error=GraphError(code=1, message=""), at_ms=T)
    unsure = events.SendUncertain(**OWN, received_ms=T, message_id=MESSAGE, at_ms=T)

    assert click is not None
    assert (BEGINNING, None) == click
    assert [click] * 3 == [SUBJECTS.place(each) for each in (accepted, failed, unsure)]
    assert {BEGINNING.trace_id} == {place.context.trace_id for place in places if place}
    assert [BEGINNING] * 2 == [place.parent for place in places if place]
    assert 3 == len({BEGINNING.span_id, *(place.context.span_id for place in places if place)})


def test_what_others_sent_has_a_trace_by_its_wamid() -> None:
    """Nobody here has begun it, so that nothing stands above it."""
    place = SUBJECTS.place(status(None))

    assert place is not None
    assert place.parent is None
    assert place.context.trace_id != BEGINNING.trace_id


def test_what_is_said_of_a_message_is_in_its_trace() -> None:
    """Reactions, edits and revokes, each of them another webhook."""
    first = SUBJECTS.place(received())
    later: list[Event] = [
        events.ReactionReceived(
            **OWN, received_ms=T + 1, wamid=Wamid("r"), target=INBOUND[0], contact=Identity(wa_id="1"), at_ms=T
        ),
        events.MessageEdited(
            **OWN, received_ms=T + 2, wamid=Wamid("e"), target=INBOUND[0], contact=Identity(), content=CONTENT, at_ms=T
        ),
        events.MessageRevoked(
            **OWN, received_ms=T + 3, wamid=Wamid("x"), target=INBOUND[0], contact=Identity(), at_ms=T
        ),
    ]
    places = [first, *map(SUBJECTS.place, later)]

    assert 1 == len({place.context.trace_id for place in places if place})
    assert 4 == len({place.context.span_id for place in places if place})
    assert first is not None
    assert first.context == SUBJECTS.arrival(WORKSPACE, NUMBER, INBOUND[0], T)


@pytest.mark.parametrize(
    "fact",
    [
        events.NumberChanged(**OWN, received_ms=T),
        events.AccountReported(**OWN, received_ms=T, field="f", value=None),
        commands.MarkRead(**OWN, at_ms=T, contact_id=ContactId("1"), up_to="u", wamid=INBOUND[0]),
    ],
)
def test_what_is_about_no_message_has_no_place(fact: Fact) -> None:
    """Nor has a read marker, which is about a conversation."""
    assert SUBJECTS.place(fact) is None


def test_workspaces_and_installations_cannot_be_compared() -> None:
    """The same message has another trace in another workspace, for another number, and under another key."""
    others = [
        SUBJECTS.beginning(WorkspaceId("w2"), NUMBER, MESSAGE),
        SUBJECTS.beginning(WORKSPACE, NumberId("2"), MESSAGE),
        Subjects(b"j" * 32).beginning(WORKSPACE, NUMBER, MESSAGE),
    ]
    assert 4 == len({BEGINNING.trace_id, *(each.trace_id for each in others)})


def test_every_process_samples_the_same_traces() -> None:
    """About the asked part of them; what a hundredth has, a tenth has too."""
    names = [MessageId(str(each)) for each in range(4_000)]
    few, more, none = (Subjects(b"k" * 32, round(ratio * RATIO_ALL)) for ratio in (0.01, 0.1, 0))
    sampled = [
        {each for each in names if subjects.beginning(WORKSPACE, NUMBER, each).is_sampled}
        for subjects in (few, more, none)
    ]

    assert sampled[0] < sampled[1]
    assert 300 < len(sampled[1]) < 500
    assert not sampled[2]


def test_a_broken_letter_in_an_id_is_no_reason_to_fail() -> None:
    """Ids come from outside."""
    assert SUBJECTS.beginning(WORKSPACE, NUMBER, MessageId("\ud800")).trace_id


def test_sampling_is_that_of_opentelemetry() -> None:
    """So that whoever adds spans by its own samplers has them in the same traces."""
    from opentelemetry.sdk.trace.sampling import Decision, TraceIdRatioBased

    theirs, ours = TraceIdRatioBased(0.3), Subjects(b"k" * 32, round(0.3 * RATIO_ALL))
    for each in range(500):
        trace_id = SUBJECTS.beginning(WORKSPACE, NUMBER, MessageId(str(each))).trace_id
        taken = theirs.should_sample(None, trace_id, "").decision is Decision.RECORD_AND_SAMPLE
        assert taken == ours.samples(trace_id)


def kinds() -> list[type[Event] | type[Command]]:
    """All that may have to be placed."""
    return [*Event.__subclasses__(), *Command.__subclasses__()]


def test_every_fact_that_names_a_message_is_placed() -> None:
    """Whoever adds a kind of event decides here whether it is seen in traces."""
    naming = {kind.__name__ for kind in kinds() if {"wamid", "message_id"} & kind.model_fields.keys()}
    assert {
        *("MessageReceived", "MessageEchoed", "StatusReported", "ReactionReceived", "MessageEdited", "MessageRevoked"),
        *("SendAccepted", "SendFailed", "SendUncertain", "SendMessage", "MarkRead"),
    } == naming
