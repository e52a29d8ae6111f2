"""One command to one Redis server, as `redis-cli` does: for those who run servers, not for those who use them."""

from typing import Any

from redis import Redis

from tests.real.process import ServerProcess
from tests.real.server import LOOPBACK

ANSWER_S_MAX = 5.0


def ask(server: ServerProcess, *command: str | int) -> Any:
    """Its answer, in bytes."""
    with Redis(LOOPBACK, server.port, protocol=2, socket_timeout=ANSWER_S_MAX) as connection:
        connection.response_callbacks.clear()
        return connection.execute_command(*command)


def replication(server: ServerProcess) -> dict[str, str]:
    """What a server says of its master or its replicas."""
    told = ask(server, "INFO", "replication").decode()
    return dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
