"""The embedded broker, on a Redis or Valkey server."""

from shared.broker.streams.broker import StreamsBroker

__all__ = ["StreamsBroker"]
