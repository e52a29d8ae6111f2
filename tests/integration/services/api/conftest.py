"""The api of these tests, with projector and simulator, on a real store."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.services.api.patients import Patient, a_patient
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
