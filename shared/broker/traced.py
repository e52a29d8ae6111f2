"""A publish that is told in traces: the message carries where it came from."""

from collections.abc import Iterable

from shared import tracing
from shared.broker.door import Headers, Publishes
from shared.topology import Exchange
from shared.tracing import Context


async def publish(
    broker: Publishes,
    exchange: Exchange,
    body: bytes,
    parents: Iterable[Context],
    headers: Headers | None = None,
    *,
    lines: int = 1,
) -> None:
    """As the broker does it; told in the trace of each parent, from now until it is confirmed or was not."""
    work, failure = tracing.begun(parents), None
    try:
        await broker.publish(exchange, body, {**(headers or {}), **work.headers})
    except BaseException as error:
        failure = type(error).__name__
        raise
    finally:
        facts = tracing.messaging(
            "publish",
            exchange.name,
            **{"messaging.batch.message_count": lines, "messaging.message.body.size": len(body)},
        )
        work.end("broker", f"publish {exchange.name}", "producer", facts, failure=failure)
