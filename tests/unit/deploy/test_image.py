"""The image: what may be in it, who runs it, and how it is asked whether it is up."""

import http.server
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
ALIVE = ROOT / "deploy" / "image" / "alive.py"


def stages() -> dict[str, str]:
    """Each stage of the Dockerfile by its name; the default one has none."""
    found = re.split(r"^(?=FROM )", DOCKERFILE, flags=re.MULTILINE)[1:]
    return {(match[1] if (match := re.search(r"^FROM \S+ AS (\w+)", text)) else ""): text for text in found}


@contextmanager
def answering(status: int) -> Iterator[int]:
    """A process that answers every GET so; its port."""

    class Answer(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(status if self.path == "/livez" else 404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def alive(port: int, *arguments: str) -> int:
    """The exit code of the health check."""
    command = [sys.executable, "-I", "-S", str(ALIVE), *arguments]
    return subprocess.run(command, env={**os.environ, "INBOX_PORT": str(port)}, timeout=30, check=False).returncode


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (404, 1)])
def test_a_process_is_up_when_it_says_so(status: int, code: int) -> None:
    """200 and nothing else."""
    with answering(status) as port:
        assert code == alive(port)


def test_a_process_that_is_not_there_is_not_up() -> None:
    """Nobody listens, or the page that is asked for is not there."""
    with answering(200) as port:
        assert 1 == alive(port, "/readyz")
    assert 1 == alive(port)


def test_bases_are_arguments_and_nothing_names_a_registry() -> None:
    """Every FROM is a stage or an argument with a published default, which has no host in it."""
    arguments = dict(re.findall(r"^ARG (\w+)=(\S+)$", DOCKERFILE.split("FROM")[0], re.MULTILINE))
    assert {"PYTHON_IMAGE": "python:3.13-slim", "NODE_IMAGE": "node:24-slim"} == arguments
    for base in re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE):
        assert base in stages() or base in {f"${{{name}}}" for name in arguments}, base


def test_packages_come_by_hash_and_are_compiled_by_nobody() -> None:
    """Neither pip nor npm decides anything, and neither runs code of a package."""
    assert "--require-hashes --only-binary :all: -r" in DOCKERFILE
    assert "npm ci --ignore-scripts" in DOCKERFILE
    assert not re.search(r"npm (install|i) |apt-get|curl |wget |ADD ", DOCKERFILE)


def test_what_runs_is_not_root_and_has_no_tools_to_build_with() -> None:
    """The last stage is the one without the simulator, and what it stands on drops root, pip and npm."""
    default = stages()[""]
    assert default.strip() == "FROM runtime"
    runtime = stages()["runtime"].split("# ----")[0]
    assert re.search(r"^USER 10001:10001$", runtime, re.MULTILINE)
    assert "rm -rf /usr/local/bin/pip*" in runtime
    assert "simulator" not in runtime
    assert re.search(r"^HEALTHCHECK .*\\\n.*alive\.py", runtime, re.MULTILINE)
    for label in ("title", "description", "licenses", "version", "revision"):
        assert f"org.opencontainers.image.{label}=" in runtime


def test_nothing_gets_in_that_was_not_named() -> None:
    """The context is a list of what is wanted; secrets and what was built here are not in it."""
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" == next(line for line in ignored if line and not line.startswith("#"))
    assert {"**/node_modules", "**/__pycache__", "web/dist", "**/.env*"} <= set(ignored)
    copied = {source.split("/")[0] for source in re.findall(r"^COPY (?!--)(\S+)", DOCKERFILE, re.MULTILINE)}
    wanted = {line[1:].split("/")[0] for line in ignored if line.startswith("!")}
    assert copied == wanted
