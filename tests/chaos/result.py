"""What a run has found: counts and kinds; and how it is told while it goes on, and at the end."""

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.chaos.plan import Step

TOLD_MAX = 40
PROMISED = ("lost", "doubled", "misordered")  # told also when there are none


def say(line: str) -> None:
    """A line of progress."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@dataclass
class Row:
    """One fault that was caused, and what went on while it lasted."""

    fault: str
    began_s: float
    detail: str = ""
    took_s: float = 0.0
    recovered_s: float = 0.0
    written: int = 0
    clicked: int = 0

    def __str__(self) -> str:
        """A line of progress."""
        name = f"{self.fault} ({self.detail})" if self.detail else self.fault
        went = f"{self.took_s:5.1f} s, back after {self.recovered_s:5.2f} s, {self.written:4} in, {self.clicked:4} out"
        return f"{name:72} {went}"


@dataclass
class Result:
    """A run, as it is kept."""

    seed: int
    took_s: float = 0.0
    rows: list[Row] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    violations: list[dict[str, str]] = field(default_factory=list)

    def wrong(self, kind: str, what: str) -> None:
        """A promise was broken."""
        self.violations.append({"kind": kind, "what": what})

    def possible(self, steps: Iterable[Step]) -> list[Step]:
        """Those that this machine can cause; the others are skipped loudly."""
        found = []
        for step in steps:
            if why := step.fault.missing():
                if step.fault.name not in self.skipped:
                    say(f"SKIPPED: {step.fault.name}, because {why}")
                self.skipped[step.fault.name] = why
            else:
                found.append(step)
        return found

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.violations

    def told(self) -> str:
        """The end of a run, in words."""
        lines = [f"seed {self.seed}: {self.took_s:.0f} s, {len(self.rows)} faults"]
        lines += [f"  {count:6} {name}" for name, count in self.counts.items()]
        kinds = Counter(each["kind"] for each in self.violations)
        lines += [f"  {kinds[kind]:6} {kind}" for kind in dict.fromkeys((*PROMISED, *kinds))]
        lines += [f"  WRONG {each['kind']}: {each['what']}" for each in self.violations[:TOLD_MAX]]
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """For a file."""
        return asdict(self)
