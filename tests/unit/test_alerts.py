"""The alerts that an operator loads: rules as Prometheus reads them, on metrics and labels that our processes have."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

# Whoever is imported has declared its metrics, as in the all-in-one process.
from services.api import metrics as _of_projector
from services.ingest import metrics as _of_ingest
from services.ingest.app import PATH
from services.push import metrics as _of_push
from services.sender import metrics as _of_sender
from shared import metrics
from shared.broker import soundings
from shared.topology import QUEUES

DECLARED = (_of_projector, _of_ingest, _of_push, _of_sender, soundings)
ALERTS = Path(__file__).parents[2] / "deploy" / "monitoring" / "alerts.yml"
DURATION = re.compile(r"[1-9]\d*[smhd]")
NAME = re.compile(r"\binbox_[a-z_]+")
SELECTOR = re.compile(r"\b(inbox_[a-z_]+)\{([^}]*(?:\{[^}]*\}[^}]*)*)\}")


def rules() -> list[dict[str, Any]]:
    """Every rule of the file."""
    return [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]


def exposed() -> dict[str, tuple[str, ...]]:
    """The names that can be asked for, each with its labels: what /metrics tells, before anything has happened."""
    page = metrics.exposition()[0].decode()
    kinds = {family.name: family.type for family in text_string_to_metric_families(page)}
    labels = {
        name: collector._labelnames  # type: ignore[attr-defined]
        for collector, names in REGISTRY._collector_to_names.items()
        for name in names
        if name.startswith("inbox_")
    }
    assert {"counter", "gauge", "histogram"} == {kind for name, kind in kinds.items() if name.startswith("inbox_")}
    return labels


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_a_rule_is_whole_and_says_what_to_do(rule: dict[str, Any]) -> None:
    """Only fields that Prometheus knows, a name of ours, how urgent it is, what has happened and what helps."""
    assert rule.keys() - {"for"} == {"alert", "expr", "labels", "annotations"}
    assert re.fullmatch(r"Inbox[A-Za-z]+", rule["alert"])
    assert DURATION.fullmatch(rule.get("for", "1m"))
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert {"summary", "action"} == rule["annotations"].keys()
    for opening, closing in ("()", "[]", "{}"):
        assert rule["expr"].count(opening) == rule["expr"].count(closing)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_every_metric_and_label_of_a_rule_exists(rule: dict[str, Any]) -> None:
    """An alert on a name that nobody tells never fires, and nobody notices."""
    names = exposed()
    found = NAME.findall(rule["expr"])
    assert found
    for name in found:
        base = name if name in names else re.sub(r"_(total|bucket|sum|count)$", "", name)
        assert base in names, name
    for name, selector in SELECTOR.findall(rule["expr"]):
        known = names[name if name in names else re.sub(r"_(total|bucket|sum|count)$", "", name)]
        for label, told in re.findall(r'([a-z_]+)\s*=~?\s*"([^"]*)"', selector):
            assert label in (*known, "le"), (name, label)
            if label == "route":
                assert PATH == told
            if label == "queue":
                assert told in {queue.name for queue in QUEUES}


def test_names_are_unique_and_the_file_is_one_group() -> None:
    """Two alerts of one name would be one."""
    alerts = [rule["alert"] for rule in rules()]
    assert sorted(alerts) == sorted(set(alerts))
    assert {"groups"} == yaml.safe_load(ALERTS.read_text()).keys()
