"""What a route of the HTTP API is: declared once beside its answer, it becomes both the handler and the description."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from shared.auth import Principal
from shared.contract.ids import ContactId
from shared.registry import NumberRecord

# Who may call: anyone at all; whoever is signed in; a session only; a session, or a token with this scope.
Access = Literal["anyone", "signed_in", "session", "read", "send"]


class Request(BaseModel):
    """What a caller sends: a field that we do not know is refused, so that a typing error is not silently dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Body(Request):
    """What is sent as JSON: a number is no text and a truth is no number."""

    model_config = ConfigDict(strict=True)


class Nothing(Request):
    """No query parameters, or no body."""


Q = TypeVar("Q", bound=Request)
B = TypeVar("B", bound=Request)


@dataclass(frozen=True, slots=True)
class Call(Generic[Q, B]):
    """One request that has passed the entrance: the caller is known and everything in it is checked."""

    path: Mapping[str, str]
    query: Q
    body: B
    headers: Mapping[str, str]
    peer: str
    signed_in: Principal | None = None
    owned: NumberRecord | None = None

    @property
    def caller(self) -> Principal:
        """Who calls; a route for anyone has none and must not ask."""
        if self.signed_in is None:
            raise LookupError("this route does not ask who calls")
        return self.signed_in

    @property
    def number(self) -> NumberRecord:
        """The number in the path, which is the caller's; only where there is one."""
        if self.owned is None:
            raise LookupError("this route has no number in its path")
        return self.owned

    @property
    def contact_id(self) -> ContactId:
        """The contact in the path: any of its ids."""
        return ContactId(self.path["contact_id"])


class Told(Protocol):
    """A view, or a leaf of what is stored."""

    def json_bytes(self) -> bytes:
        """As JSON, without what is absent."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: what tells itself as JSON (or bytes that are it already), or nothing."""

    code: int
    body: Told | bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """Method, path, what comes in, what goes out and every refusal of its own; the entrance adds the usual ones."""

    method: str
    path: str
    name: str
    summary: str
    access: Access
    query: type[Request]
    body: type[Request]
    answers: Mapping[int, type[BaseModel] | None]
    refusals: Mapping[int, tuple[str, ...]]
    while_erasing: bool = False  # whether it is there for a number of which all is being erased

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in the path, in order."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))


Answering = Callable[[Any, Call[Q, B]], Awaitable[Answer]]
_MARK = "__route__"
_NONE: Mapping[int, tuple[str, ...]] = MappingProxyType({})


def route(
    method: str,
    path: str,
    *,
    summary: str,
    access: Access,
    query: type[Q] = Nothing,  # type: ignore[assignment]  # a default for a type variable, which mypy cannot say
    body: type[B] = Nothing,  # type: ignore[assignment]
    answers: Mapping[int, type[BaseModel] | None],
    refusals: Mapping[int, tuple[str, ...]] = _NONE,
    while_erasing: bool = False,
) -> Callable[[Answering[Q, B]], Answering[Q, B]]:
    """Declare a method of a class as the answer to a route; its name becomes the operation's id."""

    def mark(answering: Answering[Q, B]) -> Answering[Q, B]:
        name: str = getattr(answering, "__name__", "")
        declared = Route(method, path, name, summary, access, query, body, dict(answers), dict(refusals), while_erasing)
        setattr(answering, _MARK, declared)
        return answering

    return mark


def declared(owner: type) -> list[Route]:
    """The routes of a class, in the order in which they stand there."""
    return [vars(member)[_MARK] for member in vars(owner).values() if _MARK in getattr(member, "__dict__", {})]


def answering(owner: object) -> list[tuple[Route, Callable[[Call[Any, Any]], Awaitable[Answer]]]]:
    """The routes of an instance, each with the method that answers it."""
    return [(found, getattr(owner, found.name)) for found in declared(type(owner))]
