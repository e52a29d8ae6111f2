"""Sends by our own door to Graph and nothing else of the sender: what the door is worth by itself, on uvloop."""

import os
from typing import Any

import uvloop

from bench.comparators.calling import IN_FLIGHT, TOKEN, work
from shared.contract.ids import NumberId
from shared.graph import Graph


async def main() -> None:
    """For ever."""
    async with Graph(os.environ["GRAPH_URL"], "v25.0", connections_max=IN_FLIGHT) as graph:

        async def call(number: str, body: dict[str, Any]) -> str:
            return str((await graph.send(NumberId(number), TOKEN, body)).wamid)

        await work(call)


if __name__ == "__main__":
    uvloop.run(main())
