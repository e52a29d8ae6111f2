"""A Redis master with a replica behind one address: a failover is a promotion, and the address moves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.real import choice
from tests.real.asked import ask, replication
from tests.real.proxy import Proxy, proxied
from tests.real.server import LOOPBACK, REDIS, wait_until

# Its disk is beyond doubt, so that what is lost is lost by the failover alone.
OPTIONS = ("--appendfsync", "always", "--repl-diskless-sync-delay", "0")


class RedisPair:
    """`address` is what an operator moves: a virtual IP, a DNS name, a load balancer; here a proxy."""

    address: Proxy

    def __init__(self) -> None:
        self.master, self.replica = (choice.on_this_machine(REDIS, options=OPTIONS) for _ in range(2))
        self.url = self.master.url  # as it is now; who is told `address` need not know

    def start(self) -> None:
        """Return when the replica follows; what a master that comes back alone had is thrown away."""
        self.master.start()
        self.replica.start()
        ask(self.replica, "REPLICAOF", LOOPBACK, self.master.port)
        wait_until(self.follows, "a replica")

    def follows(self) -> bool:
        """Whether the replica has all that the master had a moment ago."""
        own, told = replication(self.master), replication(self.replica)
        return told.get("master_link_status") == "up" and int(told["slave_repl_offset"]) >= int(
            own["master_repl_offset"]
        )

    def leaves(self) -> None:
        """The replica hears no more of its master: what is written from now on is lost at a failover, and only that."""
        wait_until(self.follows, "the replica")
        ask(self.replica, "REPLICAOF", "NO", "ONE")

    def promote(self) -> None:
        """The master dies and the replica takes its place."""
        self.master.kill()
        ask(self.replica, "REPLICAOF", "NO", "ONE")
        self.master, self.replica = self.replica, self.master
        self.url = self.master.url

    async def fails_over(self) -> None:
        """The same, and the address moves."""
        await asyncio.to_thread(self.promote)
        self.address.leads_to(self.master.url)
        self.address.cut()

    def stop(self) -> None:
        """End both in good order."""
        self.replica.stop()
        self.master.stop()

    def kill(self) -> None:
        """End both as a power cut does."""
        self.replica.kill()
        self.master.kill()

    def control(self, *arguments: str) -> str:
        """Only RabbitMQ has it."""
        raise NotImplementedError

    def record(self) -> dict[str, str]:
        """What another process needs to remove the master; each of the two has recorded itself."""
        return self.master.record()

    def remove(self) -> None:
        """End both and forget what they have stored."""
        self.master.remove()
        self.replica.remove()


@asynccontextmanager
async def redis_pair() -> AsyncIterator[RedisPair]:
    """Both of them, and the address."""
    pair = RedisPair()
    try:
        await asyncio.to_thread(pair.start)
        async with proxied(pair.master.url) as pair.address:
            yield pair
    finally:
        pair.remove()
