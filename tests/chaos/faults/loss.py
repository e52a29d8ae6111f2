"""Redis is lost with all it had; settings come back from a backup, everything else from the archive."""

import asyncio
import sys
from pathlib import Path

from tests.chaos.fault import fault
from tests.chaos.scene import Scene
from tests.integration.shared.stores import connected
from tests.real.waiting import PATIENCE

COMMAND_S_MAX = 60.0 * PATIENCE


@fault("Redis lost altogether, rebuilt")
async def redis_lost(scene: Scene) -> str:
    """As docs/operating.md has it: nobody reaches the new one before the settings are back."""
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
    told = await _run(scene, "services.api.projector", "rebuild")
    assert "rebuilt from" in told, told
    return told.splitlines()[-1]


async def _run(scene: Scene, module: str, *arguments: str) -> str:
    """A command of the operator, on the servers themselves."""
    environment = {**scene.processes["api"].told, "INBOX_REDIS_URL": scene.redis.url}
    environment |= {"INBOX_AMQP_URL": scene.rabbitmq.url, "INBOX_LOG_LEVEL": "warning"}
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        env=environment,
        cwd=Path.cwd(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(COMMAND_S_MAX):
        told, errors = await running.communicate()
    assert running.returncode == 0, errors.decode()[-1000:]
    return told.decode()
