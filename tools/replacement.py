"""One service of the stack by another version of itself: beside the old one where two may run, else after it."""

from collections.abc import Mapping
from threading import Event

from tools.compose import HEALTHY_S_MAX, Trouble, asked, compose, containers

# The gateway has the one port; a second sender would end the order of sends for as long as it is there.
ALONE = frozenset(("gateway", "sender"))
KNOWN_AFTER_S = 3.0  # the gateway asks for addresses every 2 s
STOP_S = 30  # as docker-compose.yml has it

_UP = ("up", "--detach", "--no-build", "--no-deps", "--wait", f"--wait-timeout={HEALTHY_S_MAX}")


def in_step(service: str, environ: Mapping[str, str]) -> None:
    """All of it at once, each stopped before its successor starts."""
    count = max(1, len(containers(service, environ, "--all")))  # also one that does not come up
    compose([*_UP, f"--scale={service}={count}", service], environ, f"{service} did not become healthy")


def side_by_side(service: str, environ: Mapping[str, str], known_after_s: float = KNOWN_AFTER_S) -> None:
    """As many new ones as there are old ones, and when they are well the old ones go, one after the other.

    If the new ones do not become well they go, and the old ones were never touched.
    """
    running = containers(service, environ)
    gone = [each for each in containers(service, environ, "--all") if each not in running]
    if gone:
        asked(["rm", "--force", *gone], environ)
    if not running:
        in_step(service, environ)
        return
    try:
        compose(
            [*_UP, "--no-recreate", f"--scale={service}={2 * len(running)}", service],
            environ,
            f"{service} did not become healthy",
        )
    except Trouble:
        new = [each for each in containers(service, environ, "--all") if each not in running]
        if new:
            asked(["rm", "--force", *new], environ)
        raise
    Event().wait(known_after_s)
    for old in running:
        asked(["stop", f"--time={STOP_S}", old], environ)
        asked(["rm", old], environ)
