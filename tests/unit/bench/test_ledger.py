"""What a ledger lets pass, and what it does not."""

import pytest

from bench.ledger import Ledger, LedgerError


def test_what_was_answered_is_stored() -> None:
    """And counted, in each round anew."""
    ledger = Ledger()
    ledger.settle({1, 2}, [2, 1], 3)
    ledger.settle({3}, [3], 4)

    assert 3 == ledger.answered


def test_an_answer_without_its_message_fails_the_stage() -> None:
    """However fast it was."""
    with pytest.raises(LedgerError, match="1 of 2"):
        Ledger().settle({1, 2}, [1], 3)


def test_what_nobody_has_asked_must_not_be_stored() -> None:
    """Somebody else's messages would pass for ours."""
    with pytest.raises(LedgerError, match="never asked"):
        Ledger().settle({1}, [1, 9], 3)


def test_a_message_that_was_refused_may_be_stored_all_the_same() -> None:
    """A 503 means that nobody knows."""
    ledger = Ledger()
    ledger.settle({1}, [1, 2], 3)

    assert 1 == ledger.answered


def test_a_message_stored_again_is_told() -> None:
    """Within a round and over rounds."""
    ledger = Ledger()
    ledger.settle({1, 2}, [1, 1, 2], 3)
    ledger.settle({3}, [3, 2], 4)

    assert "3 answered and all of them stored, 2 stored again" == str(ledger)
