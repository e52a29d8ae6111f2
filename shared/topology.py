"""Every exchange, queue, wait and dead letter of the broker: one table as data; nothing else declares."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.week import Week

MIB = 1024 * 1024

# Six steps cover 4^X seconds, Meta's own schedule for the pair limit (META 5.2, code 131056); the longer ones are
# for long backlogs, so that a send due in hours hops a few times and not thousands.
WAIT_STEPS_S = (1, 4, 16, 64, 256, 1024, 4096)

# A lost connection counts one delivery against every prefetched message, so innocents must survive many kills.
DELIVERY_LIMIT = 50

BATCH_EVENTS_MAX = 500
BATCH_BYTES_MAX = MIB // 4  # a projector has hundreds of them in hand


@dataclass(frozen=True, slots=True)
class Exchange:
    """A fan-out point: what is published reaches every queue bound to it."""

    name: str


@dataclass(frozen=True, slots=True)
class Queue:
    """A work queue; `bytes_max` refuses publishes (and so Meta's webhook) rather than dropping anything.

    What waits comes back to `back_to`, in its waits; what nobody could handle is buried beside that of `kin`.
    """

    name: str
    bound_to: tuple[Exchange, ...]
    bytes_max: int
    waits_s: tuple[int, ...] = ()
    back_to: "Queue | None" = None
    kin: "Queue | None" = None

    @property
    def dead(self) -> str:
        """Where a delivery goes that nobody could handle."""
        return self.kin.dead if self.kin else f"{self.name}.dead"

    @property
    def returning(self) -> "Queue":
        """The queue that a delivery comes back to when it has waited: this one, as a rule."""
        return self.back_to or self

    def wait(self, step_s: int) -> str:
        """The queue that holds a delivery for `step_s` seconds and then gives it back."""
        return f"{self.name}.wait.{step_s}"


@dataclass(frozen=True, slots=True)
class Archive:
    """All that happened, one stream an ISO week, to make chat state anew from; each is dropped whole."""

    name: str
    bound_to: tuple[Exchange, ...]
    week_bytes_max: int
    segment_bytes: int

    def stream(self, week: Week) -> str:
        """The stream of a week."""
        return f"{self.name}.{week}"


def dropped_from_ms(week: Week, weeks: int) -> int:
    """From when on nothing of a week is left, if so many weeks are kept beside the present one."""
    return week.after(1 + weeks).begins_ms


EVENTS = Exchange("events")
COMMANDS = Exchange("commands")
CROWDED = Exchange("commands.crowd")  # sends of a number that has very many waiting already

PROJECTOR = Queue("projector", bound_to=(EVENTS, COMMANDS, CROWDED), bytes_max=1024 * MIB)
SENDER = Queue("sender", bound_to=(COMMANDS,), bytes_max=256 * MIB, waits_s=WAIT_STEPS_S)
# A crowd stands here untouched, and is taken from as its number has room. What was taken and has to wait comes back to
# a queue of its own: neither behind the rest of the crowd, nor in front of other numbers. Half a million long texts;
# at its limit it refuses those alone whose number is crowded.
CROWD_AGAIN = Queue("sender.again", bound_to=(), bytes_max=256 * MIB, waits_s=WAIT_STEPS_S, kin=SENDER)
CROWD = Queue("sender.crowd", bound_to=(CROWDED,), bytes_max=1024 * MIB, back_to=CROWD_AGAIN, kin=SENDER)

# A quarter: longer than anybody scrolls back, shorter than a copy of what was erased may decently outlive its erasure.
ARCHIVE_WEEKS = 13
# About 30 million events: a week of 50 a second, day and night. Beyond it the oldest segments of the week go, because a
# full disk would stop everything. A segment is what goes at once, and what a stream holds at the least.
ARCHIVE = Archive(
    "archive", bound_to=(EVENTS, COMMANDS, CROWDED), week_bytes_max=32 * 1024 * MIB, segment_bytes=100 * MIB
)

EXCHANGES = (EVENTS, COMMANDS, CROWDED)
QUEUES = (PROJECTOR, SENDER, CROWD, CROWD_AGAIN)

PARKED_DEAD = "parked.dead"  # parked events that a bound pushed out
DEAD_LETTERS = (PROJECTOR.dead, SENDER.dead, PARKED_DEAD)
DEAD_BYTES_MAX = 256 * MIB
WAIT_BYTES_MAX = 256 * MIB


@dataclass(frozen=True, slots=True)
class Topology:
    """All that a broker declares; `replays_to` names every dead letter queue and where its letters go back to."""

    queues: tuple[Queue, ...]
    replays_to: Mapping[str, Queue]
    delivery_limit: int = DELIVERY_LIMIT
    wait_bytes_max: int = WAIT_BYTES_MAX
    dead_bytes_max: int = DEAD_BYTES_MAX
    archive: Archive | None = None

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Every exchange that a queue is bound to, once."""
        return tuple(dict.fromkeys(exchange for queue in self.queues for exchange in queue.bound_to))

    def bound_to(self, exchange: Exchange) -> tuple[Queue, ...]:
        """The queues that get what is published to this exchange."""
        return tuple(queue for queue in self.queues if exchange in queue.bound_to)


# A parked event that was pushed out is projected again, and parks again when its number is still not connected.
TOPOLOGY = Topology(QUEUES, {PROJECTOR.dead: PROJECTOR, SENDER.dead: SENDER, PARKED_DEAD: PROJECTOR}, archive=ARCHIVE)


def wait_step_s(waits_s: tuple[int, ...], after_s: float) -> int:
    """The largest step that does not overshoot, else the smallest: what is early waits again."""
    return max((step for step in waits_s if step <= after_s), default=min(waits_s))
