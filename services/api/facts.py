"""What the projector's queue carries, read: events by the line and commands, sorted by the number they are about."""

from collections.abc import Iterable
from typing import Annotated, get_args

from pydantic import Field, TypeAdapter, ValidationError

from services.api.projection import Fact
from shared.broker import Poison
from shared.contract.commands import AnyCommand
from shared.contract.events import AnyEvent
from shared.contract.ids import NumberId, WorkspaceId

AnyFact = Annotated[AnyEvent | AnyCommand, Field(discriminator="type")]

_ADAPTER: TypeAdapter[AnyFact] = TypeAdapter(AnyFact)

# Which field tells it; by the class, because isinstance takes longer than all the rest.
_TAKEN = dict.fromkeys(get_args(get_args(AnyCommand)[0]), "at_ms")

Owner = tuple[WorkspaceId, NumberId]
Line = tuple[bytes | None, Fact]  # as it came from the broker, if it did


def taken_ms(facts: Iterable[Fact]) -> int:
    """Since when the oldest of them is ours: from Meta, from an agent or from Graph; 0 for none."""
    return min([getattr(fact, _TAKEN.get(type(fact), "received_ms")) for fact in facts], default=0)


class Facts:
    """The facts of some broker messages, and the lines that are none."""

    def __init__(self, bodies: Iterable[bytes]) -> None:
        self.by_number: dict[Owner, list[Line]] = {}
        self.poison: list[Poison] = []
        for body in bodies:
            for line in body.split(b"\n"):
                if line:
                    self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            fact = _ADAPTER.validate_json(line)
        except ValidationError as error:
            # The error's own text would quote the line, and dead letters are listed in the open.
            kinds = sorted({e["type"] for e in error.errors(include_input=False, include_url=False)})
            self.poison.append(Poison(line, f"not a fact: {', '.join(kinds)}"))
            return
        self.by_number.setdefault((fact.workspace_id, fact.number_id), []).append((line, fact))
