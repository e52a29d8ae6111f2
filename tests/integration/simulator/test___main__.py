"""python -m simulator"""

import asyncio
import os
import signal
import sys

import aiohttp


async def started(**settings: str) -> asyncio.subprocess.Process:
    """The process, with settings in its environment."""
    environment = {**os.environ, **{f"SIMULATOR_{name.upper()}": value for name, value in settings.items()}}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "simulator",
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_it_says_where_it_is_and_stops_when_told() -> None:
    """One line when ready; exit code 0 on SIGTERM."""
    process = await started(port="0", seed="5")
    assert process.stdout is not None
    ready = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
    url = ready.split()[3]

    async with aiohttp.ClientSession() as http, http.get(f"{url}/simulator") as answer:
        assert 5 == (await answer.json())["seed"]
    process.send_signal(signal.SIGTERM)
    assert 0 == await asyncio.wait_for(process.wait(), 20)


async def test_a_wrong_setting_is_named_in_one_line() -> None:
    """And nothing else is said."""
    process = await started(port="many")
    _, said = await asyncio.wait_for(process.communicate(), 20)

    assert 2 == process.returncode
    assert said.decode().startswith("SIMULATOR_PORT: ")
    assert 1 == len(said.decode().splitlines())
