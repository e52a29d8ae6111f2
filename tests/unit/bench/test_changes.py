"""The changes of the benchmarks are those of the contract."""

import orjson

from bench.changes import change
from bench.webhooks import wamid


def test_a_change_is_a_message_as_browsers_get_it() -> None:
    """Nothing shorter is pushed than what is pushed in earnest."""
    told = orjson.loads(change(12))
    assert ("message", wamid(12)) == (told["kind"], told["value"]["wamid"])
    assert "Is the blue one still there? I saw it (change 12)" == told["value"]["content"]["text"]["body"]


def test_each_serial_is_another_change_and_always_the_same() -> None:
    """A side that repeats or swaps changes is found out."""
    assert 100 == len({change(serial) for serial in range(100)})
    assert change(5) == change(5)
