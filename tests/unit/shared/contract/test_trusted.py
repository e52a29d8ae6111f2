"""Values made without being checked."""

from services.api.records import MessageRecord, Said
from shared.contract.content import OtherContent
from shared.contract.ids import MessageId, Wamid
from shared.contract.status import Status
from shared.contract.trusted import altered, trusted

SAID = Said(origin="customer", content=OtherContent(type="text"), sent_ms=1, received_ms=2)


def test_a_trusted_value_is_the_one_that_a_check_would_have_let_through() -> None:
    """Nobody downstream can tell the two apart: equal, and the same text with the fields in the same order."""
    checked = MessageRecord(id=MessageId("m"), said=SAID, wamid=Wamid("w"), statuses={Status.SENT: 5})

    made = trusted(MessageRecord, wamid=Wamid("w"), statuses={Status.SENT: 5}, said=SAID, id=MessageId("m"))

    assert checked == made
    assert checked.model_dump_json() == made.model_dump_json()
    assert checked.stored() == made.stored()


def test_an_altered_value_leaves_the_other_as_it_was() -> None:
    """Only the copy has the changes."""
    before = trusted(MessageRecord, id=MessageId("m"), said=SAID)

    after = altered(before, {"wamid": Wamid("w")})

    assert (None, Wamid("w")) == (before.wamid, after.wamid)
    assert after.said is before.said


def test_two_values_of_one_kind_differ_in_what_is_beneath() -> None:
    """Equality looks into fields that are records themselves."""
    other = altered(SAID, {"sent_ms": 3})

    assert trusted(MessageRecord, id=MessageId("m"), said=SAID) != trusted(MessageRecord, id=MessageId("m"), said=other)
    assert trusted(MessageRecord, id=MessageId("m"), said=SAID) == trusted(
        MessageRecord, id=MessageId("m"), said=altered(SAID, {})
    )
