"""The people of the demo."""

from simulator.cast import cast


def test_everyone_can_be_told_apart() -> None:
    """No two people share an id, a phone or a BSUID."""
    people = cast()

    assert 8 <= len(people) <= 12
    for called in ([c.id for c in people], [c.bsuid for c in people], [c.phone for c in people if c.phone]):
        assert len(called) == len(set(called))


def test_the_cast_covers_what_makes_inboxes_stumble() -> None:
    """Right-to-left names, someone without a phone, someone who hides it, someone who never shows reading."""
    people = cast()

    assert {"ar", "he"} <= {c.language for c in people}
    assert any(c.phone is None and c.username for c in people)
    assert any(c.phone and not c.shares_phone for c in people)
    assert any(not c.reads for c in people)


def test_small_talk_ends() -> None:
    """However often an agent answers, nobody chats for ever."""
    assert all(len(c.small_talk) < 10 for c in cast())
