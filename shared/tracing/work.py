"""Something that is being done for the traces of some messages; told in each of them when it is over."""

import random
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple, Protocol

from shared.tracing.context import HEADER, Context, written

# One broker message, one commit and one page of a feed may be about hundreds of messages; what is done for so many at
# once is seen as well in the traces of the first.
SHARED_MAX = 32

Kind = Literal["server", "client", "producer", "consumer", "internal"]
Facts = Mapping[str, str | int | float | bool]


class Span(NamedTuple):
    """What is told: the same work in other traces is linked."""

    part: str
    name: str
    kind: Kind
    context: Context
    parent: Context | None
    began_ns: int
    ended_ns: int
    facts: Facts
    links: tuple[Context, ...] = ()
    moments: tuple[tuple[str, int], ...] = ()
    failure: str | None = None


class Teller(Protocol):
    """Whoever passes spans on."""

    def tell(self, span: Span) -> None:
        """Return at once, whatever becomes of it."""


def child(parent: Context) -> Context:
    """A new span in the same trace."""
    return Context(parent.trace_id, random.getrandbits(64) or 1, parent.is_sampled)


class Work:
    """One piece of it, begun now; `stands` says where where that is known before."""

    __slots__ = ("_teller", "began_ns", "stands")

    def __init__(self, teller: Teller, stands: Iterable[tuple[Context, Context | None]], began_ns: int = 0) -> None:
        self._teller = teller
        self.began_ns = began_ns or time.time_ns()
        self.stands = list(stands)

    @property
    def contexts(self) -> list[Context]:
        """Its spans, for what follows from it."""
        return [context for context, _ in self.stands]

    @property
    def headers(self) -> dict[str, str | int]:
        """For a message that carries on: of several traces it names the first, its lines tell the others."""
        return {HEADER: written(self.stands[0][0])} if self.stands else {}

    def end(
        self,
        part: str,
        name: str,
        kind: Kind,
        facts: Facts,
        *,
        moments: tuple[tuple[str, int], ...] = (),
        failure: str | None = None,
        ended_ns: int = 0,
    ) -> None:
        """It is over, or was then."""
        if not self.stands:
            return
        # Of two clocks one may be behind.
        ended_ns, first = max(ended_ns or time.time_ns(), self.began_ns), self.stands[0][0]
        others = tuple(context for context, _ in self.stands[1:])
        for context, parent in self.stands:
            links = others if context is first else (first,)
            span = Span(part, name, kind, context, parent, self.began_ns, ended_ns, facts, links, moments, failure)
            self._teller.tell(span)


def following(parents: Iterable[Context | None]) -> Iterator[tuple[Context, Context]]:
    """New spans below these: one in each sampled trace, the first ones."""
    known: set[int] = set()
    for parent in parents:
        if parent is None or not parent.is_sampled or parent.trace_id in known:
            continue
        known.add(parent.trace_id)
        yield child(parent), parent
        if len(known) == SHARED_MAX:
            return
