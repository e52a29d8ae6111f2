"""The port."""

import aiohttp

from simulator import Simulator


async def test_it_is_alive_and_ready(sim: Simulator) -> None:
    """For whoever starts it."""
    async with aiohttp.ClientSession() as http:
        for path in ("/livez", "/readyz"):
            async with http.get(sim.url + path) as answer:
                assert 200 == answer.status
        async with http.get(f"{sim.url}/nowhere") as answer:
            assert 404 == answer.status
