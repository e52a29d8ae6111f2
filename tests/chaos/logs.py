"""Whether anything private has reached what the processes have said: in logs, in figures, or in dying."""

import asyncio
import re
import resource
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import aiohttp

from simulator.customer import Customer
from tests.canaries import Canaries
from tests.chaos.load import SECRET_WORD
from tests.chaos.scene import Scene

CORE = re.compile(r"core(\.\d+)?")
PAGES = ("/metrics", "/readyz", "/livez")
ANSWER_S_MAX = aiohttp.ClientTimeout(total=5)


def leaks(scene: Scene, people: Iterable[Customer]) -> Iterator[str]:
    """Each log that holds a text, a name, an identifier of a customer or a secret, in whatever form, and which."""
    shop = scene.shop
    planted = {
        "a text or a name": SECRET_WORD,
        "the access token": shop.access_token,
        "the app secret": shop.app_secret,
        "the verify token": shop.verify_token,
        "the API token": shop.token,
        "the session": str(shop.agent.secret),
    }
    for place, each in enumerate(people):
        planted |= {f"phone {place}": each.phone} if each.phone else {}
        planted |= {f"contact {place}": each.bsuid} if each.bsuid else {}
    yield from Canaries(planted).in_files([*scene.folder.glob("*.log"), *scene.folder.glob("*.figures")])


async def overheard(scene: Scene) -> None:
    """Keep what each process tells whoever runs it, before a fault takes its memory away."""
    for name, process in scene.processes.items():
        for page in PAGES:
            with suppress(aiohttp.ClientError, OSError, TimeoutError):
                async with scene.stack.http.get(f"{process.url}{page}", timeout=ANSWER_S_MAX) as answer:
                    with (scene.folder / f"{name}.figures").open("ab") as figures:
                        figures.write(await answer.read() + b"\n")


@contextmanager
def dumps_allowed() -> Iterator[None]:
    """As on a machine that keeps core files: who leaves none has seen to it."""
    usual, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (usual, most))


async def dumped(scene: Scene) -> list[str]:
    """Let every process crash; a core file would hold all that it knows."""
    began_s = time.time()
    may_dump = [name for name, process in scene.processes.items() if _limit(process.running.pid) not in (None, "0")]
    await asyncio.gather(*(process.crash() for process in scene.processes.values()))
    files = [path for path in Path.cwd().iterdir() if CORE.fullmatch(path.name) and path.stat().st_mtime >= began_s - 1]
    for path in files:
        path.unlink()
    return [f"{name} may leave a core file" for name in may_dump] + [f"a core file, {path.name}" for path in files]


def _limit(pid: int) -> str | None:
    """What the kernel allows it in bytes of core file; None where the kernel does not say."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/limits").read_text().splitlines():
            if line.startswith("Max core file size"):
                return line.split()[4]
    return None
