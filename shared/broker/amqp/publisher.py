"""Publishes to RabbitMQ and returns only when every queue concerned has confirmed."""

import asyncio

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange
from aio_pika.exceptions import PublishError

from shared.broker import cancellation
from shared.broker.amqp.connection import Connection, Prepare
from shared.broker.door import BrokerUnavailable, Headers


class Publisher:
    """One confirming channel on a connection of its own; more channels are not faster."""

    def __init__(self, url: str, declared: Prepare, *, publish_s_max: float) -> None:
        self._declared = declared
        self._publish_s_max = publish_s_max
        self.connection = Connection(url, "publishing", self._prepare)
        self._exchanges: dict[str, AbstractExchange] = {}

    async def _prepare(self, connection: AbstractConnection) -> None:
        # Without `on_return_raises` a message that reaches no queue counts as published.
        channel: AbstractChannel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        await self._declared(connection)
        channel.close_callbacks.add(lambda *_: self.connection.renew())
        self._exchanges = {"": channel.default_exchange}
        self._channel = channel

    async def publish(self, exchange_name: str, routing_key: str, body: bytes, headers: Headers) -> None:
        """Return once confirmed, raise BrokerUnavailable when that did not come in time."""
        _ = self.connection.current
        exchange = self._exchanges.get(exchange_name)
        if exchange is None:
            exchange = await self._channel.get_exchange(exchange_name, ensure=False)
            self._exchanges[exchange_name] = exchange
        message = Message(body, headers=dict(headers), delivery_mode=DeliveryMode.PERSISTENT)
        try:
            await exchange.publish(message, routing_key, mandatory=True, timeout=self._publish_s_max)
        except asyncio.CancelledError:
            if cancellation.is_ours():
                raise
            raise BrokerUnavailable("the connection died") from None
        except PublishError:
            self.connection.renew()  # declares again: somebody has deleted a queue
            raise BrokerUnavailable("unroutable") from None
        except Exception as error:
            raise BrokerUnavailable(type(error).__name__) from error
