"""What webhooks have proved, and of which app secret."""

from shared.contract.evidence import Evidence


def test_a_webhook_is_judged_by_the_secret_it_was_held_against() -> None:
    """And by no other."""
    seen = Evidence(verified=7, mismatch=9, secrets={"verified": 3})

    assert (7, 0) == (seen.judged("verified", 3), seen.judged("verified", 4))
    assert (9, 0) == (seen.judged("mismatch", 0), seen.judged("missing", 0))


def test_what_was_taken_is_the_latest_of_what_was_not_refused() -> None:
    """What was only checked long after it came is not."""
    assert 5 == Evidence(verified=3, superseded=2, unsigned=5, unchecked=4, missing=6, mismatch=7, released=8).taken_ms
    assert 0 == Evidence().taken_ms
