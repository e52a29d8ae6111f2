"""Where the sender keeps things."""

from services.sender import keys
from shared.contract.ids import tag
from tests.unit.services.sender.test_request import TEXT, send


def test_all_keys_of_a_number_share_its_tag() -> None:
    """So that each script stays in one slot of a cluster, and workspaces cannot meet."""
    command = send(TEXT)
    ids = (command.workspace_id, command.number_id)
    names = [*keys.lane(command), keys.claim(*ids, command.message_id)]
    names += [make(*ids) for make in (keys.born, keys.parked, keys.refused, keys.number)]
    assert {True} == {name.startswith(f"{tag(*ids)}:") for name in names}
    assert len(names) == len(set(names))


def test_pacing_is_keyed_by_the_number_alone_and_names_no_customer() -> None:
    """Meta's limits hold across workspaces; a phone is not written where anybody may read it."""
    command = send(TEXT, address={"to": "+16505551234"})
    shared, pair = keys.pace(command.number_id, command.address)
    names = (*shared, pair)
    assert {True} == {name.startswith(f"{{{command.number_id}}}:") for name in names}
    assert keys.clock(command.number_id) == names[0]
    assert "6505551234" not in "".join(names)


def test_conversations_and_customers_are_told_apart() -> None:
    """Two lanes and two addresses have keys of their own."""
    one, other = send(TEXT), send(TEXT, lane="l2", address={"to": "+1"})
    assert keys.lane(one) != keys.lane(other)
    assert keys.pace(one.number_id, one.address)[1] != keys.pace(other.number_id, other.address)[1]
