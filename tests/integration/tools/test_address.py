"""An address at which nothing answers is found out, whatever keeps it from answering."""

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tools.address import answers


class Refuses(BaseHTTPRequestHandler):
    """Answers, with a refusal."""

    def do_HEAD(self) -> None:
        """No page here."""
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Nothing into the tests' output."""


@pytest.fixture
def refusing() -> Iterator[str]:
    """The address of a server that refuses."""
    with HTTPServer(("127.0.0.1", 0), Refuses) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_any_answer_is_one(refusing: str) -> None:
    """A refusal came from somebody, too."""
    assert answers(refusing)


def test_what_takes_a_connection_and_says_nothing_does_not_answer() -> None:
    """A port that leads elsewhere, as rules of a firewall make it."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert not answers(f"http://127.0.0.1:{silent.getsockname()[1]}", within_s=0.3)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_nobody_does_not_answer(scheme: str) -> None:
    """Nothing listens there."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    assert not answers(f"{scheme}://127.0.0.1:{port}", within_s=0.3)
