"""What rendered manifests are held to, rule by rule; each gives the reasons why something may not be so. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

Manifest = dict[str, Any]

NAME = "app.kubernetes.io/name"
PROCESSES = ("ingest", "api", "projector", "push", "sender")
PROBES = ("/livez", "/readyz", "/metrics")
STOP_S_MAX = 25  # what a process promises
HEARTBEAT_S = 20
# Who may speak to whom: the arrows of ARCHITECTURE.md.
ARROWS = {*((process, store) for process in PROCESSES for store in ("rabbitmq", "redis")), ("rabbitmq", "rabbitmq")}
WAYS_IN = {"ingest", "api", "push", "nowhere"}  # for the Ingress, from its own namespace
# Other namespaces: who measures, who scales by queues, who made RabbitMQ.
WATCHERS = {
    **{process: {"monitoring"} for process in PROCESSES},
    "rabbitmq": {"monitoring", "keda", "rabbitmq-system"},
}
OUTWARD = {"api", "sender"}  # to Graph
# Of a managed RabbitMQ or Redis, plain or with TLS.
STORE_PORTS = frozenset((5671, 5672, *range(6379, 6390)))


@dataclass(frozen=True)
class Pod:
    """A template of pods, by whose it is."""

    name: str
    kind: str
    labels: dict[str, str]
    spec: Manifest
    replicas: int | None


def pods(manifests: Iterable[Manifest]) -> Iterator[Pod]:
    """Of everything that makes some."""
    for each in manifests:
        if each["kind"] in ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod"):
            spec = each["spec"]
            template = spec["template"]
            labels = template["metadata"]["labels"]
            yield Pod(each["metadata"]["name"], each["kind"], labels, template["spec"], spec.get("replicas"))


def fits(selector: Manifest, labels: dict[str, str]) -> bool:
    """Whether a label selector takes these labels."""
    for key, value in selector.get("matchLabels", {}).items():
        if labels.get(key) != value:
            return False
    for told in selector.get("matchExpressions", []):
        if told["operator"] != "In":
            raise ValueError(f"a selector with {told['operator']} is not understood here")
        if labels.get(told["key"]) not in told["values"]:
            return False
    return True


def restricted(manifests: list[Manifest]) -> Iterator[str]:
    """Not root, no capabilities, nothing of the node, a read-only root, no account of the cluster."""
    for pod in pods(manifests):
        secured = pod.spec.get("securityContext", {})
        if secured.get("runAsNonRoot") is not True or not secured.get("runAsUser"):
            yield f"{pod.name}: may be root"
        if secured.get("seccompProfile", {}).get("type") != "RuntimeDefault":
            yield f"{pod.name}: any system call"
        if pod.spec.get("automountServiceAccountToken") is not False:
            yield f"{pod.name}: has an account of the cluster"
        if any(pod.spec.get(key) for key in ("hostNetwork", "hostPID", "hostIPC")):
            yield f"{pod.name}: is on the node's side"
        if any("hostPath" in volume for volume in pod.spec.get("volumes", [])):
            yield f"{pod.name}: sees the node's files"
        for container in containers(pod):
            own = container.get("securityContext", {})
            if own.get("allowPrivilegeEscalation") is not False or own.get("privileged"):
                yield f"{pod.name}: may gain privileges"
            if own.get("capabilities") != {"drop": ["ALL"]}:
                yield f"{pod.name}: has capabilities"
            if own.get("readOnlyRootFilesystem") is not True:
                yield f"{pod.name}: may write into its image"
            if own.get("runAsUser") == 0 or own.get("runAsNonRoot") is False:
                yield f"{pod.name}: may be root"


def containers(pod: Pod) -> list[Manifest]:
    """Also those that run before the others."""
    return [*pod.spec.get("initContainers", []), *pod.spec["containers"]]


def bounded(manifests: list[Manifest]) -> Iterator[str]:
    """Requests and limits, and no volume in memory or on the node without an end."""
    for pod in pods(manifests):
        for container in containers(pod):
            for kind in ("requests", "limits"):
                missing = {"cpu", "memory"} - container.get("resources", {}).get(kind, {}).keys()
                if missing:
                    yield f"{pod.name}: no {kind} of {', '.join(sorted(missing))}"
        for volume in pod.spec.get("volumes", []):
            if "emptyDir" in volume and "sizeLimit" not in volume["emptyDir"]:
                yield f"{pod.name}: volume {volume['name']} has no end"


def probed(manifests: list[Manifest]) -> Iterator[str]:
    """Asked at the start, whether it lives, and whether it is ready."""
    for pod in pods(manifests):
        for container in pod.spec["containers"]:
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                if probe not in container:
                    yield f"{pod.name}: no {probe}"
            lives = container.get("livenessProbe", {}).get("httpGet", {}).get("path", "/livez")
            if lives != "/livez":
                yield f"{pod.name}: is killed when something else is away ({lives})"


def versioned(manifests: list[Manifest]) -> Iterator[str]:
    """Every image has a tag or a digest, none is `latest`, none names a registry."""
    for pod in pods(manifests):
        for container in containers(pod):
            image = container["image"]
            tag = image.rpartition("/")[2].partition("@")[2] or image.rpartition("/")[2].partition(":")[2]
            if tag in ("", "latest"):
                yield f"{pod.name}: {image} is of any version"
            if "." in image.split("/")[0].split(":")[0] and "/" in image:
                yield f"{pod.name}: {image} names a registry"


def graceful(manifests: list[Manifest]) -> Iterator[str]:
    """preStop and what a process promises fit into the grace period."""
    for pod in pods(manifests):
        grace_s = pod.spec.get("terminationGracePeriodSeconds", 30)
        promised_s = STOP_S_MAX if pod.name in PROCESSES else 0
        for container in pod.spec["containers"]:
            command = container.get("lifecycle", {}).get("preStop", {}).get("exec", {}).get("command", [])
            pause_s = int(command[1]) if command[:1] == ["sleep"] else 0
            if pod.name in PROCESSES and not pause_s:
                yield f"{pod.name}: stops while it is still sent requests"
            if pause_s + promised_s >= grace_s:
                yield f"{pod.name}: {pause_s} s and {promised_s} s do not fit into {grace_s} s"


def available(manifests: list[Manifest]) -> Iterator[str]:
    """One disruption budget for each, which never forbids all, and pods on different nodes."""
    budgets = [each for each in manifests if each["kind"] == "PodDisruptionBudget"]
    for pod in pods(manifests):
        of_pod = [each for each in budgets if fits(each["spec"]["selector"], pod.labels)]
        if len(of_pod) != 1:
            yield f"{pod.name}: {len(of_pod)} disruption budgets"
        if any(each["spec"].get("maxUnavailable", 0) in (0, "0%") for each in of_pod):
            yield f"{pod.name}: its node can never be emptied"
        spread = pod.spec.get("topologySpreadConstraints", [])
        if not any(told["topologyKey"] == "kubernetes.io/hostname" for told in spread):
            yield f"{pod.name}: all may be on one node"
        if any(not fits(told["labelSelector"], pod.labels) for told in spread):
            yield f"{pod.name}: is spread against others"


def secret(manifests: list[Manifest]) -> Iterator[str]:
    """No secret is in the manifests, and the processes read theirs from files."""
    yield from (f"{each['metadata']['name']}: a Secret" for each in manifests if each["kind"] == "Secret")
    settings = [
        each["data"] for each in manifests if each["kind"] == "ConfigMap" and "INBOX_SECRETS_DIR" in each["data"]
    ]
    if len(settings) != 1:
        yield f"{len(settings)} sets of settings"
    for pod in pods(manifests):
        if pod.name not in PROCESSES:
            continue
        for container in containers(pod):
            mounted = {mount["mountPath"] for mount in container.get("volumeMounts", [])}
            if any(told["INBOX_SECRETS_DIR"] not in mounted for told in settings):
                yield f"{pod.name}: does not see its secrets"
            named = [told["name"] for told in container.get("env", []) if "secretKeyRef" in told.get("valueFrom", {})]
            if named or any("secretRef" in told for told in container.get("envFrom", [])):
                yield f"{pod.name}: secrets in the environment"


def closed(manifests: list[Manifest]) -> Iterator[str]:
    """Every pod may speak to nobody but whom the arrows name, and be spoken to by nobody else."""
    policies = [each["spec"] for each in manifests if each["kind"] == "NetworkPolicy"]
    arrows: set[tuple[str, str]] = set()
    names = {pod.name: pod.labels for pod in pods(manifests)}
    outward: set[str] = set()
    for name, labels in names.items():
        mine = [policy for policy in policies if fits(policy["podSelector"], labels)]
        yield from (
            f"{name}: is open ({way})"
            for way in ("Ingress", "Egress")
            if not any(way in policy["policyTypes"] for policy in mine)
        )
        for rule in (rule for policy in mine for rule in policy.get("ingress") or []):
            if not rule.get("ports") or not rule.get("from"):
                yield f"{name}: a way in without an end"
            for peer in rule.get("from", []):
                arrows |= {(source, name) for source in _named(peer, names)}
        for rule in (rule for policy in mine for rule in policy.get("egress") or []):
            if not rule.get("ports") or not rule.get("to"):
                yield f"{name}: a way out without an end"
            if any("ipBlock" in peer for peer in rule.get("to", [])) and not (name in PROCESSES and _of_a_store(rule)):
                outward.add(name)
    inside = {arrow for arrow in arrows if arrow[0] in names}
    expected = {arrow for arrow in ARROWS if set(arrow) <= names.keys()}
    yield from (f"{a} reaches {b}" for a, b in sorted(inside - expected))
    yield from (f"{a} does not reach {b}" for a, b in sorted(expected - inside))
    for name in names:
        strangers = {a for a, b in arrows - inside if b == name} - WATCHERS.get(name, set())
        if bool(strangers) != (name in WAYS_IN) or len(strangers) > 1:
            yield f"{name} is reached by {', '.join(sorted(strangers)) or 'no Ingress'}"
    yield from (f"{name} reaches the internet" for name in sorted(outward - OUTWARD))
    yield from (f"{name} does not reach Graph" for name in sorted((OUTWARD & names.keys()) - outward))


def _of_a_store(rule: Manifest) -> bool:
    """Whether it leads to a few addresses of one's own, and to nothing but RabbitMQ and Redis."""
    asked = {port for told in rule["ports"] for port in range(told["port"], told.get("endPort", told["port"]) + 1)}
    blocks = [peer["ipBlock"]["cidr"] for peer in rule["to"] if "ipBlock" in peer]
    return asked <= STORE_PORTS and all(int(block.rpartition("/")[2]) >= 16 for block in blocks)


def _named(peer: Manifest, names: dict[str, dict[str, str]]) -> set[str]:
    if "podSelector" in peer and "namespaceSelector" not in peer:
        return {name for name, labels in names.items() if fits(peer["podSelector"], labels)}
    return {peer.get("namespaceSelector", {}).get("matchLabels", {}).get("kubernetes.io/metadata.name", "anybody")}


def routed(manifests: list[Manifest]) -> Iterator[str]:
    """One origin; the probes lead nowhere, sockets live, bodies are as large as was promised."""
    routes: dict[tuple[str, str], tuple[str, Manifest]] = {}
    for each in manifests:
        if each["kind"] == "Ingress":
            for rule in each["spec"]["rules"]:
                for path in rule["http"]["paths"]:
                    notes = each["metadata"].get("annotations", {})
                    routes[path["path"], path["pathType"]] = (path["backend"]["service"]["name"], notes)
    expected = {(probe, "Exact"): "nowhere" for probe in PROBES}
    expected |= {("/webhooks/", "Prefix"): "ingest", ("/v1/live", "Exact"): "push", ("/", "Prefix"): "api"}
    found = {where: to for where, (to, _) in routes.items()}
    if found != expected:
        yield f"routes: {sorted(found.items() ^ expected.items())}"
        return
    annotation = "nginx.ingress.kubernetes.io/proxy-"
    for side in ("read", "send"):
        if int(routes["/v1/live", "Exact"][1].get(f"{annotation}{side}-timeout", 0)) <= 4 * HEARTBEAT_S:
            yield "routes: sockets end while they live"
    for where, size in ((("/webhooks/", "Prefix"), "4m"), (("/", "Prefix"), "1m")):
        if routes[where][1].get(f"{annotation}body-size") != size:
            yield f"routes: {where[0]} takes other bodies than {size}"


def joined(manifests: list[Manifest]) -> Iterator[str]:
    """What is named is there: services find pods and ports, scalers what they scale, volumes their files."""
    found = list(pods(manifests))
    names = {pod.name for pod in found}
    kept = {each["metadata"]["name"] for each in manifests if each["kind"] == "ConfigMap"}
    for each in manifests:
        name, spec = each["metadata"]["name"], each.get("spec", {})
        if each["kind"] == "Service":
            taken = [pod for pod in found if spec["selector"].items() <= pod.labels.items()]
            ports = {port["name"] for pod in taken for box in containers(pod) for port in box.get("ports", [])}
            if not taken or any(port["targetPort"] not in ports for port in spec["ports"]):
                yield f"{name}: a service of nobody"
        if each["kind"] in ("HorizontalPodAutoscaler", "ScaledObject"):
            scaled = [pod for pod in found if pod.name == spec["scaleTargetRef"]["name"]]
            if not scaled or any(pod.replicas is not None for pod in scaled):
                yield f"{name}: scales nobody, or who is counted already"
    for pod in found:
        wanted = [volume["configMap"]["name"] for volume in pod.spec.get("volumes", []) if "configMap" in volume]
        wanted += [told["configMapRef"]["name"] for box in containers(pod) for told in box.get("envFrom", [])]
        yield from (f"{pod.name}: {each} is not there" for each in wanted if each not in kept)
    yield from (f"{name} is missing" for name in PROCESSES if name not in names)


RULES: tuple[Callable[[list[Manifest]], Iterator[str]], ...] = (
    *(restricted, bounded, probed, versioned, graceful, available, secret, closed, routed, joined),
)


def problems(manifests: list[Manifest]) -> list[str]:
    """Everything that breaks a rule."""
    return [f"{rule.__name__}: {reason}" for rule in RULES for reason in rule(manifests)]
