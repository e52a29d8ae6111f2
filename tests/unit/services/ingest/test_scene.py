"""A part is told as a whole or set aside as a whole."""

from services.ingest.payload import Change
from services.ingest.scene import Body, Scene
from shared.contract.events import AccountReported, PartUnrecognised
from shared.contract.ids import NumberId, WorkspaceId

CHANGE = Change("messages", {}, "a", NumberId("1"))


def scene() -> Scene:
    """An empty one."""
    return Scene(Body(WorkspaceId("w"), 5), CHANGE, "verified")


def test_events_carry_what_they_share_and_count_up() -> None:
    """Over all scenes of one body."""
    first = scene()
    second = Scene(first.body, CHANGE, "unsigned")
    for each in (first, second, first):
        each.tell(AccountReported, field="x", value=1)

    told = [*first.events, *second.events]

    assert [0, 2, 1] == [event.position for event in told]
    assert {("w", "1", 5)} == {(e.workspace_id, e.number_id, e.received_ms) for e in told}
    assert ["verified", "verified", "unsigned"] == [event.signature for event in told]


def test_half_a_part_is_never_told() -> None:
    """Even a mistake of ours leaves the part raw, and the next one is told."""
    here = scene()

    def tell(part: dict[str, int]) -> None:
        here.tell(AccountReported, field="x", value=part["n"])
        if part["n"] == 1:
            raise KeyError("a mistake")

    here.each([{"n": 1}, {"n": 2}], "messages", tell)

    broken, told = here.events
    assert isinstance(broken, PartUnrecognised)
    assert ("unexpected: KeyError", {"n": 1}) == (broken.reason, broken.raw)
    assert isinstance(told, AccountReported)
    assert 2 == told.value


def test_strays_of_a_list_are_one_part() -> None:
    """Two million zeros are one oddity."""
    here = scene()
    here.each([0] * 1000, "messages", lambda part: None)

    (stray,) = here.events
    assert isinstance(stray, PartUnrecognised)
    assert [0] * 1000 == stray.raw
