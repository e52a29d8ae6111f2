"""The only door to the message broker: publish with confirms, consume, and decide ack, retry or dead letter once."""

from shared.broker.door import Broker, BrokerUnavailable, Delivery, Poison, Reject, Retry

__all__ = ["Broker", "BrokerUnavailable", "Delivery", "Poison", "Reject", "Retry"]
