"""The api of these tests, with projector and simulator, or chat state alone, on a real store."""

from collections.abc import AsyncIterator

import pytest

from shared.process import Ground
from tests.integration.services.api.patients import Patient, a_patient
from tests.real.chat import Chat, chat, standing
from tests.real.inbox import Inbox, inbox


@pytest.fixture(scope="module")
async def api(redis_url: str) -> AsyncIterator[Inbox]:
    """One api for this file, whose doctor forgets at once what Graph said; every test has workspaces of its own."""
    async with inbox(redis_url, doctor_remembered_s=0) as running:
        yield running


@pytest.fixture
async def patient(api: Inbox) -> Patient:
    """Connected, with an app secret; nothing has come yet."""
    return await a_patient(api)


@pytest.fixture(scope="module")
async def base(redis_url: str) -> AsyncIterator[Ground]:
    """What all tests of this file stand on."""
    async with standing(redis_url) as made:
        yield made


@pytest.fixture
def here(base: Ground) -> Chat:
    """A number of the test's own."""
    return chat(base)


@pytest.fixture
async def connected(here: Chat) -> Chat:
    """The same, connected."""
    await here.connect()
    return here
