"""Routes as they are declared."""

from typing import Any

import pytest

from services.api.route import Answer, Call, Nothing, Request, answering, declared, route


class Shelf:
    """A thing that answers two routes."""

    def helper(self) -> None:
        """No route."""

    @route("GET", "/v1/shelves/{shelf_id}/books/{book_id}", summary="A book", access="read", answers={200: None})
    async def get_book(self, call: Call[Nothing, Nothing]) -> Answer:
        """One of them."""
        return Answer(200, call.path["book_id"].encode())

    @route(
        "DELETE",
        "/v1/shelves/{shelf_id}",
        summary="Burn",
        access="session",
        answers={204: None},
        refusals={409: ("x",)},
    )
    async def burn(self, call: Call[Nothing, Nothing]) -> Answer:
        """All of them."""
        return Answer(204)


def test_a_class_tells_its_routes_in_their_order() -> None:
    """Without an instance, so that a description needs nothing that runs."""
    assert ["get_book", "burn"] == [found.name for found in declared(Shelf)]


async def test_an_instance_answers_its_routes() -> None:
    """Each route comes with the bound method that answers it."""
    (found, answer), _ = answering(Shelf())
    call: Call[Any, Any] = Call({"book_id": "7"}, Nothing(), Nothing(), {}, "")

    assert "get_book" == found.name
    assert b"7" == (await answer(call)).body


def test_the_names_in_a_path_are_its_parameters() -> None:
    """In order."""
    assert ("shelf_id", "book_id") == declared(Shelf)[0].parameters


def test_what_comes_in_is_nothing_unless_said() -> None:
    """No query and no body."""
    assert (Nothing, Nothing) == (declared(Shelf)[0].query, declared(Shelf)[0].body)


def test_a_route_for_anyone_cannot_ask_who_calls() -> None:
    """A mistake of ours is an error at once, not a stranger with rights."""
    call: Call[Request, Request] = Call({}, Nothing(), Nothing(), {}, "")

    with pytest.raises(LookupError):
        _ = call.caller
    with pytest.raises(LookupError):
        _ = call.number
