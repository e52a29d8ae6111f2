"""The table of the broker, and the choice of a wait."""

import pytest

from shared.topology import (
    ARCHIVE,
    COMMANDS,
    CROWD,
    CROWD_AGAIN,
    CROWDED,
    DEAD_LETTERS,
    EVENTS,
    EXCHANGES,
    PROJECTOR,
    QUEUES,
    SENDER,
    TOPOLOGY,
    WAIT_STEPS_S,
    wait_step_s,
)


@pytest.mark.parametrize(
    ("after_s", "step_s"), [(0, 1), (0.5, 1), (1, 1), (3.9, 1), (4, 4), (15, 4), (70, 64), (86_400, 4096)]
)
def test_a_wait_takes_the_largest_step_that_does_not_overshoot(after_s: float, step_s: int) -> None:
    """A long backlog hops few times, and nothing is late by a step."""
    assert step_s == wait_step_s(WAIT_STEPS_S, after_s)


def test_a_command_is_also_a_fact() -> None:
    """The projector gets every command; the sender gets no events."""
    assert (PROJECTOR, SENDER) == TOPOLOGY.bound_to(COMMANDS)
    assert (PROJECTOR,) == TOPOLOGY.bound_to(EVENTS)


def test_a_crowd_has_a_queue_of_its_own_and_is_a_fact_all_the_same() -> None:
    """It is projected and archived as every command; the straight way never sees it, not even when it has waited."""
    assert (PROJECTOR, CROWD) == TOPOLOGY.bound_to(CROWDED)
    assert set(EXCHANGES) == set(ARCHIVE.bound_to)
    assert (SENDER, CROWD_AGAIN) == (SENDER.returning, CROWD.returning)
    assert "sender.again.wait.4" == CROWD.returning.wait(4)
    assert {"sender.dead"} == {queue.dead for queue in (SENDER, CROWD, CROWD_AGAIN)}


def test_the_topology_is_the_whole_table() -> None:
    """Nothing is left out of what brokers declare, and each dead letter has a way back."""
    assert set(EXCHANGES) == set(TOPOLOGY.exchanges)
    assert QUEUES == TOPOLOGY.queues
    assert DEAD_LETTERS == tuple(TOPOLOGY.replays_to)
    assert {queue.dead for queue in QUEUES} <= set(DEAD_LETTERS)
