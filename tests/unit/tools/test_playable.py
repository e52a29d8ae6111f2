"""What podman is given of a rendered Deployment: what it understands as it was, the rest in words that it knows."""

from typing import Any

import pytest

from tools.playable import Question, behind, played, questions


def labelled(name: str) -> dict[str, Any]:
    """What a Service looks for."""
    return {"app.kubernetes.io/name": name}


def probe(path: str) -> dict[str, Any]:
    """As HTTP."""
    return {"httpGet": {"path": path, "port": "http"}}


def deployment(name: str, port: int) -> dict[str, Any]:
    """One container with its probes, its secrets and a place for files."""
    container = {
        "name": "process",
        "command": ["python", "-m", f"services.{name}"],
        "securityContext": {"readOnlyRootFilesystem": True},
        "ports": [{"name": "http", "containerPort": port}],
        "startupProbe": probe("/readyz"),
        "readinessProbe": probe("/livez"),
        "livenessProbe": {"tcpSocket": {"port": "http"}},
        "volumeMounts": [{"name": "secrets", "mountPath": "/secrets"}, {"name": "tmp", "mountPath": "/tmp"}],
    }
    volumes = [
        {"name": "secrets", "projected": {"defaultMode": 0o440, "sources": [{"secret": {"name": "cloud-inbox"}}]}},
        {"name": "tmp", "emptyDir": {"medium": "Memory"}},
    ]
    template = {"metadata": {"labels": labelled(name)}, "spec": {"containers": [container], "volumes": volumes}}
    return {"kind": "Deployment", "metadata": {"name": name}, "spec": {"replicas": 1, "template": template}}


def service(name: str) -> dict[str, Any]:
    """In front of its pods."""
    spec = {"selector": labelled(name), "ports": [{"name": "http", "targetPort": "http"}]}
    return {"kind": "Service", "metadata": {"name": name}, "spec": spec}


def ingress(*rules: tuple[str, str, str]) -> dict[str, Any]:
    """Paths, how they are meant, and the Service behind them."""
    paths = [
        {"path": path, "pathType": kind, "backend": {"service": {"name": name, "port": {"name": "http"}}}}
        for path, kind, name in rules
    ]
    return {"kind": "Ingress", "metadata": {"name": "page"}, "spec": {"rules": [{"http": {"paths": paths}}]}}


SETTINGS = {"kind": "ConfigMap", "metadata": {"name": "settings-abc"}, "data": {"INBOX_SECRETS_DIR": "/secrets"}}
MANIFESTS = [
    SETTINGS,
    *(deployment(name, port) for name, port in (("api", 8080), ("ingest", 8081), ("nowhere", 8085))),
    *map(service, ("api", "ingest", "nowhere")),
    ingress(("/", "Prefix", "api"), ("/webhooks/", "Prefix", "ingest"), ("/livez", "Exact", "nowhere")),
]


def test_what_podman_does_not_know_is_put_into_its_words() -> None:
    """Secrets are a folder, names are in a file, settings are added; what runs and how is as it was."""
    settings, api, *_ = played(
        MANIFESTS, {"cloud-inbox": "/made/here"}, {"redis": "10.1.1.1"}, {"INBOX_GRAPH_URL": "x"}
    )
    assert {"INBOX_SECRETS_DIR": "/secrets", "INBOX_GRAPH_URL": "x"} == settings["data"]
    spec = api["spec"]["template"]["spec"]
    assert [{"ip": "10.1.1.1", "hostnames": ["redis"]}] == spec["hostAliases"]
    assert {"name": "api-secrets", "hostPath": {"path": "/made/here", "type": "Directory"}} == spec["volumes"][0]
    assert {"name": "api-tmp", "emptyDir": {"medium": "Memory"}} == spec["volumes"][1]
    (container,) = spec["containers"]
    assert ["api-secrets", "api-tmp"] == [mount["name"] for mount in container["volumeMounts"]]
    assert {"readOnlyRootFilesystem": True} == container["securityContext"]
    assert not any(key.endswith("Probe") for key in container)


def test_nothing_else_is_played_and_nothing_given_is_changed() -> None:
    """Services and Ingresses are asked, not played."""
    before = repr(MANIFESTS)
    kinds = [each["kind"] for each in played(MANIFESTS, {"cloud-inbox": "/x"}, {}, {"A": "b"})]
    assert ["ConfigMap", *["Deployment"] * 3] == kinds
    assert before == repr(MANIFESTS)


def test_probes_become_questions() -> None:
    """Each with the number of the port that it names."""
    expected = [
        Question("startupProbe", 8080, "/readyz"),
        Question("readinessProbe", 8080, "/livez"),
        Question("livenessProbe", 8080, None),
    ]
    assert expected == list(questions(deployment("api", 8080)))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", ("api", 8080)),
        ("/v1/numbers", ("api", 8080)),
        ("/webhooks/abc", ("ingest", 8081)),
        ("/livez", ("nowhere", 8085)),
        ("/livez/x", ("api", 8080)),
    ],
)
def test_a_path_leads_where_kubernetes_would_lead_it(path: str, expected: tuple[str, int]) -> None:
    """What is exact wins, then what is longest."""
    assert expected == behind(MANIFESTS, path)
