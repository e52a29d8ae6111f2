"""deploy/k8s as it is rendered: nothing breaks a rule, and each rule is seen to be broken."""

import copy
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from tools import manifests
from tools.policies import PROCESSES, problems

Manifest = dict[str, Any]
Breaking = Callable[[dict[tuple[str, str], Manifest]], object]


def has_kustomize() -> bool:
    """Whether anything can be rendered here; `make k8s` insists on it."""
    try:
        manifests.kustomize()
    except manifests.NoKustomize:
        return False
    return True


pytestmark = pytest.mark.skipif(not has_kustomize(), reason="neither kubectl nor kustomize is here")


@cache
def everything() -> dict[str, list[Manifest]]:
    """Rendered once."""
    return manifests.everything()


def spec(found: dict[tuple[str, str], Manifest], name: str = "api", kind: str = "Deployment") -> Any:
    """Of its pods."""
    return found[kind, name]["spec"]["template"]["spec"]


def container(found: dict[tuple[str, str], Manifest], name: str = "api") -> Any:
    """Its only one."""
    return spec(found, name)["containers"][0]


@pytest.mark.parametrize("name", [*manifests.OVERLAYS, *manifests.MORE])
def test_nothing_breaks_a_rule(name: str) -> None:
    """No schema's, and none of ours; `make k8s` asks the oldest version too."""
    assert [] == manifests.refused(everything()[name], manifests.VERSIONS[-1])
    assert [] == problems(everything()[name])


BROKEN: dict[str, tuple[str, Breaking]] = {
    "root": ("restricted", lambda f: spec(f)["securityContext"].update(runAsNonRoot=False)),
    "root in the container": ("restricted", lambda f: container(f)["securityContext"].update(runAsUser=0)),
    "a writable root": ("restricted", lambda f: container(f)["securityContext"].pop("readOnlyRootFilesystem")),
    "a capability": ("restricted", lambda f: container(f)["securityContext"]["capabilities"].update(add=["NET_RAW"])),
    "a file of the node": ("restricted", lambda f: spec(f)["volumes"].append({"name": "x", "hostPath": {"path": "/"}})),
    "an account": ("restricted", lambda f: spec(f).pop("automountServiceAccountToken")),
    "no limit of memory": ("bounded", lambda f: container(f)["resources"]["limits"].pop("memory")),
    "no request": ("bounded", lambda f: container(f)["resources"].pop("requests")),
    "a volume without an end": ("bounded", lambda f: spec(f)["volumes"].append({"name": "x", "emptyDir": {}})),
    "no probe": ("probed", lambda f: container(f).pop("startupProbe")),
    "killed for others": ("probed", lambda f: container(f)["livenessProbe"]["httpGet"].update(path="/readyz")),
    "latest": ("versioned", lambda f: container(f).update(image="cloud-inbox:latest")),
    "no tag": ("versioned", lambda f: container(f).update(image="cloud-inbox")),
    "a registry": ("versioned", lambda f: container(f).update(image="registry.example.com/cloud-inbox:1")),
    "too little grace": ("graceful", lambda f: spec(f).update(terminationGracePeriodSeconds=30)),
    "no pause": ("graceful", lambda f: container(f).pop("lifecycle")),
    "no budget": ("available", lambda f: f.pop(("PodDisruptionBudget", "push"))),
    "a budget of nothing": ("available", lambda f: f["PodDisruptionBudget", "push"]["spec"].update(maxUnavailable=0)),
    "one node": ("available", lambda f: spec(f).pop("topologySpreadConstraints")),
    "a secret in the tree": (
        "secret",
        lambda f: f.update({("Secret", "x"): {**f["Service", "api"], "kind": "Secret"}}),
    ),
    "secrets unseen": ("secret", lambda f: container(f)["volumeMounts"].pop(0)),
    "open to all": ("closed", lambda f: f.pop(("NetworkPolicy", "nobody"))),
    "a way out as if to Redis": (
        "closed",
        lambda f: f["NetworkPolicy", "processes-to-stores"]["spec"]["egress"].append(
            {"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}], "ports": [{"port": 6379}]}
        ),
    ),
    "another way out to Redis's network": (
        "closed",
        lambda f: f["NetworkPolicy", "processes-to-stores"]["spec"]["egress"].append(
            {"to": [{"ipBlock": {"cidr": "192.0.2.0/28"}}], "ports": [{"port": 6379}, {"port": 443}]}
        ),
    ),
    "no way to Graph": ("closed", lambda f: f.pop(("NetworkPolicy", "to-graph"))),
    "no way in": ("closed", lambda f: f.pop(("NetworkPolicy", "in-to-push"))),
    "a stranger at Redis": (
        "closed",
        lambda f: f["NetworkPolicy", "processes-in-to-redis"]["spec"]["ingress"][0]["from"].append(
            {"namespaceSelector": {}}
        ),
    ),
    "the Ingress at the projector": (
        "closed",
        lambda f: f["NetworkPolicy", "in-to-api"]["spec"]["podSelector"]["matchLabels"].update(
            {"app.kubernetes.io/name": "projector"}
        ),
    ),
    "metrics for everybody": (
        "routed",
        lambda f: f["Ingress", "page"]["spec"]["rules"][0]["http"]["paths"].pop(2),
    ),
    "sockets that end": ("routed", lambda f: f["Ingress", "live"]["metadata"].pop("annotations")),
    "a service of nobody": ("joined", lambda f: f["Service", "api"]["spec"]["selector"].update(x="y")),
    "no settings": ("joined", lambda f: container(f)["envFrom"][0]["configMapRef"].update(name="x")),
    "no sender": ("joined", lambda f: f.pop(("Deployment", "sender"))),
}


@pytest.mark.parametrize("what", sorted(BROKEN))
def test_a_broken_rule_is_noticed(what: str) -> None:
    """Each by its own rule."""
    rule, breaking = BROKEN[what]
    found = {(each["kind"], each["metadata"]["name"]): each for each in copy.deepcopy(everything()["local"])}
    breaking(found)

    assert rule in {problem.split(":")[0] for problem in problems(list(found.values()))}


def test_a_field_that_kubernetes_does_not_know_is_refused() -> None:
    """It would be ignored in a cluster, and what was meant by it would not hold."""
    deployment = copy.deepcopy(next(each for each in everything()["local"] if each["kind"] == "Deployment"))
    deployment["spec"]["template"]["spec"]["terminationGraceSeconds"] = 35

    assert manifests.refused([deployment], manifests.VERSIONS[-1])


def test_who_is_scaled_is_not_counted_too() -> None:
    """Or every apply would set the count back."""
    broken = copy.deepcopy(everything()["production"])
    for each in broken:
        if each["kind"] == "Deployment" and each["metadata"]["name"] == "api":
            each["spec"]["replicas"] = 2

    assert ["joined: api: scales nobody, or who is counted already"] == problems(broken)


def test_with_stores_elsewhere_every_process_is_let_out_to_them() -> None:
    """And to nothing else there; neither of the two is inside."""
    found = everything()["RabbitMQ and Redis elsewhere"]
    ways = [each["spec"] for each in found if each["metadata"]["name"].startswith("to-outside-")]
    assert 2 == len(ways)
    assert all(
        {*PROCESSES} == {*way["podSelector"]["matchExpressions"][0]["values"]} and 1 == len(way["egress"])
        for way in ways
    )
    assert not any(each["kind"] == "StatefulSet" for each in found)


def test_the_cluster_is_told_of_the_same_alerts() -> None:
    """The rule of the Prometheus Operator is deploy/monitoring/alerts.yml."""
    alerts = yaml.safe_load((manifests.ROOT / "deploy" / "monitoring" / "alerts.yml").read_text())
    rule = next(each for each in everything()["production"] if each["kind"] == "PrometheusRule")
    assert alerts == rule["spec"]
