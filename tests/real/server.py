"""What a test may do to a real server: know its address, stop it, kill it, start it again."""

import secrets
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

START_S_MAX = 90.0

Probe = Callable[[str, int], bool]
LOOPBACK = "127.0.0.1"
# Below those that connections get: a server that is restarted must find its port free.
PORTS = range(12_000, 32_000)


class Server(Protocol):
    """A server with its own port that keeps it, and what it has stored, through restarts."""

    url: str

    def start(self) -> None:
        """Return when it answers."""

    def stop(self) -> None:
        """End it in good order."""

    def kill(self) -> None:
        """End it as a power cut does."""

    def remove(self) -> None:
        """End it and forget what it has stored."""

    def control(self, *arguments: str) -> str:
        """What `rabbitmqctl` answers; only RabbitMQ has it."""

    def record(self) -> dict[str, str]:
        """What another process needs to remove it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the two kinds of server that the tests need."""

    name: str
    image: str
    port: int  # inside a container
    package: str
    setting: str
    probe: Probe

    def url(self, host: str, port: int) -> str:
        """The address of such a server."""
        return f"amqp://guest:guest@{host}:{port}/" if self.name == "rabbitmq" else f"redis://{host}:{port}/0"


def rabbitmq_answers(host: str, port: int) -> bool:
    """Whether the first frame of AMQP's handshake comes back: an open port alone may be Docker's own."""
    return _answer(host, port, b"AMQP\x00\x00\x09\x01").startswith(b"\x01\x00\x00")


def redis_answers(host: str, port: int) -> bool:
    """Whether it takes commands."""
    return _answer(host, port, b"PING\r\n") == b"+PONG\r\n"


RABBITMQ = Kind("rabbitmq", "rabbitmq:4-management", 5672, "rabbitmq-server", "INBOX_TEST_AMQP_URL", rabbitmq_answers)
REDIS = Kind("redis", "redis:8", 6379, "redis-server", "INBOX_TEST_REDIS_URL", redis_answers)


def free_port() -> int:
    """A port nobody listens on now, nor will: the kernel gives none of these to whoever connects to somewhere."""
    while True:
        port = PORTS[secrets.randbelow(len(PORTS))]
        with socket.socket() as listener, suppress(OSError):
            listener.bind((LOOPBACK, port))
            return port


def wait_until(answers: Callable[[], bool], what: str, s_max: float = START_S_MAX) -> None:
    """Return as soon as it is so."""
    deadline_s = time.monotonic() + s_max
    while not answers():
        if time.monotonic() > deadline_s:
            raise TimeoutError(f"{what}: not within {s_max:.0f} s")
        time.sleep(0.05)


def _answer(host: str, port: int, request: bytes) -> bytes:
    try:
        with socket.create_connection((host, port), timeout=1) as connection:
            connection.settimeout(1)
            connection.sendall(request)
            return connection.recv(64)
    except OSError:
        return b""
