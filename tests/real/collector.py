"""A collector of traces: takes OTLP over HTTP as Jaeger and others do, and keeps what it was told."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.real.server import LOOPBACK

BYTES_MAX = 16 * 1024 * 1024

Fact = str | int | float | bool


@dataclass(frozen=True)
class Told:
    """A span as a collector sees it; ids in hex."""

    service: str
    part: str
    name: str
    kind: str
    trace_id: str
    span_id: str
    parent_id: str
    began_ns: int
    ended_ns: int
    facts: dict[str, Fact]
    links: tuple[str, ...]  # the traces
    moments: dict[str, int]
    has_failed: bool


@dataclass
class Collector:
    """Running at `url`; while `is_broken` it refuses everything."""

    runner: web.AppRunner
    url: str = ""
    is_broken: bool = False
    spans: list[Told] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        """As the protocol has it."""
        body = await request.read()
        if self.is_broken:
            return web.Response(status=400)
        self.bodies.append(body)
        self.spans += told(ExportTraceServiceRequest.FromString(body))
        return web.Response(content_type="application/x-protobuf")

    async def leave(self) -> None:
        """Nobody is there any more."""
        await self.runner.cleanup()

    def trace(self, trace_id: str) -> list[Told]:
        """One trace, by the times at which its spans began."""
        return sorted((span for span in self.spans if span.trace_id == trace_id), key=lambda span: span.began_ns)


def told(request: ExportTraceServiceRequest) -> Iterator[Told]:
    """The spans of one request."""
    for resource in request.resource_spans:
        service = next(fact for fact in resource.resource.attributes if fact.key == "service.name").value.string_value
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield Told(
                    service=service,
                    part=scope.scope.name,
                    name=span.name,
                    kind=Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_").lower(),
                    trace_id=span.trace_id.hex(),
                    span_id=span.span_id.hex(),
                    parent_id=span.parent_span_id.hex(),
                    began_ns=span.start_time_unix_nano,
                    ended_ns=span.end_time_unix_nano,
                    facts={fact.key: _value(fact.value) for fact in span.attributes},
                    links=tuple(link.trace_id.hex() for link in span.links),
                    moments={event.name: event.time_unix_nano for event in span.events},
                    has_failed=span.status.code == 2,
                )


def _value(value: AnyValue) -> Fact:
    found: Fact = getattr(value, value.WhichOneof("value") or "string_value")
    return found


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """A collector for as long as the context is entered."""
    app = web.Application(client_max_size=BYTES_MAX)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    collector = Collector(runner)
    app.add_routes([web.post("/v1/traces", collector.take)])
    await runner.setup()
    site = web.TCPSite(runner, LOOPBACK, 0)
    await site.start()
    collector.url = f"http://{LOOPBACK}:{runner.addresses[0][1]}"
    try:
        yield collector
    finally:
        await runner.cleanup()
