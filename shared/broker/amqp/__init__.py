"""The broker on RabbitMQ."""

from shared.broker.amqp.broker import AmqpBroker

__all__ = ["AmqpBroker"]
