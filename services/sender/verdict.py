"""What came of one attempt, in the words that the rest of the house understands."""

from dataclasses import dataclass, field

from services.sender.outcome import NO_ANSWER, NOT_SENT, Outcome, outcome
from shared import attempts
from shared.contract.advice import explained
from shared.contract.errors import GraphError
from shared.contract.events import Identity
from shared.contract.ids import Wamid
from shared.graph import Answer


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome with its evidence."""

    outcome: Outcome
    code: int | str | None = None
    error: GraphError | None = None
    wamid: Wamid | None = None
    contact: Identity = field(default_factory=Identity)
    http_status: int | None = None

    @property
    def line(self) -> str:
        """As it is kept of the attempt, without anybody's words."""
        return attempts.told(self.outcome, self.http_status, self.error)


def answered(answer: Answer) -> Verdict:
    """Graph has answered, if perhaps not in its own language."""
    if answer.wamid:
        return Verdict(Outcome.ACCEPTED, wamid=answer.wamid, contact=answer.contact, http_status=answer.code)
    error = answer.error or GraphError(code=f"http_{answer.code}", message=f"HTTP {answer.code}")
    code = answer.error.code if answer.error else None
    status = None if isinstance(code, str) and not code.startswith("http_") else answer.code  # ours: nobody was asked
    return Verdict(outcome(answer.code, code), error.code, explained(error), http_status=status)


def never_left() -> Verdict:
    """Surely nothing was sent."""
    error = GraphError(code=NOT_SENT, message="Graph could not be reached")
    return Verdict(Outcome.TRANSIENT, NOT_SENT, explained(error))


def lost() -> Verdict:
    """The request left, and nobody knows more."""
    error = GraphError(code=NO_ANSWER, message="Graph gave no complete answer in time")
    return Verdict(Outcome.UNKNOWN, NO_ANSWER, explained(error))


def own(code: str, message: str) -> GraphError:
    """An error that is ours, explained like Meta's."""
    return explained(GraphError(code=code, message=message))
