"""What every stage is: a name, what it measures against what, and how; and what it is given to do so."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.result import Result
from bench.servers import Servers


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything; each stage takes what it needs."""

    rounds: int = 7  # as many as the hour has room for
    requests: int = 20_000  # in a round, of each side
    warm: int = 2_000
    connections: int = 64
    paced_s: float = 10.0
    facts: int = 10_000  # that wait for a projector
    sends: int = 4_000  # that wait for a sender
    sockets: int = 1_000  # that hear of one number
    steps: int = 150  # changes, each after the last was heard
    burst: int = 400  # changes that come together
    storm: int = 5_000  # sockets that are idle, or come back together
    pace: float = 1.0  # of the rate that a paced stage is about

    @property
    def is_whole(self) -> bool:
        """Whether figures come of it."""
        return self.rounds >= ROUNDS_MIN


ROUNDS_MIN = 7
# One stage that hangs must not take the time of the others.
STAGE_S_MAX = 8 * 60
WHOLE = Size()
PROFILE = Size(rounds=3)  # enough samples; a sampled process is slower, so no figure of it is kept
# Everything runs and every ledger is settled; the figures mean nothing.
QUICK = Size(
    rounds=2,
    requests=400,
    warm=50,
    connections=16,
    paced_s=1.0,
    pace=0.1,
    facts=400,
    sends=200,
    sockets=20,
    steps=5,
    burst=40,
    storm=120,
)


@dataclass(frozen=True)
class Bench:
    """Running servers and a folder for logs."""

    servers: Servers
    folder: Path
    size: Size
    say: Callable[[str], None]
    machine: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stage:
    """One line of the table: `g1` on the command line, its title in the report."""

    name: str
    title: str
    against: str
    run: Callable[["Stage", Bench], Awaitable[Result]]
    grows: bool = False  # it belongs to the table of growth: the same with ten times as much of something
