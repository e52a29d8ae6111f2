"""Finds or starts a real RabbitMQ and a real Redis, in one order that is decided here and nowhere else."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.real import container, process, session
from tests.real.server import Kind, Server

# Forces one way, so that each can be tried: given, docker, machine or install.
WAY_SETTING = "INBOX_TEST_WAY"


def shared_url(kind: Kind) -> str:
    """The address of the server that this session's tests share; started when the first of them asks."""
    if _allowed("given") and (given := os.environ.get(kind.setting)):
        return given
    return session.once(kind.name, lambda: _started(kind))["url"]


def private(kind: Kind) -> Server:
    """A started server for one process alone, to be stopped and killed at will."""
    server = _server(kind)
    server.start()
    session.keep(f"private-{kind.name}", server.record())
    return server


def on_this_machine(kind: Kind, **told: Any) -> process.ServerProcess:
    """A server that is one node among others, not yet started: a process even where there is Docker."""
    if process.program(kind) is None and not _install(kind):
        pytest.fail(f"no {kind.package} on this machine, which clusters are made of: install it", pytrace=False)
    node = process.ServerProcess(kind, **told)
    session.keep(f"node-{node.port}", node.record())
    return node


def remove(record: dict[str, str]) -> None:
    """Remove a recorded server."""
    if "container" in record:
        container.remove_recorded(record)
    elif "folder" in record:
        process.remove_recorded(record)


def _started(kind: Kind) -> dict[str, str]:
    server = _server(kind)
    server.start()
    return {"url": server.url, **server.record()}


def _server(kind: Kind) -> Server:
    if _allowed("docker") and container.engine_has(kind):
        return container.ServerContainer(kind)
    if _allowed("machine") and process.program(kind):
        return process.ServerProcess(kind)
    if _allowed("install") and _install(kind):
        return process.ServerProcess(kind)
    pytest.fail(
        f"no {kind.name} for the tests: set {kind.setting}, or start Docker (image {kind.image}),"
        f" or install {kind.package} (root on Debian or Ubuntu: that happens by itself)",
        pytrace=False,
    )


def _allowed(way: str) -> bool:
    return os.environ.get(WAY_SETTING, way) == way


def _install(kind: Kind) -> bool:
    if os.geteuid() != 0 or not Path("/usr/bin/apt-get").exists():
        return False
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    # The package starts its own server, on its usual port; that is not for us, and may not even be possible.
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    subprocess.run([*apt, "update"], env=quiet, capture_output=True, check=False)
    command = [*apt, "install", "-y", "--no-install-recommends", kind.package]
    subprocess.run(command, env=quiet, capture_output=True, check=False)
    return process.program(kind) is not None
