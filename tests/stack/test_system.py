"""The system tests, as they are, through the gateway of the stack, whose containers they stop and kill."""

import pytest

from tests.system.promises import kept

pytestmark = [pytest.mark.stack, pytest.mark.timeout(1800)]

PATIENCE = 3  # a container takes seconds to start


@pytest.mark.parametrize("copies", [1, 2])
async def test_every_promise_is_kept_through_the_gateway(copies: int) -> None:
    """By one of each process, and by two, of which one is killed."""
    code, said = await kept(patience=PATIENCE, INBOX_TEST_COMPOSED=str(copies))
    print(said[-300:])
    assert 0 == code, said
