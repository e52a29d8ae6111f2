"""The webhook door and the edge before it, knocked at with what Hypothesis finds: no 5xx, nothing silent, nothing slow.

A hundred examples each in `make test`, the same ones each time; `make fuzz` looks for new ones for as long as told.
"""

import asyncio
import json
import os
import random
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.services.ingest.doors import SECRET, Door, door
from tests.payloads import bodies

FUZZ_S = float(os.environ.get("INBOX_TEST_FUZZ_S", "0"))
EXAMPLES = 100  # of one round; a long run has many rounds
ANSWER_S_MAX = 10.0
_relaxed = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)

scalar = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["\ud800", "\x00", "1e999", "-0", "../..", "{{}}", "${x}", "%s", "wamid.", "9" * 400, bodies.NUMBER]
    )
)
value = st.recursive(
    scalar,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
known = st.sampled_from(bodies.names())
chance = st.randoms(use_true_random=False)


@contextmanager
def opened(redis_url: str) -> Iterator[Callable[[Callable[[Door], Awaitable[Any]]], Any]]:
    """A door that stays open for all examples, and the way to ask something of it."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        made = runner.run(stack.enter_async_context(door(redis_url)))
        runner.run(made.connect())
        runner.run(made.connect("106540352242923", secret=None))
        try:
            yield lambda ask: runner.run(_in_time(ask(made)))
        finally:
            runner.run(stack.aclose())


async def _in_time(asked: Awaitable[Any]) -> Any:
    async with asyncio.timeout(ANSWER_S_MAX):
        return await asked


def rounds(knock: Callable[[], None]) -> None:
    """One, or as many as there is time for."""
    end_s = time.monotonic() + FUZZ_S
    knock()
    while time.monotonic() < end_s:
        knock()


def mutated(document: Any, chance: random.Random, odd: Any, depth: int = 0) -> Any:
    """The same document, with something else in one place."""
    if depth and chance.random() < 0.2:
        return odd
    if isinstance(document, dict) and document:
        name = chance.choice(sorted(document))
        changed = {**document, name: mutated(document[name], chance, odd, depth + 1)}
        if chance.random() < 0.1:
            del changed[name]
        return changed
    if isinstance(document, list) and document:
        place = chance.randrange(len(document))
        return [*document[:place], mutated(document[place], chance, odd, depth + 1), *document[place + 1 :]]
    return odd


def bent(raw: bytes, chance: random.Random) -> bytes:
    """The same bytes, some of them lost, doubled or other."""
    made = bytearray(raw)
    for _ in range(chance.randint(1, 5)):
        place = chance.randrange(len(made) + 1)
        match chance.randrange(4):
            case 0:
                del made[place : place + chance.randint(1, 8)]
            case 1:
                made[place:place] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 4)))
            case 2:
                made[place:place] = made[place : place + chance.randint(1, 200)]
            case _:
                del made[place:]
    return bytes(made)


def as_sent(document: Any) -> bytes:
    """As JSON of somebody who does not care."""
    return json.dumps(document).encode(errors="surrogatepass")


def test_webhooks_with_something_odd_in_them(redis_url: str) -> None:
    """Signed or not: taken, malformed, or a forgery; and what is signed and readable is taken."""
    with opened(redis_url) as ask:

        @_relaxed
        @given(known, chance, value, st.sampled_from(["signed", "unsigned", "forged"]))
        def knock(name: str, chance: random.Random, odd: Any, how: str) -> None:
            raw = as_sent(mutated(json.loads(bodies.raw(name)), chance, odd))
            header = {"signed": bodies.signed(raw, SECRET), "unsigned": None, "forged": "sha256=" + "0" * 64}[how]
            code = ask(lambda door: door.post(raw, header))
            assert code in ((200, 400) if how == "signed" else (200, 400, 401))

        rounds(knock)


def test_webhooks_that_are_no_longer_json(redis_url: str) -> None:
    """Bytes lost on the way, doubled, cut."""
    with opened(redis_url) as ask:

        @_relaxed
        @given(known, chance)
        def knock(name: str, chance: random.Random) -> None:
            raw = bent(bodies.raw(name), chance)
            assert ask(lambda door: door.post(raw, bodies.signed(raw, SECRET))) in (200, 400)

        rounds(knock)


def test_requests_that_are_no_longer_http(redis_url: str) -> None:
    """Whatever bytes come in: an answer of 2xx or 4xx, or the end of the connection; and the door stays open."""
    with opened(redis_url) as ask:

        async def said(door: Door, chance: random.Random) -> bytes:
            body = bodies.texts("hello")
            lines = (
                f"POST /webhooks/{door.key} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n"
                f"Content-Type: application/json\r\nX-Hub-Signature-256: {bodies.signed(body, SECRET)}\r\n\r\n"
            )
            reader, writer = await asyncio.open_connection("127.0.0.1", int(door.origin.rpartition(":")[2]))
            writer.write(bent(lines.encode() + body, chance))
            told = b""
            with suppress(TimeoutError, ConnectionError):
                async with asyncio.timeout(0.05):
                    while piece := await reader.read(65_536):
                        told += piece
            writer.close()
            assert 405 == (await door.http.put(door.url)).status
            return told

        @_relaxed
        @given(chance)
        def knock(chance: random.Random) -> None:
            told = ask(lambda door: said(door, chance))
            assert not re.search(rb"HTTP/1\.[01] (?!200|4|501)", told), told

        rounds(knock)
