"""The command for dead letters, as a person runs it, on both brokers."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path

import orjson
import pytest

from shared import datafolder
from shared.broker import Broker, Delivery, connect
from shared.topology import PARKED_DEAD, SENDER
from tests.real.brokers import Brokers
from tests.real.server import free_port
from tests.real.waiting import until, until_answered, until_ready

SECRET = "my card is 4111"


@pytest.fixture
async def buried(broker_url: str) -> AsyncIterator[tuple[Brokers, Broker]]:
    """Two dead letters of the sender and a broker to look with."""
    brokers = Brokers(broker_url)
    async with brokers.make() as broker:
        await until_ready(broker)
        for number in range(2):
            body = orjson.dumps({"type": "message.send", "text": SECRET, "number": number})
            await broker.bury(SENDER.dead, body, f"reason {number}")
        await until_answered(lambda: broker.backlog(SENDER.dead), lambda backlog: backlog == 2)
        yield brokers, broker
    await brokers.forget()


async def run(brokers: Brokers, *arguments: str) -> tuple[int, str]:
    """The exit code and all that it prints."""
    address = {"INBOX_AMQP_URL" if brokers.is_amqp else "INBOX_REDIS_URL": brokers.url}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INBOX_")}
    return await started(
        *arguments, environment={**environment, **address, "INBOX_BROKER_NAMESPACE": brokers.namespace}
    )


async def started(*arguments: str, environment: dict[str, str]) -> tuple[int, str]:
    """The same in another environment."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "shared.broker.dead", *arguments),
        env={**environment, "COLUMNS": "200"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()


async def test_list_and_show_tell_why_but_not_what_was_written(buried: tuple[Brokers, Broker]) -> None:
    """Counts, reasons, types and sizes are shown; bodies only when asked for."""
    brokers, broker = buried
    code, listed = await run(brokers, "list")
    assert 0 == code, listed
    assert "reason 0" in listed
    assert PARKED_DEAD in listed

    code, shown = await run(brokers, "show", SENDER.dead)
    assert 0 == code, shown
    assert "reason 0" in shown
    assert "reason 1" in shown
    assert "message.send" in shown
    assert SECRET not in listed + shown

    one = (await broker.dead_letters(SENDER.dead, 2))[1]
    code, shape = await run(brokers, "show", SENDER.dead, "--id", one.id)
    assert 0 == code, shape
    assert "reason 0" not in shape
    assert f'"text":"({len(SECRET)} characters)"' in shape
    assert SECRET not in shape

    _, revealed = await run(brokers, "show", SENDER.dead, "--whole", "--count", "1")
    assert 1 == revealed.count(SECRET)


async def test_replay_gives_back_and_drop_forgets(buried: tuple[Brokers, Broker]) -> None:
    """What is mended is tried again; what is not wanted is gone, after a question."""
    brokers, broker = buried
    seen: list[Delivery] = []

    async def handle(delivery: Delivery) -> None:
        seen.append(delivery)

    code, output = await run(brokers, "replay", SENDER.dead, "--count", "1")
    assert 0 == code, output
    async with broker.consuming(SENDER, handle, concurrency=1):
        await until(lambda: seen)
    assert 0 == orjson.loads(seen[0].body)["number"]

    code, _ = await run(brokers, "drop", SENDER.dead)
    assert 1 == code  # nobody has said yes
    code, output = await run(brokers, "drop", SENDER.dead, "--yes")
    assert 0 == code, output
    await until_answered(lambda: broker.backlog(SENDER.dead), lambda backlog: backlog == 0)


async def test_one_is_replayed_or_dropped_by_its_id_and_all_at_once(buried: tuple[Brokers, Broker]) -> None:
    """The others stay in order; an id that is not there is one line and a code."""
    brokers, broker = buried
    first, second = await broker.dead_letters(SENDER.dead, 2)
    for command in (("show",), ("replay",), ("drop", "--yes")):
        code, output = await run(brokers, *command, SENDER.dead, "--id", "0123456789ab")
        assert (1, "sender.dead has no dead letter 0123456789ab") == (code, output.strip())

    assert (0, "1 forgotten") == await told(run(brokers, "drop", SENDER.dead, "--id", second.id, "--yes"))
    assert [first] == await broker.dead_letters(SENDER.dead, 2)
    assert (0, "1 given back to sender") == await told(run(brokers, "replay", SENDER.dead, "--id", first.id))
    await broker.bury(SENDER.dead, b"{}", "one more")
    await broker.bury(SENDER.dead, b"[]", "and another")
    assert (0, "2 given back to sender") == await told(run(brokers, "replay", SENDER.dead, "--all"))
    assert 3 == await broker.backlog(SENDER.name)


async def told(running: Awaitable[tuple[int, str]]) -> tuple[int, str]:
    """The same without the end of the line."""
    code, output = await running
    return code, output.strip()


async def test_without_settings_it_finds_the_store_of_the_all_in_one_process(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The dead letters of `python -m services` are listed beside it, and after it, without an address or a key."""
    for name in [name for name in os.environ if name.startswith("INBOX_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("INBOX_DATA_DIR", str(tmp_path / "data"))
    async with datafolder.opened() as given, connect(None, given["redis_url"]) as broker:
        await until_ready(broker)
        await broker.bury(SENDER.dead, b"{}", "reason of the embedded broker")
        beside = await started("list", environment=dict(os.environ))
    after = await started("list", environment=dict(os.environ))
    for code, output in (beside, after):
        assert 0 == code, output
        assert "reason of the embedded broker" in output

    monkeypatch.setenv("INBOX_DATA_DIR", str(tmp_path / "nothing"))
    code, output = await started("list", environment=dict(os.environ))
    assert code != 0
    assert output.startswith("INBOX_REDIS_URL: is missing")


async def test_a_wrong_name_and_a_missing_broker_are_one_line() -> None:
    """No traceback, and a code that a script sees."""
    nowhere = Brokers(f"redis://:password@127.0.0.1:{free_port()}/")
    code, output = await run(nowhere, "show", "nobody.dead")
    assert code != 0
    assert "Traceback" not in output
    code, output = await run(nowhere, "list")
    assert code != 0
    assert "the broker does not answer (TimeoutError)" == output.strip()
    assert "password" not in output
