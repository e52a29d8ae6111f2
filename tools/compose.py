"""`docker compose` as the stack's commands need it: run, asked, and its containers waited for."""

import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Event

ROOT = Path(__file__).resolve().parents[1]
# In the order in which they are replaced: who works in the background first, who answers people last.
PROCESSES = ("projector", "sender", "push", "ingest", "api")
READY_S_MAX = 180.0
HEALTHY_S_MAX = 300
ASKED_EVERY_S = 0.5
ALIVE = ("python", "-I", "-S", "/app/deploy/image/alive.py")


class Trouble(Exception):
    """Why a command ends: one line that says what to do."""


def environment(**more: str) -> dict[str, str]:
    """What Compose is told beside .env."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    revision = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    told = {"STACK_VERSION": version, "STACK_REVISION": revision.stdout.strip() or "unknown"}
    return {**told, **os.environ, **more}


def compose(arguments: Sequence[str], environ: Mapping[str, str], why: str = "") -> None:
    """Run it with this terminal; Trouble when it fails."""
    if subprocess.run(["docker", "compose", *arguments], cwd=ROOT, env=dict(environ), check=False).returncode:
        raise Trouble(why or f"`docker compose {' '.join(arguments[:3])}` failed")


def asked(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """What docker answers; Trouble with its last line when it fails."""
    found = subprocess.run(
        ["docker", *arguments], cwd=ROOT, env=dict(environ), capture_output=True, text=True, check=False
    )
    if found.returncode:
        lines = (found.stderr or found.stdout).strip().splitlines()
        raise Trouble(lines[-1] if lines else f"`docker {arguments[0]}` failed")
    return found.stdout.strip()


def reachable(environ: Mapping[str, str]) -> None:
    """Trouble when there is no engine, or no Compose."""
    try:
        asked(["version", "--format", "{{.Server.Version}}"], environ)
    except FileNotFoundError:
        raise Trouble("Docker is missing: https://docs.docker.com/engine/install/") from None
    except Trouble as trouble:
        raise Trouble(f"Docker does not answer: {trouble}") from None
    try:
        asked(["compose", "version", "--short"], environ)
    except Trouble:
        raise Trouble("Docker's plugin Compose v2 is missing: https://docs.docker.com/compose/install/") from None


def containers(service: str, environ: Mapping[str, str], which: str = "--status=running") -> list[str]:
    """Those of a service that run, or `--all`."""
    return asked(["compose", "ps", "--quiet", which, service], environ).split()


def unready(environ: Mapping[str, str], services: Sequence[str] = PROCESSES) -> list[str]:
    """Those of which a container does not say that all it needs answers, or of which there is none."""
    found = []
    for service in services:
        running = containers(service, environ)
        if not running or any(_fails(["exec", each, *ALIVE, "/readyz"], environ) for each in running):
            found.append(service)
    return found


def _fails(arguments: Sequence[str], environ: Mapping[str, str]) -> bool:
    return subprocess.run(["docker", *arguments], env=dict(environ), capture_output=True, check=False).returncode != 0


def until_ready(environ: Mapping[str, str]) -> None:
    """Return when every container of every process is ready."""
    ends_s = time.monotonic() + READY_S_MAX
    pause = Event()
    while missing := unready(environ):
        if time.monotonic() > ends_s:
            raise Trouble(f"not ready after {READY_S_MAX:.0f} s: {', '.join(missing)}; `make logs` says why")
        pause.wait(ASKED_EVERY_S)


def say(text: str) -> None:
    """One line for whoever waits."""
    print(f"stack: {text}", flush=True)


def ended(command: Callable[[], None]) -> int:
    """The exit code of a command that may end in Trouble."""
    try:
        command()
    except Trouble as trouble:
        print(f"stack: {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0
