"""What is promised of the load of clicks."""

from bench.click_load import generator
from bench.load import Clicks


def test_a_click_is_a_send_by_an_agent_in_turn() -> None:
    """One that is not asked yet is neither taken nor refused."""
    load = Clicks(port=1, path="", first=3, count=2, connections=1, customers=10, secrets=["s", "t"])
    made = generator(load)
    assert (0, 0, 0) == made.counts()
    assert [3, 4] == list(made.due_s)
