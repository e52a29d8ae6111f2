"""The places in long polls."""

from contextlib import ExitStack, suppress

from services.api.limits import Places


def test_places_are_given_back() -> None:
    """So many of one credential, so many in all; leaving makes room, for errors too."""
    places = Places(in_all=2, per_credential=1)
    names = ("a", "a", "b", "c")

    with ExitStack() as entered:
        assert [True, False, True, False] == [entered.enter_context(places.place(name)) for name in names]
    with suppress(ZeroDivisionError), places.place("a"):
        raise ZeroDivisionError
    with places.place("a") as taken:
        assert taken
