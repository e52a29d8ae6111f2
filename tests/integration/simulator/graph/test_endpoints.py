"""Graph's paths."""

import pytest

from simulator import Simulator
from simulator.graph.endpoints import PATHS
from tests.integration.simulator.caller import Caller


def test_every_path_is_answered_by_something(sim: Simulator) -> None:
    """None without an endpoint, none twice."""
    assert set(PATHS) == set(sim.graph)
    assert len(PATHS) == len(set(PATHS))


@pytest.mark.parametrize("path", ["/106540352242922/dance", "/106540352242922/messages/more"])
async def test_an_edge_that_does_not_exist_is_an_unsupported_request(caller: Caller, path: str) -> None:
    """Code 100 with subcode 33, whatever the method."""
    for method in ("GET", "POST", "DELETE"):
        answer = await caller.call(method, path)
        assert (100, 33) == (answer.error, answer.body["error"]["error_subcode"])
