"""The api put together."""

from services.api.app import PARTS, described_routes
from shared.redis import connect
from tests.real.inbox import eventually, inbox
from tests.real.server import Server


async def test_the_join_key_is_made_without_anybody_trying_one(real_redis: Server) -> None:
    """So that the operator finds it in the log of the first start."""
    async with connect(real_redis.url) as redis:
        await redis.delete("join_key")
        async with inbox(real_redis.url, join_key=None) as api:
            await eventually(lambda: redis.exists("join_key"))
            assert 403 == (await api.stranger.ask("POST", "/v1/sessions", {})).code


def test_every_route_has_one_place() -> None:
    """No two parts answer the same method and path."""
    places = [(route.method, route.path) for route in described_routes()]

    assert len(set(places)) == len(places)
    assert 10 == len(PARTS)
