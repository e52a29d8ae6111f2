"""What is stored of a number is read in one round trip, as of one moment."""

from services.api.shelf import Shelf
from tests.real.chat import Chat
from tests.telling import came


async def test_a_number_of_which_nothing_is_known_has_an_empty_snapshot(here: Chat) -> None:
    """Its cursor names the feed's start, and is the same the next time."""
    shelf = Shelf(here.ground.redis)
    first = await shelf.snapshot(here.workspace_id, here.number_id, 50)
    again = await shelf.snapshot(here.workspace_id, here.number_id, 50)

    assert first.cursor.startswith("0-0.")
    assert first == again
    assert ([], None, None) == (first.threads.rows, first.threads.more, first.status)


async def test_the_cursor_of_a_snapshot_is_that_of_the_feed(here: Chat) -> None:
    """What happens after it is told by the feed, and nothing before it."""
    await here.tell(came("a"), came("b", at=2))
    found = await Shelf(here.ground.redis).snapshot(here.workspace_id, here.number_id, 50)

    assert await here.feed.head(here.workspace_id, here.number_id) == found.cursor
    assert 1 == len(found.threads.rows)


async def test_a_contact_that_nobody_knows_has_no_page(here: Chat) -> None:
    """Of one that is known a page may be empty."""
    await here.tell(came("a"))
    shelf = Shelf(here.ground.redis)
    known = await shelf.messages(here.workspace_id, here.number_id, "US.100", None, 0)

    assert None is await shelf.messages(here.workspace_id, here.number_id, "US.101", None, 5)
    assert known is not None
    assert ([], None) == (known.rows, known.more)
