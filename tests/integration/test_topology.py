"""What is declared on RabbitMQ is the table, and nothing else."""

import json
from typing import Any

from shared.broker.amqp.archive import Shelf
from shared.broker.amqp.declaration import queues
from shared.process import now_ms
from shared.topology import ARCHIVE, ARCHIVE_WEEKS, TOPOLOGY
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
    shelf = Shelf(ARCHIVE, brokers.namespace, ARCHIVE_WEEKS, now_ms)
    streams = {shelf.stream(week): shelf.arguments() for week in (shelf.week, shelf.week.after(1))}
    work = {name: {"x-queue-type": "quorum", **arguments} for name, arguments in table.items()}
    assert {**work, **streams} == declared
    assert {f"{prefix}{exchange.name}": "fanout" for exchange in TOPOLOGY.exchanges} == exchanges
    bound = {(exchange.name, f"{prefix}{queue.name}") for queue in TOPOLOGY.queues for exchange in queue.bound_to}
    archived = {(exchange.name, shelf.stream(shelf.week)) for exchange in ARCHIVE.bound_to}
    assert {(f"{prefix}{exchange}", queue) for exchange, queue in bound | archived} == bindings


def _listed(rabbitmq: Server, what: str, columns: str, prefix: str) -> list[dict[str, Any]]:
    rows = json.loads(rabbitmq.control(f"list_{what}", "--formatter", "json", *columns.split()))
    for row in rows:
        if isinstance(row.get("arguments"), list):  # RabbitMQ 3 lists them as triples
            row["arguments"] = {name: value for name, _, value in row["arguments"]}
    return [row for row in rows if next(iter(row.values())).startswith(prefix)]
