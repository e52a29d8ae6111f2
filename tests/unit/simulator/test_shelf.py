"""Media on the shelf."""

from simulator.chance import Chance
from simulator.shelf import Shelf


def a_shelf(bytes_max: int = 100) -> tuple[Shelf, list[float]]:
    """A shelf and the hand that moves its clock."""
    now = [0.0]
    return Shelf(bytes_max, Chance(1).ids, lambda: now[0]), now


def test_a_file_is_there_until_it_expires() -> None:
    """Thirty days for what was uploaded."""
    shelf, now = a_shelf()
    media = shelf.add(b"x", "image/png")

    assert media == shelf.get(media.id)
    now[0] = 30 * 86_400
    assert shelf.get(media.id) is None


def test_the_oldest_file_makes_room() -> None:
    """Bytes are bounded."""
    shelf, _ = a_shelf(bytes_max=100)
    first, second = shelf.add(b"x" * 60, "a/b"), shelf.add(b"y" * 60, "a/b")

    assert shelf.get(first.id) is None
    assert shelf.get(second.id) is not None


def test_a_removed_file_is_gone() -> None:
    """Once."""
    shelf, _ = a_shelf()
    media = shelf.add(b"x", "a/b")

    assert shelf.remove(media.id)
    assert not shelf.remove(media.id)


def test_the_node_tells_size_as_text_and_digest_in_hexadecimal() -> None:
    """As Graph does."""
    shelf, _ = a_shelf()
    shown = shelf.shown(shelf.add(b"abc", "text/plain"))

    assert "3" == shown["file_size"]
    assert 64 == len(shown["sha256"])
