"""Sends by httpx alone, as its users write them: one client, keep-alive, a hundred calls in flight, on uvloop."""

from typing import Any

import httpx
import uvloop

from bench.comparators.calling import IN_FLIGHT, ROOT, TOKEN, work


async def main() -> None:
    """For ever."""
    limits = httpx.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=IN_FLIGHT)
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}, limits=limits, timeout=10) as client:

        async def call(number: str, body: dict[str, Any]) -> str:
            answer = await client.post(f"{ROOT}/{number}/messages", json=body)
            answer.raise_for_status()
            return str(answer.json()["messages"][0]["id"])

        await work(call)


if __name__ == "__main__":
    uvloop.run(main())
