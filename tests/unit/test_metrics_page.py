"""docs/operating.md lists every metric as the processes tell it, and no other."""

import re

import pytest

from tests.unit.metricnames import ROOT, Metric, exposed

PAGE = (ROOT / "docs" / "operating.md").read_text()
METRICS = sorted(exposed().values(), key=lambda metric: metric.name)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: str(metric.name))
def test_every_metric_is_on_the_page(metric: Metric) -> None:
    """With its kind, its labels and its very words."""
    labels = ", ".join(f"`{label}`" for label in metric.labels)
    assert f"| `{metric.name}` | {metric.kind} | {labels} | {metric.words} |" in PAGE.splitlines()


def test_no_metric_is_on_the_page_that_nobody_tells() -> None:
    """Of the table; in the text their parts may be named."""
    listed = re.findall(r"^\| `(inbox_[a-z_]+)` \| (?:counter|gauge|histogram) \|", PAGE, re.MULTILINE)
    assert [metric.name for metric in METRICS] == listed


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: str(metric.name))
def test_a_name_says_its_unit(metric: Metric) -> None:
    """Stable names, as Prometheus wants them: counters in `_total`, durations in seconds."""
    assert ("counter" == metric.kind) == metric.name.endswith("_total")
    assert not re.search(r"_(ms|s|millis|minutes)(_|$)", metric.name)


def test_whatever_has_labels_says_what_bounds_them() -> None:
    """A label with as many values as there are numbers or customers would fill Prometheus, and tell who they are."""
    labels = {label for metric in METRICS for label in metric.labels}
    bounds = dict(re.findall(r"^\| `([a-z]+)` \| ((?:[^|\n])+) \|$", PAGE, re.MULTILINE))
    assert labels == labels & bounds.keys()
    assert not labels & {"number", "number_id", "workspace", "workspace_id", "contact", "phone"}
