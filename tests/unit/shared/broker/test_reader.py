"""How much a reader of a queue may have in hand."""

from shared.broker.reader import prefetch


def test_every_batch_that_may_be_handled_can_hold_one() -> None:
    """Lone messages must not wait for the disk of those before them, and the next batch gathers meanwhile."""
    assert prefetch(64, 1024) >= 1024 + 64


def test_a_single_reader_takes_the_next_batch_while_it_handles_one() -> None:
    """And no more than that."""
    assert 128 == prefetch(64, 1)
