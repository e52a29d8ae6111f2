"""The alerts that an operator loads: rules as Prometheus reads them, on metrics that exist, each with its runbook."""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from prometheus_client.parser import text_string_to_metric_families

from services.ingest.app import PATH
from shared import metrics
from shared.topology import QUEUES
from tests.unit.metricnames import LABEL, NAME, ROOT, SELECTOR, exposed, unknown

ALERTS = ROOT / "deploy" / "monitoring" / "alerts.yml"
EXAMPLES = Path(__file__).with_name("alerts.examples.yml")
RUNBOOKS = ROOT / "docs" / "runbooks"
DURATION = re.compile(r"[1-9]\d*[smhd]")
HEADINGS = ["## What it means", "## What customers notice", "## What to look at", "## What to do"]
GROWN = re.compile(r"increase\((inbox_[a-z_]+)\{([^}]*)\}")
# What a runbook names in code: an event of the log, as in `http.failed`, or a queue.
TOLD = re.compile(r"`([a-z]+\.[a-z_]+)`")


def rules() -> list[dict[str, Any]]:
    """Every rule of the file."""
    return [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]


def pages() -> list[Path]:
    """Every runbook but the list of them."""
    return sorted(page for page in RUNBOOKS.glob("*.md") if page.name != "README.md")


@cache
def code() -> str:
    """All of ours."""
    return "".join(path.read_text() for part in ("shared", "services") for path in (ROOT / part).rglob("*.py"))


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_a_rule_is_whole_and_says_what_to_do(rule: dict[str, Any]) -> None:
    """Only fields that Prometheus knows, a name of ours, how urgent it is, what has happened, what helps, and where."""
    assert rule.keys() - {"for"} == {"alert", "expr", "labels", "annotations"}
    assert re.fullmatch(r"Inbox[A-Za-z]+", rule["alert"])
    assert DURATION.fullmatch(rule.get("for", "1m"))
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert {"summary", "action", "runbook_url"} == rule["annotations"].keys()
    assert f"docs/runbooks/{rule['alert']}.md" == rule["annotations"]["runbook_url"]
    for opening, closing in ("()", "[]", "{}"):
        assert rule["expr"].count(opening) == rule["expr"].count(closing)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_every_metric_and_label_of_a_rule_exists(rule: dict[str, Any]) -> None:
    """An alert on a name that nobody tells never fires, and nobody notices."""
    assert NAME.findall(rule["expr"]) or "up{" in rule["expr"]
    assert [] == unknown(rule["expr"])
    for _, selector in SELECTOR.findall(rule["expr"]):
        for label, told in LABEL.findall(selector):
            if label == "route":
                assert PATH == told
            if label == "queue":
                assert told in {queue.name for queue in QUEUES}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_the_first_of_a_kind_is_seen(rule: dict[str, Any]) -> None:
    """What begins at one has not grown, for Prometheus: whatever an alert waits for is told as 0 from the start."""
    families = text_string_to_metric_families(metrics.exposition()[0].decode())
    told = [(sample.name, sample.labels) for family in families for sample in family.samples]
    for name, selector in GROWN.findall(rule["expr"]):
        for label, values in LABEL.findall(selector):
            for value in values.split("|"):
                assert any(name == each and value == labels.get(label) for each, labels in told), (name, value)


def test_names_are_unique_and_the_file_is_one_group() -> None:
    """Two alerts of one name would be one."""
    alerts = [rule["alert"] for rule in rules()]
    assert sorted(alerts) == sorted(set(alerts))
    assert {"groups"} == yaml.safe_load(ALERTS.read_text()).keys()


def test_each_alert_has_its_runbook_and_no_runbook_is_left_over() -> None:
    """And the list of them names each, with how urgent it is."""
    assert sorted(rule["alert"] for rule in rules()) == [page.stem for page in pages()]
    lines = (RUNBOOKS / "README.md").read_text().splitlines()
    for rule in rules():
        row = f"| [{rule['alert']}]({rule['alert']}.md) | {rule['labels']['severity']} | "
        assert 1 == sum(line.startswith(row) for line in lines), rule["alert"]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_a_runbook_says_what_it_means_what_is_noticed_where_to_look_and_what_to_do(page: Path) -> None:
    """In this order, none of them empty, and nothing in it that does not exist: metric, event, queue or page."""
    text = page.read_text()
    title, *parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    assert title.startswith("# ")
    assert f"`{page.stem}`" in title
    assert HEADINGS == [part.splitlines()[0] for part in parts]
    assert all(part.split("\n", 1)[1].strip() for part in parts)
    assert [] == [name for name in unknown(text) if name not in exposed()]  # a histogram by its own name
    queues = {queue.name for queue in QUEUES} | {queue.dead for queue in QUEUES} | {"parked.dead"}
    for told in set(TOLD.findall(text)) - queues:
        assert f'"{told}"' in code(), told
    for link in re.findall(r"\]\(([^)#:]+\.md)", text):
        assert (page.parent / link).is_file(), link


PROMTOOL = shutil.which("promtool")
needs_promtool = pytest.mark.skipif(
    PROMTOOL is None, reason="promtool is not on this machine: apt-get install prometheus"
)


@needs_promtool
def test_prometheus_takes_the_rules_and_its_own_settings() -> None:
    """By the word of its own checker, where the machine has it."""
    assert PROMTOOL is not None
    answer = subprocess.run([PROMTOOL, "check", "rules", str(ALERTS)], capture_output=True, text=True, check=False)
    assert 0 == answer.returncode, answer.stdout + answer.stderr
    told = ["check", "config", "--syntax-only", str(ALERTS.with_name("prometheus.yml"))]
    answer = subprocess.run([PROMTOOL, *told], capture_output=True, text=True, check=False)
    assert 0 == answer.returncode, answer.stdout + answer.stderr


@needs_promtool
def test_alerts_fire_when_they_should_and_not_before() -> None:
    """The examples, by Prometheus's own arithmetic."""
    assert PROMTOOL is not None
    answer = subprocess.run([PROMTOOL, "test", "rules", str(EXAMPLES)], capture_output=True, text=True, check=False)
    assert 0 == answer.returncode, answer.stdout + answer.stderr
