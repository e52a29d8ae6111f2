"""What a stage found, as it is kept in a file and read again for the report."""

from pathlib import Path
from statistics import median
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bench.ratios import Estimate

FOLDER = Path("bench/results")

Verdict = Literal["stretch", "must", "missed", ""]
Unit = Literal["x", "s", "ms", "us", "/s", "B", "KiB", "MiB", "cores", "%"]


class Bar(BaseModel):
    """What we want a figure to be."""

    model_config = ConfigDict(frozen=True)

    must: float
    stretch: float
    at_most: bool = False

    def verdict(self, value: float) -> Verdict:
        """Which of the two it reaches."""
        for name, wanted in (("stretch", self.stretch), ("must", self.must)):
            if value <= wanted if self.at_most else value >= wanted:
                return name  # type: ignore[return-value]
        return "missed"


class Figure(BaseModel):
    """One value with its uncertainty."""

    model_config = ConfigDict(frozen=True)

    name: str
    unit: Unit
    median: float
    low: float
    high: float
    bar: Bar | None = None

    @classmethod
    def of(cls, name: str, unit: Unit, told: Estimate, bar: Bar | None = None) -> "Figure":
        """An estimate with a name."""
        return cls(name=name, unit=unit, median=told.median, low=told.low, high=told.high, bar=bar)

    @property
    def verdict(self) -> Verdict:
        """By the median."""
        return self.bar.verdict(self.median) if self.bar else ""


class Turn(BaseModel):
    """One side in one round."""

    model_config = ConfigDict(frozen=True)

    side: str
    per_s: float
    counted: int
    refused: int
    took_s: float
    cpu_us: dict[str, float]  # for each that counted: every process of the side, the servers, the generator
    cores: dict[str, float]  # how busy each kept the machine; `foreign` are all others, `stolen` went to the host
    p50_ms: float = 0
    p99_ms: float = 0


class Result(BaseModel):
    """A stage that has run to its end, with every ledger clean: otherwise there is none."""

    stage: str
    title: str
    against: str
    figures: list[Figure]
    rounds: list[list[Turn]]
    ratios: list[float] = []
    latency: dict[str, dict[str, int]] = {}  # by side, over all rounds
    settings: dict[str, str]
    machine: dict[str, str] = {}
    ledger: str
    took_s: float = 0

    def spent_us(self, side: str = "ours") -> dict[str, float]:
        """The processor time of each process for one that counted: the middle one of the rounds of this side."""
        turns = [turn for together in self.rounds for turn in together if turn.side == side]
        names = dict.fromkeys(name for turn in turns for name in turn.cpu_us)
        return {name: median(turn.cpu_us[name] for turn in turns if name in turn.cpu_us) for name in names}

    def keep(self, folder: Path = FOLDER) -> None:
        """Write it down."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.stage}.json").write_text(self.model_dump_json(indent=1, exclude_defaults=True) + "\n")

    @classmethod
    def kept(cls, stage: str, folder: Path = FOLDER) -> "Result | None":
        """As it was written down, if it was."""
        path = folder / f"{stage}.json"
        return cls.model_validate_json(path.read_text()) if path.exists() else None
