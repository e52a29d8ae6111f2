"""A trace tells where a message was, through every process; it says nothing private, and nobody waits for it."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from pathlib import Path

import orjson

from tests.canaries import Canaries
from tests.real.brokers import Brokers
from tests.real.collector import Told, collecting
from tests.real.waiting import until
from tests.system.browser import Browser
from tests.system.shop import Shop, shop
from tests.system.stack import Stack, separate

# Where the spans of both traces go as files, for `tools/waterfall.py` to draw; nowhere without it.
KEPT = os.environ.get("INBOX_TEST_TRACES_KEPT")

SOON = {"OTEL_BSP_SCHEDULE_DELAY": "100"}
INBOUND = {"POST /webhooks/{key}", "publish events", "project", "push"}
OUTBOUND = {"POST Graph", "claim", "send", "publish events", "project", "push"}
STATUSES = {"sent", "delivered", "read"}


@asynccontextmanager
async def traced(amqp_url: str, redis_url: str, folder: Path, url: str) -> AsyncIterator[Stack]:
    """Five processes that tell where they were."""
    async with separate(amqp_url, redis_url, folder, INBOX_TRACES_URL=url, **SOON) as stack:
        yield stack
    await Brokers(amqp_url, namespace=stack.part("api").namespace).forget()


async def test_a_trace_follows_a_message_through_every_process(amqp_url: str, redis_url: str, tmp_path: Path) -> None:
    """In: webhook, broker, projector, push. Out: click, sender, Graph, and each status joins. Nothing private.

    Then the collector goes away: messages go both ways as ever, and each process ends well.
    """
    async with AsyncExitStack() as there:
        collector = await there.enter_async_context(collecting())
        stack = await there.enter_async_context(traced(amqp_url, redis_url, tmp_path, collector.url))
        opened = await there.enter_async_context(shop(stack))
        ada = opened.customer(f"Ada {opened.number_id}")
        words = f"Good morning {opened.access_token}"
        async with Browser(opened) as browser:
            wamid = await opened.hears(ada, words)
            answer = await opened.posts(ada, f"{words}, yes")
            shown = await browser.until_shown(answer, "read")
            inward, outward = [await trace_id(opened, message_id) for message_id in (wamid, answer)]
            # Each process tells in its own time.
            await until(lambda: names(collector.trace(inward)) >= INBOUND and is_whole(collector.trace(inward)))
            await until(lambda: names(collector.trace(outward)) >= OUTBOUND and is_whole(collector.trace(outward)))
            await until(lambda: statuses(collector.trace(outward)) >= len(STATUSES))
            await until(lambda: is_landed(collector.trace(outward)))
            await until(lambda: is_whole(collector.trace(outward)))
            assert {f"inbox-{part}" for part in stack.parts} == services(collector.trace(outward))
        await collector.leave()
        await opened.hears(ada)
        await opened.until_shown(ada, await opened.posts(ada), "read")
        ends = await asyncio.gather(*(part.stop() for part in stack.parts.values()))
        assert [0] * len(stack.parts) == ends

    planted = {
        "a text": words,
        "a name": ada.name,
        "a phone": str(ada.phone),
        "a contact id": str(ada.bsuid),
        "a wamid": wamid,
        "another wamid": shown["wamid"],
        "the number": opened.number_id,
        "the access token": opened.access_token,
        "the app secret": opened.app_secret,
        "the API token": opened.token,
        "the message's id": answer,
    }
    assert_inward(collector.trace(inward))
    assert_outward(collector.trace(outward))
    assert [] == sorted({found for body in collector.bodies for found in Canaries(planted).in_text(body)})
    for name, trace in (("inbound", collector.trace(inward)), ("click", collector.trace(outward))):
        if KEPT:
            (Path(KEPT) / f"{name}.json").write_bytes(orjson.dumps([asdict(span) for span in trace]))


def assert_inward(trace: list[Told]) -> None:
    """One thing follows from another."""
    webhook, published, projected, pushed = (one(trace, name) for name in ordered(INBOUND))
    assert ("", webhook.span_id, published.span_id, webhook.span_id) == tuple(
        span.parent_id for span in (webhook, published, projected, pushed)
    )
    assert ["inbox-ingest", "inbox-ingest", "inbox-projector", "inbox-push"] == [
        span.service for span in (webhook, published, projected, pushed)
    ]
    assert webhook.began_ns <= published.began_ns <= published.ended_ns <= webhook.ended_ns
    assert projected.began_ns <= projected.moments["committed"] <= projected.ended_ns
    assert (200, 1) == (webhook.facts["http.response.status_code"], webhook.facts["inbox.events"])
    assert ("rabbitmq", "events", "publish") == tuple(
        published.facts[f"messaging.{name}"] for name in ("system", "destination.name", "operation.name")
    )


def assert_outward(trace: list[Told]) -> None:
    """Each span stands below one of the same trace, and the click above all."""
    assert is_whole(trace)
    known = {span.span_id: span for span in trace}
    click, graph, claim = one(trace, "POST /v1/"), one(trace, "POST Graph"), one(trace, "claim")
    assert [click] == [span for span in trace if not span.parent_id]
    assert ("inbox-api", "server") == (click.service, click.kind)
    handled = known[graph.parent_id]
    published = known[handled.parent_id]
    assert ("send", "publish commands", click.span_id) == (handled.name, published.name, published.parent_id)
    assert claim.ended_ns <= graph.began_ns <= graph.ended_ns <= handled.ended_ns
    assert ("accepted", 200, 1) == tuple(
        graph.facts[name] for name in ("inbox.outcome", "http.response.status_code", "inbox.attempt")
    )
    assert {click.span_id} == {span.parent_id for span in webhooks(trace)}


async def trace_id(opened: Shop, message_id: str) -> str:
    """As whoever looks into a message is told it."""
    found = await opened.agent.ask("GET", f"{opened.path}/messages/{message_id}/timeline")
    return str(found["trace_id"])


def one(trace: list[Told], name: str) -> Told:
    """The only span whose name begins so, or the first of some."""
    return next(span for span in trace if span.name.startswith(name))


def webhooks(trace: list[Told]) -> list[Told]:
    """Those of them."""
    return [span for span in trace if span.name == "POST /webhooks/{key}"]


def statuses(trace: list[Told]) -> int:
    """How many Meta told of the message."""
    return sum(int(span.facts["inbox.events"]) for span in webhooks(trace))


def is_whole(trace: list[Told]) -> bool:
    """Whether nothing has been heard of that another span follows from, and that is still to be told."""
    return {span.parent_id for span in trace} <= {"", *(span.span_id for span in trace)}


def is_landed(trace: list[Told]) -> bool:
    """Whether what was published last is on disk."""
    began = {name: [span.began_ns for span in trace if span.name == name] for name in ("publish events", "project")}
    return max(began["project"], default=0) > max(began["publish events"], default=0)


def ordered(wanted: set[str]) -> list[str]:
    """As they happen."""
    return [name for name in ("POST /webhooks/{key}", "publish events", "project", "push") if name in wanted]


def names(trace: Iterable[Told]) -> set[str]:
    """Of all its spans."""
    return {span.name for span in trace}


def services(trace: Iterable[Told]) -> set[str]:
    """Of all its spans."""
    return {span.service for span in trace}
