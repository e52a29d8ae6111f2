"""Publishes what is asked for at one time in one message, a line each; readers of single deliveries settle each line.

A message costs the broker some hundred microseconds, in each of its queues, whatever it holds.
"""

from shared.broker.door import Broker, Headers
from shared.broker.fuse import IN_HAND_MAX, Fuse
from shared.broker.groupcommit import GroupCommit, Limits
from shared.topology import Exchange

# A reader that dies has its lines in hand given again, those too that it had brought to their end: so never very many.
LINES_MAX = 32
BYTES_MAX = 16 * 1024  # a reader may hold some thousand messages
# What is behind a late confirm is refused at once: who asked is there to ask again.
LIMITS = Limits(
    lines_max=LINES_MAX,
    bytes_max=BYTES_MAX,
    buffer_lines_max=IN_HAND_MAX,
    late_lines_max=0,
    late_bytes_max=0,
)


class Gathered:
    """As a broker publishes; what has headers of its own goes by itself."""

    def __init__(self, broker: Broker, *, limits: Limits = LIMITS) -> None:
        self._broker = broker
        self._limits = limits
        self._alone = Fuse(broker)
        self._commits: dict[Exchange, GroupCommit] = {}  # as many as the topology has

    async def publish(self, exchange: Exchange, body: bytes, headers: Headers | None = None) -> None:
        """Return once confirmed; raise BrokerUnavailable when that is not known, and soon."""
        if headers:
            await self._alone.publish(exchange, body, headers)
            return
        commit = self._commits.get(exchange)
        if commit is None:
            commit = self._commits[exchange] = GroupCommit(self._broker, exchange, limits=self._limits)
        await commit.add((body,))
