"""The door to podman: what it runs is found by one network's name, and taken away with it."""

import json
import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

# Not every runtime runs on every machine; those that are tried, if none is named.
COMMANDS = (
    [os.environ["PODMAN"]] if "PODMAN" in os.environ else ["podman", "podman --runtime runc", "podman --runtime crun"]
)
# Modest limits, because a machine may refuse to raise them; and an event log that needs no systemd.
CONFIGURATION = """\
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
events_logger = "file"
"""
ANSWER_S_MAX = 120


class Podman:
    """One network, and the pods and containers on it."""

    def __init__(self, network: str, folder: Path) -> None:
        self.network = network
        self._folder = folder
        (folder / "containers.conf").write_text(CONFIGURATION)
        self._environ = {**os.environ, "CONTAINERS_CONF": str(folder / "containers.conf")}
        self._command = shlex.split(COMMANDS[0])
        self._containers: list[str] = []
        self._file: Path | None = None

    def ask(self, *arguments: str) -> str:
        """What it says; RuntimeError with its last words when it fails."""
        ran = subprocess.run(
            [*self._command, *arguments],
            env=self._environ,
            capture_output=True,
            text=True,
            timeout=ANSWER_S_MAX,
            check=False,
        )
        if ran.returncode:
            raise RuntimeError(f"podman {arguments[0]}: {(ran.stderr or ran.stdout).strip()[-500:]}")
        return ran.stdout.strip()

    def image(self, name: str) -> None:
        """As Docker has it: what podman has under that name may be older."""
        inspect = ["docker", "image", "inspect", "--format={{.Id}}", name]
        inspected = subprocess.run(inspect, capture_output=True, text=True, check=False)
        if inspected.returncode:
            subprocess.run(["docker", "pull", "--quiet", name], check=True)
            inspected = subprocess.run(inspect, capture_output=True, text=True, check=True)
        if inspected.stdout.strip() in self.ask("images", "--no-trunc", "--quiet").split():
            self.ask("tag", inspected.stdout.strip(), name)
            return
        with subprocess.Popen(["docker", "save", name], stdout=subprocess.PIPE) as saved:
            loaded = subprocess.run(
                [*self._command, "load", "--quiet"],
                stdin=saved.stdout,
                env=self._environ,
                capture_output=True,
                check=False,
            )
        if loaded.returncode:
            raise RuntimeError(f"podman load: {loaded.stderr.decode().strip()[-500:]}")

    def open(self, image: str) -> None:
        """The network, and a runtime that can run this image here."""
        self.ask("network", "create", self.network)
        for command in COMMANDS:
            self._command = shlex.split(command)
            try:
                self.ask("run", "--rm", "--no-healthcheck", f"--network={self.network}", image, "true")
                return
            except RuntimeError as trouble:
                why = trouble
        raise why

    def run(self, name: str, image: str, *command: str, environ: Mapping[str, str] | None = None) -> str:
        """A container beside the pods; its address."""
        named = f"{self.network}-{name}"
        told = [part for pair in (environ or {}).items() for part in ("--env", "=".join(pair))]
        self._containers.append(named)
        self.ask(
            "run",
            "--detach",
            "--no-healthcheck",
            f"--network={self.network}",
            f"--name={named}",
            *told,
            image,
            *command,
        )
        return self.address(named)

    def play(self, manifests: Sequence[Mapping[str, Any]]) -> None:
        """As `kubectl apply` would, in this network."""
        self._file = self._folder / "played.yaml"
        self._file.write_text(yaml.safe_dump_all(manifests))
        self.ask("kube", "play", f"--network={self.network}", str(self._file))

    def address(self, container: str) -> str:
        """In the network."""
        (found,) = json.loads(self.ask("inspect", container))
        return str(found["NetworkSettings"]["Networks"][self.network]["IPAddress"])

    def close(self) -> None:
        """Nothing of it stays."""
        if self._file:
            self.ask("kube", "down", str(self._file))
            made = {each["metadata"]["name"] for each in yaml.safe_load_all(self._file.read_text())}
            if left := made & set(self.ask("volume", "ls", "--quiet").split()):  # a ConfigMap that was mounted
                self.ask("volume", "rm", *left)
        if self._containers:
            self.ask("rm", "--force", "--time=5", "--volumes", *self._containers)
        self.ask("network", "rm", "--force", self.network)
