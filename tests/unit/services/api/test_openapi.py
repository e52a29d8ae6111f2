"""The description that is made from the declarations."""

from typing import Annotated, Literal

import pytest
from openapi_spec_validator import validate

from services.api.app import described_routes
from services.api.fields import Before, Given
from services.api.openapi import description, refusals
from services.api.route import Answer, Body, Call, Nothing, Request, declared, route
from shared.contract.chat import View


class Shelving(Body):
    """A book to shelve."""

    title: str
    subtitle: Annotated[str | None, Given()] = None


class Books(Request):
    """Which books."""

    before: Annotated[Before | None, Given()] = None


class Book(View):
    """A book."""

    title: str
    subtitle: str | None = None
    copies: int = 1
    kind: Literal["book"] = "book"


class Shelf:
    """A thing that answers two routes."""

    @route(
        "GET",
        "/v1/shelves/{number_id}",
        summary="Books",
        access="read",
        query=Books,
        answers={200: Book, 304: None},
        refusals={404: ("no_such_shelf",)},
    )
    async def list_books(self, call: Call[Books, Nothing]) -> Answer:
        """Some of them."""
        return Answer(200)

    @route("POST", "/v1/shelves", summary="Shelve", access="anyone", body=Shelving, answers={201: Book})
    async def shelve(self, call: Call[Nothing, Shelving]) -> Answer:
        """One of them."""
        return Answer(201)


def test_the_whole_description_is_valid() -> None:
    """OpenAPI 3.1, by somebody else's judgement."""
    validate(description(described_routes()))


def test_every_operation_has_a_name_of_its_own() -> None:
    """Programs that are generated from it need one."""
    names = [route.name for route in described_routes()]

    assert len(set(names)) == len(names)


def test_what_is_absent_is_left_out_and_never_null() -> None:
    """An answer's optional field may be missing; one with a value is always there."""
    book = description(declared(Shelf))["components"]["schemas"]["Book"]

    assert ["title", "copies", "kind"] == book["required"]
    assert {"type": "string"} == book["properties"]["subtitle"]


def test_a_request_says_what_is_refused() -> None:
    """Unknown fields, and a null where a field may only be left out."""
    shelving = description(declared(Shelf))["components"]["schemas"]["Shelving"]

    assert shelving["additionalProperties"] is False
    assert {"type": "string"} == shelving["properties"]["subtitle"]
    assert ["title"] == shelving["required"]


def test_a_query_is_described_parameter_by_parameter() -> None:
    """Beside those of the path."""
    operation = description(declared(Shelf))["paths"]["/v1/shelves/{number_id}"]["get"]

    assert [("number_id", "path", True), ("before", "query", False)] == [
        (each["name"], each["in"], each["required"]) for each in operation["parameters"]
    ]


def test_every_refusal_is_told_with_its_codes() -> None:
    """Those of the route and those of the entrance, as problems."""
    listing, shelving = declared(Shelf)

    assert {400, 401, 403, 404, 422, 429, 503} == set(refusals(listing))
    assert ("no_such_number", "no_such_shelf") == refusals(listing)[404]
    assert {400, 408, 413, 415, 422, 503} == set(refusals(shelving))
    operation = description([listing])["paths"]["/v1/shelves/{number_id}"]["get"]
    assert {"200", "304", *map(str, refusals(listing))} == set(operation["responses"])
    assert ["application/problem+json"] == list(operation["responses"]["404"]["content"])
    assert "content" not in operation["responses"]["304"]


@pytest.mark.parametrize(
    ("path", "method", "expected"),
    [
        ("/v1/sessions", "post", []),
        ("/v1/session", "get", [{"session": []}, {"token": []}]),
        ("/v1/tokens", "get", [{"session": []}]),
        ("/v1/numbers", "get", [{"session": []}, {"token": ["read"]}]),
        ("/v1/numbers/{number_id}/conversations/{contact_id}/messages", "post", [{"session": []}, {"token": ["send"]}]),
    ],
)
def test_who_may_call_is_part_of_it(path: str, method: str, expected: list[dict[str, list[str]]]) -> None:
    """A session, a token with its scope, or anybody."""
    assert expected == description(described_routes())["paths"][path][method]["security"]


def test_the_description_is_the_same_each_time() -> None:
    """A program that is generated from it changes only when the API does."""
    assert repr(description(described_routes())) == repr(description(described_routes()))
