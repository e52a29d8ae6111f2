"""Declares the topology on RabbitMQ: quorum queues that refuse rather than drop, their waits and dead letters."""

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel

from shared.topology import Queue, Topology

Arguments = dict[str, str | int]

# Looking at a dead letter and leaving it there counts as a delivery, and RabbitMQ 4 drops a message after 20 of them.
# RabbitMQ 3 does not know -1 for "no limit".
UNLIMITED = 1_000_000_000


def named(namespace: str, name: str) -> str:
    """The name on the broker: several installations share one RabbitMQ under different namespaces."""
    return f"{namespace}.{name}" if namespace else name


async def declare(channel: AbstractChannel, topology: Topology, namespace: str) -> None:
    """Declare everything; what is there already stays as it is."""
    for exchange in topology.exchanges:
        await channel.declare_exchange(named(namespace, exchange.name), ExchangeType.FANOUT, durable=True)
    for name, arguments in queues(topology, namespace).items():
        await channel.declare_queue(name, durable=True, arguments={"x-queue-type": "quorum", **arguments})
    for queue in topology.queues:
        work = await channel.get_queue(named(namespace, queue.name), ensure=False)
        for exchange in queue.bound_to:
            await work.bind(named(namespace, exchange.name))


def queues(topology: Topology, namespace: str) -> dict[str, Arguments]:
    """Every queue with its arguments; targets of dead-lettering come before what is dead-lettered to them."""
    declared: dict[str, Arguments] = {}
    for name in topology.replays_to:
        # A full one drops its oldest: were it to refuse, one poisonous sender would stop the whole queue.
        declared[named(namespace, name)] = {
            "x-max-length-bytes": topology.dead_bytes_max,
            "x-overflow": "drop-head",
            "x-delivery-limit": UNLIMITED,
        }
    for queue in topology.queues:
        declared[named(namespace, queue.name)] = {
            "x-max-length-bytes": queue.bytes_max,
            "x-delivery-limit": topology.delivery_limit,
            **_safely_to(named(namespace, queue.dead)),
        }
        declared |= _waits(queue, topology, namespace)
    return declared


def _waits(queue: Queue, topology: Topology, namespace: str) -> dict[str, Arguments]:
    return {
        named(namespace, queue.wait(step_s)): {
            "x-max-length-bytes": topology.wait_bytes_max,
            "x-message-ttl": step_s * 1000,
            **_safely_to(named(namespace, queue.name)),
        }
        for step_s in queue.waits_s
    }


def _safely_to(target: str) -> Arguments:
    # At-least-once needs reject-publish; without it a crash between the two queues would lose the message.
    return {
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": target,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
