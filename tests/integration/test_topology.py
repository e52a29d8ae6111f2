"""What is declared on RabbitMQ is the table, and nothing else."""

import json
from typing import Any

from shared.broker.amqp.declaration import queues
from shared.topology import TOPOLOGY
from tests.real.brokers import Brokers
from tests.real.server import Server
from tests.real.waiting import until_ready


async def test_what_is_declared_is_the_table_and_nothing_else(rabbitmq: Server) -> None:
    """Every queue with its arguments, every exchange, every binding; a second declaration changes nothing."""
    brokers = Brokers(rabbitmq.url)
    for _ in range(2):
        async with brokers.make() as broker:
            await until_ready(broker)

    prefix = f"{brokers.namespace}."
    declared = {row["name"]: row["arguments"] for row in _listed(rabbitmq, "queues", "name arguments", prefix)}
    exchanges = {row["name"]: row["type"] for row in _listed(rabbitmq, "exchanges", "name type", prefix)}
    bindings = {
        (row["source_name"], row["destination_name"])
        for row in _listed(rabbitmq, "bindings", "source_name destination_name", prefix)
    }
    await brokers.forget()

    table = queues(TOPOLOGY, brokers.namespace)
    assert {name: {"x-queue-type": "quorum", **arguments} for name, arguments in table.items()} == declared
    assert {f"{prefix}{exchange.name}": "fanout" for exchange in TOPOLOGY.exchanges} == exchanges
    assert {
        (f"{prefix}{exchange.name}", f"{prefix}{queue.name}")
        for queue in TOPOLOGY.queues
        for exchange in queue.bound_to
    } == bindings


def _listed(rabbitmq: Server, what: str, columns: str, prefix: str) -> list[dict[str, Any]]:
    rows = json.loads(rabbitmq.control(f"list_{what}", "--formatter", "json", *columns.split()))
    for row in rows:
        if isinstance(row.get("arguments"), list):  # RabbitMQ 3 lists them as triples
            row["arguments"] = {name: value for name, _, value in row["arguments"]}
    return [row for row in rows if next(iter(row.values())).startswith(prefix)]
