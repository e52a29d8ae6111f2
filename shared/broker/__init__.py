"""The only door to the message broker: publish with confirms, consume, and decide ack, retry or dead letter once."""

from shared.broker.archive import Archive, Archived, Extent, Replay
from shared.broker.door import Broker, BrokerUnavailable, DeadLetter, DeadQueue, Delivery, Poison, Reject, Retry
from shared.topology import ARCHIVE_WEEKS


def connect(amqp_url: str | None, redis_url: str, *, namespace: str = "", archive_weeks: int = ARCHIVE_WEEKS) -> Broker:
    """The broker of this installation, to be entered with `async with`: RabbitMQ, or the embedded one without it."""
    # Imported here, so that a process loads only the one it has.
    if amqp_url is not None:
        from shared.broker.amqp import AmqpBroker

        return AmqpBroker(amqp_url, namespace=namespace, archive_weeks=archive_weeks)
    from shared.broker.streams import StreamsBroker

    return StreamsBroker(redis_url, namespace=namespace)


__all__ = [
    "Archive",
    "Archived",
    "Broker",
    "BrokerUnavailable",
    "DeadLetter",
    "DeadQueue",
    "Delivery",
    "Extent",
    "Poison",
    "Reject",
    "Replay",
    "Retry",
    "connect",
]
