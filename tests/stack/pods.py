"""The Deployments of overlays/local as podman plays them, with RabbitMQ, Redis and a stand-in of Meta beside them."""

import os
import shutil
import socket
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from tools.cluster_secrets import secrets
from tools.introduction import introduced
from tools.manifests import K8S, rendered
from tools.playable import Question, behind, of_kind, played, questions
from tools.podman import Podman
from tools.policies import Manifest

WELL_S_MAX = 120.0
IMAGES = ("cloud-inbox:local", "cloud-inbox-demo:local", "nginx:stable", "redis:8", "rabbitmq:4-management")


@dataclass
class Pods:
    """Running."""

    podman: Podman
    manifests: list[Manifest]
    folder: Path
    simulated: str = ""
    addresses: dict[str, str] = field(default_factory=dict)

    @property
    def deployments(self) -> dict[str, Manifest]:
        """By name."""
        return of_kind(self.manifests, "Deployment")

    def container(self, deployment: str) -> str:
        """Of the one pod of a Deployment, as podman calls it."""
        (told,) = self.deployments[deployment]["spec"]["template"]["spec"]["containers"]
        return f"{deployment}-pod-0-{told['name']}"

    def address(self, deployment: str) -> str:
        """Of its pod."""
        if deployment not in self.addresses:
            pod = self.podman.ask("pod", "inspect", "--format={{.InfraContainerID}}", f"{deployment}-pod-0")
            self.addresses[deployment] = self.podman.address(pod)
        return self.addresses[deployment]

    def at(self, path: str) -> str:
        """Where a path from outside leads, as the Ingresses and Services say."""
        deployment, port = behind(self.manifests, path)
        return f"http://{self.address(deployment)}:{port}"

    def well(self, deployment: str, question: Question) -> bool:
        """What the kubelet would think of the answer."""
        address = self.address(deployment)
        try:
            if question.path is None:
                socket.create_connection((address, question.port), 2).close()
                return True
            with urllib.request.urlopen(f"http://{address}:{question.port}{question.path}", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def until_well(self) -> None:
        """Return when every probe of every pod is answered as it should be."""
        ends_s = time.monotonic() + WELL_S_MAX
        for name, deployment in self.deployments.items():
            for question in questions(deployment):
                while not self.well(name, question):
                    assert time.monotonic() < ends_s, f"{name}: {question.name}"
                    Event().wait(0.2)

    @property
    def url(self) -> str:
        """Of the API."""
        return self.at("/v1/numbers")

    @property
    def simulator(self) -> str:
        """Of Meta's stand-in."""
        return f"http://{self.simulated}:8090/simulator"

    @property
    def session(self) -> str:
        """Of the agent who was there first."""
        return (self.folder / "session").read_text().strip()


@contextmanager
def playing() -> Iterator[Pods]:
    """Everything is up and has been introduced; nothing of it stays."""
    folder = Path(tempfile.mkdtemp(prefix="inbox-pods-"))
    podman = Podman(f"inbox-pods-{uuid.uuid4().hex[:8]}", folder)
    try:
        for image in IMAGES:
            podman.image(image)
        podman.open(IMAGES[0])
        yield _started(Pods(podman, rendered(K8S / "overlays" / "local"), folder))
    finally:
        podman.close()
        shutil.rmtree(folder, ignore_errors=True)


def _started(pods: Pods) -> Pods:
    told = {each["metadata"]["name"]: each["stringData"] for each in secrets("cloud-inbox", operator=False)}
    (group,) = {
        each["spec"]["template"]["spec"]["securityContext"].get("fsGroup")
        for name, each in pods.deployments.items()
        if name != "nowhere"
    }
    files = _folder(pods.folder / "secrets", told["cloud-inbox"], group)
    password = {name: each["account.conf"].split()[-1] for name, each in told.items() if "account.conf" in each}
    servers = {
        "redis": pods.podman.run("redis", "redis:8", "redis-server", "--requirepass", password["redis"]),
        "rabbitmq": pods.podman.run(
            "rabbitmq", "rabbitmq:4-management",
            environ={"RABBITMQ_DEFAULT_USER": "inbox", "RABBITMQ_DEFAULT_PASS": password["rabbitmq"]},
        ),
    }  # fmt: skip
    pods.simulated = pods.podman.run(
        "simulator", "cloud-inbox-demo:local", "python", "-m", "simulator",
        environ={"SIMULATOR_HOST": "0.0.0.0", "SIMULATOR_CAST": "quiet", "INBOX_PORT": "8090"},
    )  # fmt: skip
    settings = {"INBOX_GRAPH_URL": f"http://{pods.simulated}:8090"}
    pods.podman.play(played(pods.manifests, {"cloud-inbox": str(files)}, servers, settings))
    pods.until_well()
    introduced(
        pods.url, pods.simulator.removesuffix("/simulator"), told["cloud-inbox"]["INBOX_JOIN_KEY"],
        pods.folder / "session", pods.at("/webhooks/"),
    )  # fmt: skip
    return pods


def _folder(path: Path, files: dict[str, str], group: int) -> Path:
    """As the kubelet lays out a Secret for a pod with this fsGroup."""
    path.mkdir()
    for name, text in files.items():
        file = path / name
        file.write_text(text)
        os.chown(file, 0, group)
        file.chmod(0o440)
    path.chmod(0o755)
    return path
