"""What podman plays of rendered manifests: Deployments, what it does not know put into words that it knows. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tools.policies import Manifest, fits

PROBES = ("startupProbe", "readinessProbe", "livenessProbe")


@dataclass(frozen=True)
class Question:
    """What the kubelet would ask of a container, and the gateway of a Service: a port, and a path if it is HTTP."""

    name: str
    port: int
    path: str | None = None


def of_kind(manifests: Iterable[Manifest], kind: str) -> dict[str, Manifest]:
    """By name."""
    return {each["metadata"]["name"]: each for each in manifests if each["kind"] == kind}


def played(
    manifests: Iterable[Manifest], secrets: Mapping[str, str], servers: Mapping[str, str], settings: Mapping[str, str]
) -> list[Manifest]:
    """ConfigMaps and Deployments alone.

    `secrets` are folders with the files of each Secret, owned as fsGroup would have them; `servers` the addresses that
    a cluster's DNS would give; `settings` go over those of the ConfigMap. Probes are left out: podman has systemd ask
    them, and a container seldom does.
    """
    manifests = list(manifests)
    found = [deepcopy(each) for each in of_kind(manifests, "ConfigMap").values()]
    for each in found:
        if each["metadata"]["name"].startswith("settings"):
            each["data"] |= settings
    aliases = [{"ip": address, "hostnames": [name]} for name, address in servers.items()]
    for deployment in map(deepcopy, of_kind(manifests, "Deployment").values()):
        spec = deployment["spec"]["template"]["spec"]
        spec["hostAliases"] = aliases
        for volume in spec["volumes"]:
            # An emptyDir becomes a volume of podman's, which it finds by its name, and there must be one for each.
            volume["name"] = f"{deployment['metadata']['name']}-{volume['name']}"
            if "projected" in volume:
                (source,) = volume.pop("projected")["sources"]
                volume["hostPath"] = {"path": secrets[source["secret"]["name"]], "type": "Directory"}
        for container in spec["containers"]:
            for mount in container["volumeMounts"]:
                mount["name"] = f"{deployment['metadata']['name']}-{mount['name']}"
            for probe in PROBES:
                del container[probe]
        found.append(deployment)
    return found


def questions(deployment: Manifest) -> Iterator[Question]:
    """Its probes, each once."""
    for container in deployment["spec"]["template"]["spec"]["containers"]:
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        for probe in PROBES:
            told = container[probe]
            asked = told.get("httpGet") or told["tcpSocket"]
            yield Question(probe, ports[asked["port"]], asked.get("path"))


def behind(manifests: Iterable[Manifest], path: str) -> tuple[str, int]:
    """Which Deployment answers a path from outside, and at which port: by the Ingresses and the Services."""
    manifests = list(manifests)
    rules = [
        rule
        for ingress in of_kind(manifests, "Ingress").values()
        for host in ingress["spec"]["rules"]
        for rule in host["http"]["paths"]
    ]
    fitting = [rule for rule in rules if rule["path"] == path or (_prefix(rule) and path.startswith(rule["path"]))]
    # As Kubernetes says: the exact one wins, then the longest.
    rule = max(fitting, key=lambda each: (each["pathType"] == "Exact", len(each["path"])))
    service = of_kind(manifests, "Service")[rule["backend"]["service"]["name"]]
    for name, deployment in of_kind(manifests, "Deployment").items():
        template = deployment["spec"]["template"]
        if fits({"matchLabels": service["spec"]["selector"]}, template["metadata"]["labels"]):
            wanted = {port["name"]: port["targetPort"] for port in service["spec"]["ports"]}
            target = wanted[rule["backend"]["service"]["port"]["name"]]
            (container,) = template["spec"]["containers"]
            return name, next(port["containerPort"] for port in container["ports"] if port["name"] == target)
    raise LookupError(f"nobody is behind {path}")


def _prefix(rule: dict[str, Any]) -> bool:
    return bool(rule["pathType"] == "Prefix")
