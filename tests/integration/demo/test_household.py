"""The two processes of the demo."""

from pathlib import Path

import aiohttp
import pytest

from demo.children import ChildEnded
from demo.household import Household, environments, household


async def test_both_answer_and_know_each_other(found: Household) -> None:
    """On the ports that were asked for, whatever the shell says of a real installation."""
    await found.inbox.ask("GET", "/readyz")
    assert "world" in await found.simulator.ask("GET", "/simulator")


def test_nothing_of_a_real_installation_reaches_the_demo() -> None:
    """No server, no Meta, no key; where the data is has been decided already."""
    given = {
        "HOME": "/home/a",
        "INBOX_AMQP_URL": "amqp://real/",
        "INBOX_REDIS_URL": "redis://real/",
        "INBOX_GRAPH_URL": "https://graph.facebook.com",
        "INBOX_SECRET_KEYS": "k",
        "INBOX_PUBLIC_URL": "https://inbox.example.org",
        "SIMULATOR_SPEED": "7",
    }
    inbox, simulator = environments(given, Path("d"), 1, 2)

    assert {"HOME": "/home/a"} == {name: told for name, told in inbox.items() if not name.startswith("INBOX_")}
    assert "http://127.0.0.1:2" == inbox["INBOX_GRAPH_URL"]
    assert "https://inbox.example.org" == inbox["INBOX_PUBLIC_URL"]
    assert "https://inbox.example.org" == simulator["SIMULATOR_INBOX_URL"]
    assert not {"INBOX_AMQP_URL", "INBOX_REDIS_URL", "INBOX_SECRET_KEYS"} & inbox.keys()
    assert ("7", "2", "demo") == (
        simulator["SIMULATOR_SPEED"],
        simulator["SIMULATOR_PORT"],
        simulator["SIMULATOR_CAST"],
    )


async def test_one_that_cannot_start_ends_both_with_a_reason(tmp_path: Path) -> None:
    """Here the simulator is told nonsense."""
    told = {"INBOX_PORT": "0", "SIMULATOR_PORT": "0", "SIMULATOR_SPEED": "fast"}
    async with aiohttp.ClientSession() as http:
        with pytest.raises(ChildEnded, match="SIMULATOR_SPEED"):
            async with household(told, tmp_path, http):
                pass
