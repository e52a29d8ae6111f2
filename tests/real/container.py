"""Servers in containers, on a Docker engine that has or can get their images."""

import os
from contextlib import suppress
from typing import Any

import docker  # type: ignore[import-untyped]
from docker.errors import DockerException  # type: ignore[import-untyped]

from tests.real.server import LOOPBACK, RABBITMQ, Kind, free_port, wait_until
from tests.real.session import name_of_session, session_is_over

LABEL = "cloud-inbox.tests.session"
ENGINE_S_MAX = 5


def engine_has(kind: Kind) -> bool:
    """Whether there is an engine, with the image or able to get it."""
    try:
        engine = docker.from_env(timeout=ENGINE_S_MAX)
        engine.ping()
    except DockerException:
        return False
    try:
        engine.images.get(kind.image)
    except DockerException:
        try:
            docker.from_env().images.pull(kind.image)
        except DockerException:
            return False
    return True


class ServerContainer:
    """A container whose port on this machine stays the same through restarts."""

    def __init__(self, kind: Kind) -> None:
        # Its helper would remove the container together with whichever process of a parallel run has started it;
        # the label and the record of the session do its work.
        os.environ["TESTCONTAINERS_RYUK_DISABLED"] = "true"
        from testcontainers.core.container import DockerContainer

        sweep()
        self._kind = kind
        self._port = free_port()
        self._described = DockerContainer(kind.image)
        self._host = self._described.get_docker_client().host().replace("localhost", LOOPBACK)
        # An engine on another machine must publish the port to us; one on this machine to nobody else.
        address = LOOPBACK if self._host == LOOPBACK else "0.0.0.0"
        ports: Any = self._described.ports  # its own way to fill this knows no address
        ports[str(kind.port)] = (address, self._port)
        self.url = kind.url(self._host, self._port)
        self._described.with_kwargs(labels={LABEL: name_of_session()}, hostname=kind.name)
        if kind is RABBITMQ:
            self._described.with_env("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+sbwt none +sbwtdcpu none +sbwtdio none")
        else:
            self._described.with_command("redis-server --appendonly yes --appendfsync everysec")
        self._container: Any = None

    def start(self) -> None:
        """Return when it answers."""
        if self._container is None:
            self._container = self._described.start().get_wrapped_container()
        else:
            self._container.start()
        wait_until(lambda: self._kind.probe(self._host, self._port), self._kind.image)

    def stop(self) -> None:
        """End it in good order."""
        self._container.stop(timeout=30)

    def kill(self) -> None:
        """End it as a power cut does."""
        with suppress(DockerException):  # it is not running
            self._container.kill()

    def remove(self) -> None:
        """End it and forget what it has stored."""
        if self._container is not None:
            self._container.remove(force=True, v=True)

    def control(self, *arguments: str) -> str:
        """What `rabbitmqctl` answers."""
        code, output = self._container.exec_run(["rabbitmqctl", "--quiet", *arguments])
        assert code == 0, output
        return str(output.decode())

    def record(self) -> dict[str, str]:
        """What another process needs to remove it."""
        return {"container": str(self._container.id)}


def remove_recorded(record: dict[str, str]) -> None:
    """Remove a container that this or an earlier process has started."""
    with suppress(DockerException):
        docker.from_env().containers.get(record["container"]).remove(force=True, v=True)


def sweep() -> None:
    """Remove what sessions that were killed have left."""
    with suppress(DockerException):
        for container in docker.from_env().containers.list(all=True, filters={"label": LABEL}):
            if session_is_over(container.labels[LABEL]):
                container.remove(force=True, v=True)
