"""The demo's own two processes, with people who do nothing by themselves."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from demo.household import Household, household
from demo.moving_in import Desk, moved_in


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where it all lives."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
async def found(folder: Path) -> AsyncIterator[Household]:
    """Ready, on free ports; everything in it is quick."""
    told = {
        "PATH": os.environ["PATH"],
        "INBOX_PORT": "0",
        "SIMULATOR_PORT": "0",
        "SIMULATOR_CAST": "quiet",
        "SIMULATOR_SPEED": "50",
        "INBOX_AMQP_URL": "amqp://nobody.invalid/",  # of a real installation, and not for the demo
    }
    async with aiohttp.ClientSession() as http, household(told, folder, http) as ready:
        yield ready


@pytest.fixture(scope="module")
async def desk(found: Household, folder: Path) -> Desk:
    """Moved in."""
    return await moved_in(found, folder)
