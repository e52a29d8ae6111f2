"""What is stored of a number is read in one round trip, as of one moment."""

from services.api.shelf import Shelf
from shared.contract.events import Identity
from tests.real.chat import Chat
from tests.telling import came


def person(name: str) -> Identity:
    """Another customer."""
    return Identity(wa_id=f"1555000000{name}")


async def test_a_number_of_which_nothing_is_known_has_an_empty_snapshot(here: Chat) -> None:
    """Its cursor names the feed's start, and is the same the next time."""
    shelf = Shelf(here.ground.redis)
    first = await shelf.snapshot(here.workspace_id, here.number_id, 50)
    again = await shelf.snapshot(here.workspace_id, here.number_id, 50)

    assert first.cursor.startswith("0-0.")
    assert first == again
    assert first.threads is not None
    assert ([], None, None) == (first.threads.rows, first.threads.more, first.status)


async def test_the_cursor_of_a_snapshot_is_that_of_the_feed(here: Chat) -> None:
    """What happens after it is told by the feed, and nothing before it."""
    await here.tell(came("a"), came("b", at=2))
    found = await Shelf(here.ground.redis).snapshot(here.workspace_id, here.number_id, 50)

    assert await here.feed.head(here.workspace_id, here.number_id) == found.cursor
    assert found.threads is not None
    assert 1 == len(found.threads.rows)


async def test_rows_that_are_at_hand_are_not_told_again(here: Chat) -> None:
    """As long as the feed stands where it stood, and as many conversations are there."""
    await here.tell(came("a"), came("b", person("2"), at=2))
    shelf, where = Shelf(here.ground.redis), (here.workspace_id, here.number_id)
    found = await shelf.snapshot(*where, 50)
    again = await shelf.snapshot(*where, 50, (found.cursor, found.count))
    assert (found.cursor, 2, None) == (again.cursor, again.count, again.threads)
    assert (await shelf.snapshot(*where, 50, (found.cursor, 3))).threads == found.threads

    await here.tell(came("c", at=3))
    later = await shelf.snapshot(*where, 50, (found.cursor, found.count))
    assert later.threads is not None
    assert later.threads != found.threads


async def test_a_page_that_is_at_hand_is_not_told_again(here: Chat) -> None:
    """As long as nothing has touched its conversation."""
    await here.tell(came("a"), came("b", person("2"), at=2))
    shelf, asked = Shelf(here.ground.redis), (here.workspace_id, here.number_id, "US.100", None, 50)
    found = await shelf.messages(*asked)
    assert found is not None
    await here.tell(came("c", person("2"), at=3))
    again = await shelf.messages(*asked, found.thread)
    assert again is not None
    assert again.rows is None

    await here.tell(came("d", at=4))
    later = await shelf.messages(*asked, found.thread)
    assert later is not None
    assert later.rows is not None
    assert 2 == len(later.rows)


async def test_a_contact_that_nobody_knows_has_no_page(here: Chat) -> None:
    """Of one that is known a page may be empty."""
    await here.tell(came("a"))
    shelf = Shelf(here.ground.redis)
    known = await shelf.messages(here.workspace_id, here.number_id, "US.100", None, 0)

    assert None is await shelf.messages(here.workspace_id, here.number_id, "US.101", None, 5)
    assert known is not None
    assert ([], None) == (known.rows, known.more)
