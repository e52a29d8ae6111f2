"""Spans to a collector by OTLP over HTTP: a bounded queue, a thread that empties it, and nobody ever waits for it."""

import asyncio
import logging
import threading
from collections.abc import Sequence
from contextlib import suppress

import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    set_span_in_context,
)

from shared import metrics
from shared.tracing.context import Context
from shared.tracing.work import Span

log = structlog.get_logger(__name__)

# Of the 25 s that a process has to end: a collector that is there takes what is left in some milliseconds.
FLUSH_S_MAX = 3.0
FLUSHED_EVERY_S = 0.02
PATH = "/v1/traces"

_KINDS = {kind.name.lower(): kind for kind in SpanKind}
_SAMPLED = TraceFlags(TraceFlags.SAMPLED)


class _Named(IdGenerator):
    """Gives a span the name that it has already; one is told at a time, in one thread."""

    def __init__(self) -> None:
        self.next = Context(1, 1)

    def generate_trace_id(self) -> int:
        return self.next.trace_id

    def generate_span_id(self) -> int:
        return self.next.span_id


class _Watched(SpanExporter):
    """Counts what arrives, and says once when nothing does: OpenTelemetry itself would say it with every batch."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._arrives = True

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export(spans)
        arrives = result is SpanExportResult.SUCCESS
        metrics.SPANS.labels("sent" if arrives else "lost").inc(len(spans))
        if arrives != self._arrives:
            self._arrives = arrives
            log.log(logging.INFO if arrives else logging.WARNING, "traces.sent" if arrives else "traces.lost")
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()


class Collector:
    """Where spans go. The sizes of its queue and its batches are OpenTelemetry's own settings (OTEL_BSP_...)."""

    def __init__(self, url: str, service: str, *, flush_s_max: float = FLUSH_S_MAX) -> None:
        self._flush_s_max = flush_s_max
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL + 1)
        self._named = _Named()
        self._provider = TracerProvider(
            sampler=ALWAYS_ON,  # what is not sampled is not even begun
            resource=Resource.create({SERVICE_NAME: service}),
            id_generator=self._named,
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(BatchSpanProcessor(_Watched(OTLPSpanExporter(url.rstrip("/") + PATH))))
        self._tracers: dict[str, Tracer] = {}

    def tell(self, span: Span) -> None:
        """Into the queue; a full one forgets its oldest."""
        self._named.next = span.context
        metrics.SPANS.labels("told").inc()
        parent = None if span.parent is None else NonRecordingSpan(_context(span.parent))
        told = self._tracer(span.part).start_span(
            span.name,
            None if parent is None else set_span_in_context(parent),
            _KINDS[span.kind],
            span.facts,
            [Link(_context(each)) for each in span.links],
            span.began_ns,
        )
        for name, at_ns in span.moments:
            told.add_event(name, timestamp=at_ns)
        if span.failure is not None:
            told.set_attribute("error.type", span.failure)
            told.set_status(Status(StatusCode.ERROR))
        told.end(span.ended_ns)

    async def close(self) -> None:
        """Return when all has gone, or when it takes too long: then the rest is lost, and the process ends."""
        # Not in the loop's own threads: at the end Python would wait for those.
        flushing = threading.Thread(target=self._provider.shutdown, daemon=True)
        flushing.start()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._flush_s_max):
                while flushing.is_alive():  # noqa: ASYNC110 (a thread sets no event of ours)
                    await asyncio.sleep(FLUSHED_EVERY_S)

    def _tracer(self, part: str) -> Tracer:
        tracer = self._tracers.get(part)
        if tracer is None:
            tracer = self._tracers[part] = self._provider.get_tracer(f"cloud-inbox.{part}")
        return tracer


def _context(context: Context) -> SpanContext:
    return SpanContext(context.trace_id, context.span_id, is_remote=True, trace_flags=_SAMPLED)
