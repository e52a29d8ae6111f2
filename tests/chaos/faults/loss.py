"""Redis is lost with all it had; settings come back from a backup, everything else from the archive."""

import asyncio
import sys
from asyncio.subprocess import Process
from contextlib import suppress
from pathlib import Path

from tests.chaos.fault import fault
from tests.chaos.scene import Scene
from tests.integration.shared.stores import connected
from tests.real.waiting import PATIENCE

COMMAND_S_MAX = 60.0 * PATIENCE
PASSES = (b"what was asked", b"all that happened")  # as a rebuild tells that it begins with them
FURTHER_S = (0.0, 0.1)  # so little is there to rebuild that it takes no longer


@fault("Redis lost altogether, rebuilt")
async def redis_lost(scene: Scene) -> str:
    """As docs/operating.md has it."""
    await restored(scene)
    return await rebuilt(scene)


@fault("Redis lost altogether, rebuilt after kill -9 of the rebuild")
async def rebuild_killed(scene: Scene) -> str:
    """In the middle of the one pass, and then of the other: the next goes on from there."""
    await restored(scene)
    for begins in PASSES:
        running = await _started(scene, "services.api.projector", "rebuild")
        assert running.stdout is not None
        async with asyncio.timeout(COMMAND_S_MAX):
            while (line := await running.stdout.readline()) and not line.startswith(begins):
                pass
        await scene.last(scene.chance.uniform(*FURTHER_S))
        with suppress(ProcessLookupError):
            running.kill()
        await _ended(scene, running)
    return await rebuilt(scene)


async def restored(scene: Scene) -> None:
    """Nobody reaches the new one before the settings are back."""
    backup = scene.folder / "backup"
    backup.unlink(missing_ok=True)
    await _run(scene, "services.api", "backup", str(backup))
    await asyncio.to_thread(scene.redis.kill)
    await scene.last(scene.chance.uniform(0, 2))
    for link in scene.to("redis"):
        link.refuse()
    await asyncio.to_thread(scene.redis.start)
    async with connected(scene.redis.url) as store:
        await store.flushall()
    await _run(scene, "services.api", "restore", str(backup))
    for link in scene.to("redis"):
        link.heal()


async def rebuilt(scene: Scene) -> str:
    """To the end."""
    told = await _run(scene, "services.api.projector", "rebuild")
    assert "rebuilt from" in told, told
    return told.splitlines()[-1]


async def _run(scene: Scene, module: str, *arguments: str) -> str:
    """A command of the operator, which succeeds."""
    running = await _started(scene, module, *arguments)
    told, errors = await _ended(scene, running)
    assert running.returncode == 0, errors.decode()[-1000:]
    return told.decode()


async def _started(scene: Scene, module: str, *arguments: str) -> Process:
    """On the servers themselves."""
    environment = {**scene.processes["api"].told, "INBOX_REDIS_URL": scene.redis.url}
    environment |= {"INBOX_AMQP_URL": scene.rabbitmq.url, "INBOX_LOG_LEVEL": "warning", "PYTHONUNBUFFERED": "1"}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        env=environment,
        cwd=Path.cwd(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def _ended(scene: Scene, running: Process) -> tuple[bytes, bytes]:
    """What it has said, which is kept with what all others say."""
    async with asyncio.timeout(COMMAND_S_MAX):
        told, errors = await running.communicate()
    with (scene.folder / "operator.log").open("ab") as log:
        log.write(told + errors)
    return told, errors
