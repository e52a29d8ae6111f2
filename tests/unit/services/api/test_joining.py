"""What is met of an erased customer is dropped wherever it is met, and others are as they were."""

from shared.contract.events import Identity
from shared.contract.status import Status
from tests.memory import told
from tests.telling import (
    ANN,
    accepted,
    asked,
    came,
    echoed,
    edited,
    identified,
    reacted,
    reaction_asked,
    read,
    reported,
)
from tests.unit.services.api.test_tombstones import erased, kept


def test_reports_about_an_erased_message_are_dropped_by_its_id() -> None:
    """They name no contact, or one who is gone: statuses, answers of Graph, edits, reactions."""
    memory = told(
        asked(at=1),
        accepted(at=2),
        reported(Status.READ, at=30),
        erased("US.100", at=10),
    )
    assert {} == memory.shown()
    assert "15550000100" not in kept(memory)
    for late in (edited("out", "other", at=40), reacted("out", "👍", at=41, who=Identity(wa_id="1"))):
        memory.project([late])
    assert "out" not in memory.state.early


def test_a_send_that_was_under_way_is_forgotten_with_its_wamid() -> None:
    """Its wamid is known to nobody when the customer is erased."""
    memory = told(asked(at=1), erased("US.100", "15550000100", at=10), accepted("wamid.x", at=11))

    assert {} == memory.shown()
    assert "wamid.x" not in kept(memory)


def test_whoever_is_found_to_be_the_erased_one_is_erased_too() -> None:
    """The phone was not known to be hers when she was erased."""
    phone = Identity(wa_id="15550000100", name="Ann")
    memory = told(came("by phone", who=phone, at=1), erased("US.100", at=10), identified(ANN, at=5))

    assert {} == memory.shown()
    assert "Ann" not in kept(memory)


def test_a_later_answer_does_not_quote_what_is_gone() -> None:
    """The wamid that it quotes holds the phone."""
    memory = told(
        came("wamid.old", at=1), came("new", at=20, quoting="wamid.old"), erased("US.100", "15550000100", at=10)
    )

    assert ["new"] == list(memory.only[1])
    assert "wamid.old" not in kept(memory)


def test_a_reaction_to_what_is_gone_goes_with_it() -> None:
    """Ours is a message, too."""
    memory = told(came("a", at=1), reaction_asked("a", "👍", at=20), erased("US.100", "15550000100", at=10))

    assert {} == memory.shown()
    assert {} == memory.state.messages


def test_others_are_as_they_were() -> None:
    """Their conversations, markers and statuses."""
    bea = Identity(wa_id="15550000200", name="Bea")
    others = [came("b1", bea, at=1), echoed("b2", bea, at=2), read(came("b1", bea, at=1), 3, "15550000200")]
    alone = told(*others).shown()

    assert alone == told(*others, came("a", at=1), erased("US.100", "15550000100", at=10)).shown()
