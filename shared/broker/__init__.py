"""The only door to the message broker: publish with confirms, consume, and decide ack, retry or dead letter once."""

from shared.broker.door import Broker, BrokerUnavailable, DeadLetter, Delivery, Poison, Reject, Retry


def connect(amqp_url: str | None, redis_url: str, *, namespace: str = "") -> Broker:
    """The broker of this installation, to be entered with `async with`: RabbitMQ, or the embedded one without it."""
    # Imported here, so that a process loads only the one it has.
    if amqp_url is not None:
        from shared.broker.amqp import AmqpBroker

        return AmqpBroker(amqp_url, namespace=namespace)
    from shared.broker.streams import StreamsBroker

    return StreamsBroker(redis_url, namespace=namespace)


__all__ = ["Broker", "BrokerUnavailable", "DeadLetter", "Delivery", "Poison", "Reject", "Retry", "connect"]
