"""The life of a process: opened in order, told to stop once, closed in reverse, on a deadline."""

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, NoReturn

import structlog

from shared import broker as brokers
from shared import log as logs
from shared import redis as stores
from shared import tracing
from shared.auth import Credentials
from shared.broker.door import Broker
from shared.health import Health
from shared.join_key import JoinKey
from shared.pulse import beating
from shared.redis import Redis
from shared.registry import Registry
from shared.settings import Settings, SettingsError
from shared.vault import Vault

log = structlog.get_logger(__name__)

# Who stops us allows 30 s as a rule, and we promise 25: up to 20 for what is in hand, the rest for closing.
FINISH_S_MAX = 20.0
STOP_S_MAX = 24.5
NOTICED_S = 0.25
FIRST_ANSWER_S = 0.1  # between questions until the dependencies have answered once
FIRST_ANSWER_S_MAX = 2.0

_stopping: ContextVar[asyncio.Event | None] = ContextVar("stopping", default=None)


@dataclass(frozen=True)
class Ground:
    """What every process stands on. Long polls and sockets watch `stopping`, and end when it is set."""

    settings: Settings
    redis: Redis
    broker: Broker
    health: Health
    vault: Vault
    registry: Registry
    credentials: Credentials
    join_key: JoinKey
    stopping: asyncio.Event


def now_ms() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@asynccontextmanager
async def ground(settings: Settings) -> AsyncIterator[Ground]:
    """Open what every process needs, without waiting for any of it to answer: `health` tells when it does."""
    logs.configure(settings.log_level, settings.log_format, settings.keys()[-1])
    vault = Vault(settings.keys())
    health = Health()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(_traced(settings))  # first, so that what is told while closing goes out too
        redis = stores.connect(settings.redis_url)
        stack.push_async_callback(redis.aclose)
        broker = await stack.enter_async_context(
            brokers.connect(
                settings.amqp_url,
                settings.redis_url,
                namespace=settings.broker_namespace,
                archive_weeks=settings.archive_weeks,
            )
        )
        health.depends_on("redis", _answers(redis))
        health.depends_on("broker", broker.ready)
        await stack.enter_async_context(_beginning(health))
        await stack.enter_async_context(beating())
        yield Ground(
            settings=settings,
            redis=redis,
            broker=broker,
            health=health,
            vault=vault,
            registry=Registry(redis, vault),
            credentials=Credentials(redis, now_ms),
            join_key=JoinKey(redis, vault, settings),
            stopping=_stopping.get() or asyncio.Event(),
        )


def _traced(settings: Settings) -> AbstractAsyncContextManager[None]:
    return tracing.telling(
        settings.traces_url,
        service=settings.name,
        key=settings.keys()[-1],  # the oldest, as in the logs: a rotation changes no name
        ratio=settings.traces_ratio,
        system="redis" if settings.amqp_url is None else "rabbitmq",
    )


# Writes nothing, but is refused wherever a write would be: with the memory full, the disk failing, on a replica.
_MAY_WRITE = "#!lua\nreturn 1"


def _answers(redis: Redis) -> Callable[[], Coroutine[Any, Any, None]]:
    async def check() -> None:
        # PING asks one node of a cluster, and asks it nothing; this also fails while it loads.
        await redis.eval(_MAY_WRITE, 1, "health")

    return check


@asynccontextmanager
async def _beginning(health: Health) -> AsyncIterator[None]:
    """Ask the dependencies until all have answered once, later ones too, so that nobody need knock for it."""

    async def ask() -> None:
        pause_s = FIRST_ANSWER_S
        while True:
            if not health.began:
                await health.problems()
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 1.5, FIRST_ANSWER_S_MAX)

    asking = asyncio.create_task(ask())
    try:
        yield
    finally:
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking


def run(main: Callable[[], Coroutine[Any, Any, None]], *, finish_s_max: float = FINISH_S_MAX) -> NoReturn:
    """Run a process to its end: exit code 0 when it was told to stop, 2 for a refused setting, 1 for a failure."""
    logs.configure()
    logs.catch_the_rest()
    _leave_no_dump()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        try:
            runner.run(_until_stopped(main, finish_s_max))
        except SettingsError as error:
            print(f"cloud-inbox: {error}", file=sys.stderr)
            _leave(2)
        except BaseException as error:
            refused = _settings_error(error)
            if refused is not None:
                print(f"cloud-inbox: {refused}", file=sys.stderr)
                _leave(2)
            log.critical("process.failed", exc_info=error)
            _leave(1)
    log.info("process.stopped")
    _leave(0)


async def apart(work: Coroutine[Any, Any, None]) -> None:
    """Do what a process was started for, and nothing else, with deadlines of its own.

    A deadline that passes cancels who waits, and so does a part that fails: in the main task, which is watched for
    that, the one would be taken for the other, and the process would stop.
    """
    await asyncio.create_task(work)


async def _until_stopped(main: Callable[[], Coroutine[Any, Any, None]], finish_s_max: float) -> None:
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    _stopping.set(stopping)
    running = asyncio.create_task(main())
    failed = False

    def stop() -> None:
        if stopping.is_set():
            running.cancel()  # asked twice: somebody is waiting at a terminal
            return
        log.info("process.stopping")
        stopping.set()
        loop.call_later(finish_s_max, running.cancel)
        last = threading.Timer(STOP_S_MAX, _end_at_once)
        last.daemon = True
        last.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    while not (await asyncio.wait([running], timeout=NOTICED_S))[0]:
        if running.cancelling() and not stopping.is_set():
            failed = True  # a part has ended its task group: the others must not wait for long polls and sockets
            stop()
    if failed or not running.cancelled():
        return await running
    if not stopping.is_set():
        raise RuntimeError("the process cancelled itself")
    log.warning("process.cut_short", after_s=finish_s_max)


def _settings_error(error: BaseException) -> SettingsError | None:
    if isinstance(error, SettingsError):
        return error
    if isinstance(error, BaseExceptionGroup):
        return next((found for inner in error.exceptions if (found := _settings_error(inner))), None)
    return None


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop


def _leave_no_dump() -> None:
    """A core file would hold every credential that this process has opened."""
    try:
        import resource
    except ImportError:  # Windows writes none
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_at_once() -> NoReturn:
    logs.flush()
    os._exit(1)


def _leave(code: int) -> NoReturn:
    sys.stdout.flush()
    sys.exit(code)
