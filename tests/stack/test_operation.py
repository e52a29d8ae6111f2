"""What an operator does to the stack while people talk: kill, scale, upgrade, go back; nothing is lost or doubled."""

import asyncio

import pytest

from tests.stack.installation import Installation, Talk

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

PROCESSES = ("ingest", "api", "projector", "push", "sender")
SERVERS = ("redis", "rabbitmq", "gateway")


@pytest.mark.parametrize("service", [*PROCESSES, *SERVERS])
async def test_what_was_said_while_a_service_was_dead_is_there_once(
    installation: Installation, talk: Talk, service: str
) -> None:
    """Killed, written to, answered, started again: both are there, once each, and the answer was delivered."""
    await talk.writes("before")
    await talk.until_shown("before")
    await asyncio.to_thread(installation.compose, "kill", service)
    answered = asyncio.create_task(talk.answers("answer"))
    await asyncio.to_thread(installation.compose, "up", "--detach", "--no-build", "--no-recreate", "--wait", service)
    await answered
    await talk.until_shown("before", "answer")
    await talk.writes("after")
    await talk.until_shown("before", "answer", "after")

    assert ["answer"] == await talk.phone()


async def test_two_of_each_tell_the_same(installation: Installation, talk: Talk) -> None:
    """With `--scale` the gateway finds the new ones, and the old ones are not missed."""
    scale = [f"--scale={service}=2" for service in PROCESSES]
    wait = ("up", "--detach", "--no-build", "--no-recreate", "--wait")
    await asyncio.to_thread(installation.compose, *wait, *scale)
    said: list[str] = []
    for turn in range(4):
        await talk.writes(f"question {turn}")
        await talk.until_shown(*said, f"question {turn}")
        await talk.answers(f"answer {turn}")
        said += [f"question {turn}", f"answer {turn}"]
        await talk.until_shown(*said)
    await asyncio.to_thread(installation.compose, *wait)
    await talk.writes("last")
    await talk.until_shown(*said, "last")

    assert [each for each in said if each.startswith("answer")] == await talk.phone()


async def test_an_upgrade_and_the_way_back_lose_nothing(installation: Installation, talk: Talk) -> None:
    """Both by one command, each process after another, while somebody talks."""
    said = ["first"]
    await talk.writes("first")
    await talk.until_shown("first")
    for command in ("upgrade", "rollback"):
        moving = asyncio.create_task(asyncio.to_thread(installation.stack, command))
        await talk.answers(f"during {command}")
        await moving
        said.append(f"during {command}")
        await talk.until_shown(*said)

    assert ["during upgrade", "during rollback"] == await talk.phone()
