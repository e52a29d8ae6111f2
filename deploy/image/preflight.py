"""Whether an installation could run with this image: settings are accepted, RabbitMQ and Redis are as needed."""

import asyncio
import sys
from collections.abc import Awaitable

import aio_pika
from redis.exceptions import ResponseError

from services.api.settings import ApiSettings
from services.ingest.settings import IngestSettings
from services.push.settings import PushSettings
from services.sender.settings import SenderSettings
from shared import redis as stores
from shared.settings import Settings, SettingsError, addresses, load

ANSWER_S_MAX = 10.0


async def broker(settings: Settings) -> str:
    """RabbitMQ takes the account."""
    if settings.amqp_url is None:
        return "queues are in Redis"
    connection = await aio_pika.connect(addresses(settings.amqp_url)[0], timeout=ANSWER_S_MAX)
    await connection.close()
    return "RabbitMQ answers"


async def store(settings: Settings) -> str:
    """Redis forgets nothing by itself. A managed one may not say."""
    redis = stores.connect(settings.redis_url)
    try:
        await redis.ping()
        try:
            told = await redis.config_get("maxmemory-policy", "appendonly")
        except ResponseError:
            return "Redis answers; whether it keeps everything it does not say"
        policy = told.get("maxmemory-policy", told.get(b"maxmemory-policy", "noeviction"))
        if policy not in ("noeviction", b"noeviction"):
            raise ValueError("maxmemory-policy has to be noeviction")
        return "Redis answers, and keeps everything"
    finally:
        await redis.aclose()


async def _tried(name: str, answer: Awaitable[str]) -> bool:
    try:
        async with asyncio.timeout(ANSWER_S_MAX):
            print(f"preflight: {await answer}")
    except Exception as error:
        print(f"preflight: {name}: {error if isinstance(error, ValueError) else type(error).__name__}", file=sys.stderr)
        return False
    return True


async def main() -> int:
    """0 when nothing was found."""
    try:
        for kind in (ApiSettings, IngestSettings, PushSettings, SenderSettings, Settings):
            settings = load(kind)
    except SettingsError as error:
        print(f"preflight: {error}", file=sys.stderr)
        return 1
    found = [await _tried("RabbitMQ", broker(settings)), await _tried("Redis", store(settings))]
    return 0 if all(found) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
