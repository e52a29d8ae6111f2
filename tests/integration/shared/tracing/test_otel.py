"""Spans reach a collector as OpenTelemetry has it; one that is away, or hangs, is nobody's trouble."""

import asyncio
import subprocess
import sys

import pytest
from prometheus_client import REGISTRY

from shared.contract.ids import MessageId, NumberId, WorkspaceId
from shared.tracing import Context, Span
from shared.tracing.otel import Collector
from shared.tracing.subject import Subjects
from tests.real.collector import collecting
from tests.real.logged import logged
from tests.real.waiting import S_MAX, until

SECOND = 1_000_000_000
QUEUE, BATCH = 2_048, 512  # OpenTelemetry's own, unless it is told otherwise


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")


def span(context: Context, parent: Context | None = None, **more: object) -> Span:
    """Something that took a second."""
    told = Span("sender", "POST Graph", "client", context, parent, SECOND, 2 * SECOND, {"inbox.attempt": 1})
    return told._replace(**more)  # type: ignore[arg-type]


def counted(outcome: str) -> float:
    """So many spans."""
    return REGISTRY.get_sample_value("inbox_spans_total", {"outcome": outcome}) or 0.0


async def test_a_span_arrives_as_it_was_told() -> None:
    """With its own name in its own trace, times, facts, links, moments, and what went wrong."""
    begun = Subjects(b"k" * 32).beginning(WorkspaceId("w"), NumberId("n"), MessageId("m"))
    below = Context(begun.trace_id, 7)
    async with collecting() as there:
        collector = Collector(there.url + "/", "inbox-sender")
        collector.tell(span(begun))
        collector.tell(span(below, begun, links=(Context(3, 4),), moments=(("committed", SECOND),), failure="131047"))
        await until(lambda: len(there.spans) == 2)
        await collector.close()

    first, second = there.trace(f"{begun.trace_id:032x}")
    assert ("", f"{begun.span_id:016x}") == (first.parent_id, first.span_id)
    assert (f"{begun.span_id:016x}", f"{7:016x}") == (second.parent_id, second.span_id)
    assert ("inbox-sender", "cloud-inbox.sender", "POST Graph", "client") == (
        second.service,
        second.part,
        second.name,
        second.kind,
    )
    assert (SECOND, 2 * SECOND, (f"{3:032x}",), {"committed": SECOND}, True) == (
        second.began_ns,
        second.ended_ns,
        second.links,
        second.moments,
        second.has_failed,
    )
    assert {"inbox.attempt": 1, "error.type": "131047"} == second.facts
    assert {"inbox.attempt": 1} == first.facts
    assert not first.has_failed


async def test_what_is_untold_at_the_end_goes_before_it() -> None:
    """A process that stops takes nothing with it, if the collector is there."""
    async with collecting() as there:
        collector = Collector(there.url, "inbox", flush_s_max=S_MAX)
        for each in range(1_500):
            collector.tell(span(Context(1, each + 1)))
        await collector.close()

        assert 1_500 == len(there.spans)


async def test_a_collector_that_refuses_is_counted_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    """And again when it takes them; OpenTelemetry's own complaints with each batch are not repeated."""
    lost, sent = counted("lost"), counted("sent")
    with logged() as lines:
        async with collecting() as there:
            there.is_broken = True
            collector = Collector(there.url, "inbox")
            for each in range(3):
                collector.tell(span(Context(1, each + 1)))
                await until(lambda each=each: counted("lost") == lost + each + 1)  # type: ignore[misc]
            there.is_broken = False
            collector.tell(span(Context(1, 9)))
            await until(lambda: counted("sent") == sent + 1)
            await collector.close()

    assert ["traces.lost", "traces.sent"] == [line["event"] for line in lines]
    assert [] == [record.name for record in caplog.records if record.name.startswith("opentelemetry")]


async def test_what_is_too_much_is_forgotten() -> None:
    """The queue is bounded: while the collector has no time, its oldest go."""
    async with collecting() as there:
        collector = Collector(there.url, "inbox", flush_s_max=S_MAX)
        for each in range(10_000):  # without a turn of the loop that the collector runs in as well
            collector.tell(span(Context(1, each + 1)))
        await collector.close()

    assert QUEUE <= len(there.spans) <= QUEUE + BATCH


@pytest.mark.parametrize("manner", ["hangs", "is away"])
async def test_nobody_waits_for_a_collector(manner: str) -> None:
    """Telling returns, the loop goes on while it closes, and closing has an end."""

    async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        silenced.append(writer)

    silenced: list[asyncio.StreamWriter] = []
    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1] if manner == "hangs" else 9
        collector = Collector(f"http://127.0.0.1:{port}", "inbox", flush_s_max=0.5)
        for each in range(1_000):
            collector.tell(span(Context(1, each + 1)))
        if manner == "hangs":
            await until(lambda: silenced)
        closing = asyncio.create_task(collector.close())
        turns = 0
        while not closing.done():
            turns += 1
            await asyncio.sleep(0.001)
        for writer in silenced:
            writer.transport.abort()

    assert turns > 1


def test_nothing_of_it_is_loaded_before_it_is_wanted() -> None:
    """By all five processes, in a Python of its own. (redis-py loads OpenTelemetry's metrics where it finds them.)"""
    modules = "services.ingest.__main__, services.api.__main__, services.api.projector"
    kept = ("shared.tracing.otel", "opentelemetry.exporter", "opentelemetry.proto", "google.protobuf", "requests")
    code = (
        f"import {modules}, services.push.__main__, services.sender.__main__, services.__main__, sys\n"
        f"print(sorted(name for name in sys.modules if name.startswith({kept})))"
    )
    assert "[]\n" == subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout


def test_without_the_packages_a_process_says_so_and_goes_on() -> None:
    """They are an extra; whoever asks for traces has to install them."""
    code = (
        "import asyncio, sys\n"
        "sys.modules['opentelemetry'] = None\n"
        "from shared import tracing\n"
        "async def main():\n"
        "    told = dict(service='inbox', key=b'k', ratio=1.0, system='redis')\n"
        "    async with tracing.telling('http://127.0.0.1:9', **told):\n"
        "        print('on' if tracing.on else 'off')\n"
        "asyncio.run(main())"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert "traces.not_installed" in said.stdout + said.stderr
    assert said.stdout.endswith("off\n")
