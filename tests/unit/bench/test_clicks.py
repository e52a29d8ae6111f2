"""What is promised of the sends that are laid before senders."""

import orjson

from bench import clicks
from services.sender import request
from shared.contract.ids import WorkspaceId


def test_a_plain_caller_asks_graph_for_the_same_as_the_sender() -> None:
    """To the byte that matters: the body of each call."""
    of = clicks.numbers(3)
    asked = list(clicks.commands(WorkspaceId("w"), of, range(5), 1))
    lines = [orjson.loads(line) for line in clicks.calls(of, range(5)).splitlines()]
    assert [[each.number_id, request.message(each)] for each in asked] == lines


def test_every_send_goes_to_another_customer() -> None:
    """So that nobody's limit of a pair is measured."""
    asked = list(clicks.commands(WorkspaceId("w"), clicks.numbers(2), range(100), 1))
    assert 100 == len({each.address.to for each in asked}) == len({each.lane for each in asked})
