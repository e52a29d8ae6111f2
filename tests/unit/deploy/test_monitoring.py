"""What watches the stack: Prometheus asks every process, and the dashboard shows metrics and labels that exist."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from tests.unit.deploy.test_compose import PROCESSES, SERVICES
from tests.unit.metricnames import NAME, exposed, unknown

ROOT = Path(__file__).parents[3]
MONITORING = ROOT / "deploy" / "monitoring"
BOARD = json.loads((MONITORING / "grafana" / "dashboards" / "inbox.json").read_text())
PANELS: list[dict[str, Any]] = [panel for panel in BOARD["panels"] if panel["type"] != "row"]
ROWS = ("Pipeline", "Queues", "Graph", "Sockets", "Errors", "Saturation")


def expressions() -> list[str]:
    """Every question that the dashboard asks."""
    return [target["expr"] for panel in PANELS for target in panel["targets"]]


def test_every_process_is_asked_at_its_port() -> None:
    """And by a name that leads to all containers of a scaled service."""
    told = yaml.safe_load((MONITORING / "prometheus.yml").read_text())
    asked = {
        job["job_name"]: (each["names"], each["port"])
        for job in told["scrape_configs"]
        for each in job.get("dns_sd_configs", [])
    }
    assert {name: ([name], port) for name, (_, port) in PROCESSES.items()} == asked
    mounted = {line.split(":")[0]: line.split(":")[1] for line in SERVICES["prometheus"]["volumes"]}
    assert told["rule_files"] == [mounted["./deploy/monitoring/alerts.yml"]]


@pytest.mark.parametrize("expression", expressions())
def test_a_panel_shows_what_is_told(expression: str) -> None:
    """A metric or a label that nobody tells would be an empty panel, and nobody would notice."""
    assert [] == unknown(expression)


def test_every_metric_is_on_the_dashboard() -> None:
    """Whoever looks at three in the morning has all that there is; what only another metric needs is in its panel."""
    shown = {name for expression in expressions() for name in NAME.findall(expression)}
    shown |= {re.sub(r"_bucket$", "", name) for name in shown}
    assert {"inbox_read_receipts_total"} == exposed().keys() - shown


def test_every_panel_says_what_it_is_for() -> None:
    """Its own place, a name, and a sentence for whoever looks at three in the morning."""
    assert [*ROWS] == [panel["title"] for panel in BOARD["panels"] if panel["type"] == "row"]
    panels = BOARD["panels"]
    assert len(panels) == len({(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels})
    assert len(panels) == len({panel["id"] for panel in panels})
    assert all(panel["title"] and panel["description"].endswith(".") for panel in PANELS)
    assert {"prometheus"} == {panel["datasource"]["uid"] for panel in PANELS}
