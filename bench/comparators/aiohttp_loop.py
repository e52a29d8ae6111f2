"""Sends by aiohttp's client alone, as its users write them: one session, a hundred calls in flight, on uvloop."""

from typing import Any

import aiohttp
import uvloop

from bench.comparators.calling import IN_FLIGHT, ROOT, TOKEN, work


async def main() -> None:
    """For ever."""
    session = aiohttp.ClientSession(
        headers={"Authorization": f"Bearer {TOKEN}"},
        connector=aiohttp.TCPConnector(limit=IN_FLIGHT),
        timeout=aiohttp.ClientTimeout(total=10),
    )
    async with session:

        async def call(number: str, body: dict[str, Any]) -> str:
            async with session.post(f"{ROOT}/{number}/messages", json=body) as answer:
                answer.raise_for_status()
                return str((await answer.json())["messages"][0]["id"])

        await work(call)


if __name__ == "__main__":
    uvloop.run(main())
