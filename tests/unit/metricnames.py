"""Every metric that our processes declare, as it can be asked for: what alerts, dashboard and docs are held against."""

import importlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from shared import metrics

ROOT = Path(__file__).parents[2]
DECLARES = re.compile(r"^[A-Z_]+ = (?:Counter|Gauge|Histogram)\(", re.MULTILINE)
NAME = re.compile(r"\binbox_[a-z_]+")
SELECTOR = re.compile(r"\b(inbox_[a-z_]+)\{([^}]*(?:\{[^}]*\}[^}]*)*)\}")
LABEL = re.compile(r'([a-z_]+)\s*(?:=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"')
# What Prometheus itself knows of whom it asks, and what its own client tells of each process.
OF_PROMETHEUS = {"job", "instance", "le"}
OF_EVERY_PROCESS = {
    "up",
    *(f"process_{name}" for name in ("cpu_seconds_total", "resident_memory_bytes", "open_fds", "max_fds")),
}


@dataclass(frozen=True, slots=True)
class Metric:
    """One of ours; `name` is what a question begins with, without `_bucket` and the like."""

    name: str
    kind: str
    labels: tuple[str, ...]
    words: str

    @property
    def series(self) -> set[str]:
        """Each name that a question may use."""
        if self.kind == "histogram":
            return {f"{self.name}_{part}" for part in ("bucket", "sum", "count")}
        return {self.name}


def declaring() -> list[str]:
    """The modules that declare metrics, found by what they say."""
    files = [path for part in ("shared", "services") for path in sorted((ROOT / part).rglob("*.py"))]
    return [
        ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in files if DECLARES.search(path.read_text())
    ]


@cache
def exposed() -> dict[str, Metric]:
    """All of them by name: what /metrics tells before anything has happened, as in the all-in-one process."""
    for module in declaring():
        importlib.import_module(module)
    labels = {
        name: tuple(collector._labelnames)  # type: ignore[attr-defined]
        for collector, names in REGISTRY._collector_to_names.items()
        for name in names
        if name.startswith("inbox_")
    }
    found = {}
    for family in text_string_to_metric_families(metrics.exposition()[0].decode()):
        if family.name.startswith("inbox_") and not family.name.endswith("_created"):
            name = f"{family.name}_total" if family.type == "counter" else family.name
            found[name] = Metric(name, family.type, labels[family.name], family.documentation)
    return found


@cache
def series() -> dict[str, Metric]:
    """The metric of every name that a question may use."""
    return {name: metric for metric in exposed().values() for name in metric.series}


def unknown(expression: str) -> list[str]:
    """What a question asks for and nobody tells: names, and labels of a name."""
    known, bases = series(), exposed()
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', expression)
    others = set(re.findall(r"\b(?:up|process_[a-z_]+)\b", re.sub(r"\b(by|on) \([^)]*\)", "", bare)))
    lost = [name for name in NAME.findall(expression) if name not in known]
    lost += sorted(others - OF_EVERY_PROCESS)
    for name, selector in SELECTOR.findall(expression):
        metric = known.get(name) or bases.get(name)
        told = metric.labels if metric is not None else ()
        lost += [f"{name}{{{label}}}" for label, _ in LABEL.findall(selector) if label not in OF_PROMETHEUS | {*told}]
    return lost
