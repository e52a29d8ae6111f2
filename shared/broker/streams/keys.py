"""The names of the embedded broker's keys; all share one hash tag, because its scripts move between them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StreamKeys:
    """Keys under one namespace, so that several installations can share a store."""

    namespace: str = ""

    @property
    def sizes(self) -> str:
        """A hash: how many bytes each stream holds."""
        return f"{self._tag}:sizes"

    def queue(self, queue_name: str) -> str:
        """The stream that is the queue."""
        return f"{self._tag}:queue:{queue_name}"

    def waiting(self, queue_name: str) -> str:
        """The stream of what waits to come back to the queue."""
        return f"{self._tag}:waiting:{queue_name}"

    def due(self, queue_name: str) -> str:
        """A sorted set: when each of those that wait is due."""
        return f"{self._tag}:due:{queue_name}"

    def dead(self, queue_name: str) -> str:
        """The stream of dead letters of that name."""
        return f"{self._tag}:dead:{queue_name}"

    @property
    def _tag(self) -> str:
        return f"{{broker:{self.namespace}}}" if self.namespace else "{broker}"
