"""What an installation needs, by arithmetic on measured costs: `python -m tools.sizing --numbers 1000`."""

import argparse
import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "scaling.md"
RESULTS = ROOT / "docs" / "performance"
BEGIN, END = "<!-- sizing: written by `make bench-report` -->", "<!-- end of sizing -->"

DAY_S = 86_400
ALONE_UP_TO_PER_S = 300  # so many webhooks a second were coming when what each costs alone was measured (G14)
BUSY_MAX = 0.6  # of one core; what is beyond it is for the next minute
COPIES_MIN = 2  # so that one may go
SENDER_BUSY_MAX = 0.8  # one sender for as long as that is possible: it keeps the order of sends
SOCKETS_OF_ONE = 10_000  # half of what a push takes, so that those of one that dies have room
MASTER_BYTES = (
    32 * 1024**3
)  # of data, on a machine with twice as much: while Redis rewrites its file it has pages twice
GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Costs:
    """Processor time in microseconds, by process and by what is worked on; `_alone` is at ALONE_UP_TO_PER_S."""

    ingest_alone: float
    ingest: float
    rabbitmq_alone: float
    rabbitmq: float
    projector_alone: float
    projector: float
    redis_alone: float
    redis: float
    push_alone: float
    sender: float
    rabbitmq_of_send: float
    redis_of_send: float
    # Of a run of the stack (docs/operating.md, the picture), not of a stage: a list, a page and an answer in turn.
    api: float = 2_900
    delivery: float = 5


# Where each cost stands: the stage, and whose processor time.
PLACES: Mapping[str, tuple[str, str]] = {
    "ingest_alone": ("g14", "ingest"),
    "ingest": ("g4", "ours"),
    "rabbitmq_alone": ("g14", "rabbitmq"),
    "rabbitmq": ("g4", "rabbitmq"),
    "projector_alone": ("g14", "projector"),
    "projector": ("g5", "ours"),
    "redis_alone": ("g14", "redis"),
    "redis": ("g5", "redis"),
    "push_alone": ("g14", "push"),
    "sender": ("g7", "ours"),
    "rabbitmq_of_send": ("g7", "rabbitmq"),
    "redis_of_send": ("g7", "redis"),
}


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes, of what is kept."""

    message: int = 900  # a stored message with its share of indexes, names and search (G17)
    change: int = 670  # in the feed, for a day
    send: int = 1_330  # its request and its claim, for eight days
    event: int = 700  # in the archive


@dataclass(frozen=True, slots=True)
class Load:
    """What people do with it."""

    numbers: int
    received: int = 100  # messages of a number a day
    sent: int = 100
    agents: int = 1  # open browsers that follow a number, in the busiest hour
    peak: float = 10  # the busiest second, as a multiple of the mean of the day
    kept_days: int = 90
    archive_weeks: int = 13


@dataclass(frozen=True, slots=True)
class Plan:
    """What follows from a load."""

    load: Load
    costs: Costs
    sizes: Sizes = field(default_factory=Sizes)

    def _peak_per_s(self, of_number_a_day: float) -> float:
        return self.load.numbers * of_number_a_day / DAY_S * self.load.peak

    @property
    def messages_a_day(self) -> int:
        """In and out."""
        return self.load.numbers * (self.load.received + self.load.sent)

    @property
    def sends_per_s(self) -> float:
        """In the busiest second, as all that follow."""
        return self._peak_per_s(self.load.sent)

    @property
    def webhooks_per_s(self) -> float:
        """Each message of a customer, and three statuses of each that is sent, in a body of its own."""
        return self._peak_per_s(self.load.received + 3 * self.load.sent)

    @property
    def facts_per_s(self) -> float:
        """Beside the webhooks, that a message was asked for and that Graph took it."""
        return self._peak_per_s(self.load.received + 5 * self.load.sent)

    def cores(self) -> dict[str, float]:
        """Of each process and server in the busiest second."""
        costs, webhooks, facts, sends = self.costs, self.webhooks_per_s, self.facts_per_s, self.sends_per_s
        # What gathers over all numbers grows cheaper with the load; what gathers by number is taken as alone.
        alone = min(webhooks, ALONE_UP_TO_PER_S)
        deliveries = 2 * facts * self.load.agents
        us = {
            "ingest": max(alone * costs.ingest_alone, webhooks * costs.ingest),
            "api": 3 * sends * costs.api,
            "projector": facts * costs.projector_alone,
            "push": facts * costs.push_alone + deliveries * costs.delivery,
            "sender": sends * costs.sender,
            "RabbitMQ": max(alone * costs.rabbitmq_alone, facts * costs.rabbitmq) + sends * costs.rabbitmq_of_send,
            "Redis": facts * costs.redis_alone + sends * costs.redis_of_send,
        }
        return {name: spent / 1e6 for name, spent in us.items()}

    @property
    def sockets(self) -> int:
        """Open in the busiest hour."""
        return self.load.numbers * self.load.agents

    def copies(self) -> dict[str, int]:
        """Of each process."""
        cores = self.cores()
        found = {
            name: max(COPIES_MIN, math.ceil(cores[name] / BUSY_MAX)) for name in ("ingest", "api", "projector", "push")
        }
        found["push"] = max(found["push"], math.ceil(self.sockets / SOCKETS_OF_ONE))
        return found | {"sender": max(1, math.ceil(cores["sender"] / SENDER_BUSY_MAX))}

    def redis_bytes(self) -> dict[str, float]:
        """What is in memory."""
        load, sizes = self.load, self.sizes
        facts_a_day = load.numbers * (load.received + 5 * load.sent)
        return {
            f"messages of {load.kept_days} days": self.messages_a_day * load.kept_days * sizes.message,
            "feeds of a day": 2 * facts_a_day * sizes.change,
            "sends of eight days": 8 * load.numbers * load.sent * sizes.send,
        }

    @property
    def masters(self) -> int:
        """By memory, or by processor time if that is more."""
        by_memory = math.ceil(sum(self.redis_bytes().values()) / MASTER_BYTES)
        return max(1, by_memory, math.ceil(self.cores()["Redis"] / BUSY_MAX))

    @property
    def archive_bytes_a_week(self) -> float:
        """Of each node of RabbitMQ that has a copy."""
        return 7 * self.load.numbers * (self.load.received + 5 * self.load.sent) * self.sizes.event


def measured(folder: Path = RESULTS) -> Costs:
    """From the results that docs/performance.md shows."""
    found = {}
    for name, (stage, who) in PLACES.items():
        rounds = json.loads((folder / f"{stage}.json").read_text())["rounds"]
        found[name] = median(turn["cpu_us"][who] for turns in rounds for turn in turns if turn["side"] == "ours")
    return Costs(**found)


def cost_table(costs: Costs) -> list[str]:
    """What one of each costs."""

    def row(words: str, alone: str, gathered: str) -> str:
        return f"| {words} | {_us(costs, alone)} | {_us(costs, gathered)} |"

    return [
        "| processor time of | alone | gathered |",
        "| --- | ---: | ---: |",
        row("a webhook in ingest", "ingest_alone", "ingest"),
        row("a webhook in RabbitMQ, all the way", "rabbitmq_alone", "rabbitmq"),
        row("a fact in the projector", "projector_alone", "projector"),
        row("a fact in Redis", "redis_alone", "redis"),
        row("a fact in push, to the first socket", "push_alone", ""),
        row("a change to each further socket", "", "delivery"),
        row("a send in the sender", "", "sender"),
        row("a send in RabbitMQ", "", "rabbitmq_of_send"),
        row("a send in Redis", "", "redis_of_send"),
        row("a request in the api", "api", ""),
    ]


def _us(costs: Costs, name: str) -> str:
    return f"{getattr(costs, name):,.0f} us" if name else ""


def plan_table(plans: Sequence[Plan]) -> list[str]:
    """A column for each plan."""

    def row(words: str, values: Sequence[str]) -> str:
        return f"| {words} | " + " | ".join(values) + " |"

    lines = [
        row("", [f"{plan.load.numbers:,} numbers" for plan in plans]),
        "| --- |" + " ---: |" * len(plans),
        row("messages a day", [f"{plan.messages_a_day:,}" for plan in plans]),
    ]
    lines.append(row("open sockets", [f"{plan.sockets:,}" for plan in plans]))
    for words, name in (("webhooks", "webhooks_per_s"), ("facts", "facts_per_s"), ("sends", "sends_per_s")):
        lines.append(row(f"{words} in the busiest second", [f"{getattr(plan, name):,.1f}" for plan in plans]))
    for name in plans[0].cores():
        lines.append(row(f"cores: {name}", [f"{plan.cores()[name]:.2f}" for plan in plans]))
    lines.append(row("cores together", [f"{sum(plan.cores().values()):.1f}" for plan in plans]))
    for name in plans[0].copies():
        lines.append(row(f"processes: {name}", [str(plan.copies()[name]) for plan in plans]))
    for name in plans[0].redis_bytes():
        lines.append(row(f"Redis: {name}", [f"{plan.redis_bytes()[name] / GIB:,.1f} GiB" for plan in plans]))
    lines.append(row("Redis: masters", [str(plan.masters) for plan in plans]))
    lines.append(row("archive of a week", [f"{plan.archive_bytes_a_week / GIB:,.1f} GiB" for plan in plans]))
    return lines


def section(costs: Costs) -> str:
    """What stands in the page."""
    plans = [Plan(Load(numbers), costs) for numbers in (10, 1_000, 100_000)]
    return "\n".join([*cost_table(costs), "", *plan_table(plans)])


def main() -> int:
    """Print the plan that is asked for, or renew the page."""
    parser = argparse.ArgumentParser(prog="sizing")
    parser.add_argument("--write", action="store_true", help="renew docs/scaling.md")
    for each in fields(Load):
        default = 1_000 if each.name == "numbers" else each.default
        parser.add_argument(f"--{each.name.replace('_', '-')}", type=type(default), default=default)
    told = vars(parser.parse_args())
    if told.pop("write"):
        before, _, rest = PAGE.read_text().partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n\n{section(measured())}\n\n{END}{rest.partition(END)[2]}")
    else:
        print("\n".join(plan_table([Plan(Load(**told), measured())])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
