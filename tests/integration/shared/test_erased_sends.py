"""What was asked for by whom was erased is not sent: not what waits, not what is parked, not what is under way."""

from services.sender import keys
from shared.erased_sends import ErasedSends
from shared.process import now_ms
from shared.redis import connect
from tests.integration.services.sender.rig import rig
from tests.real.brokers import Brokers


async def test_a_command_of_an_erased_customer_is_not_called(redis_url: str) -> None:
    """Whatever was asked for until then; what is asked for later is sent, and others' is."""
    async with rig(Brokers(redis_url), redis_url) as sender:
        erased = sender.message("erased", lane="a", at_ms=now_ms() - 1000)
        later = sender.message("later", lane="a", at_ms=now_ms() + 1000)
        other = sender.message("other", lane="b", at_ms=now_ms() - 1000)
        redis = connect(redis_url)
        try:
            sends = ErasedSends(redis, erased.workspace_id, erased.number_id)
            await sends.mark(["a"], now_ms())
            async with sender.hands() as hand:
                for message in (erased, later, other):
                    await hand(message)
            assert [] == sender.of(erased)
            assert 0 == await redis.exists(keys.claim(erased.workspace_id, erased.number_id, erased.message_id))
            assert await sender.books().claims.take(erased) is None
        finally:
            await redis.aclose()
        await sender.until_ended(later, other)
        assert {"later", "other"} == set(sender.received())


async def test_what_was_parked_goes_and_no_end_is_kept(redis_url: str) -> None:
    """Of the erased lanes alone."""
    async with rig(Brokers(redis_url), redis_url) as sender:
        messages = [sender.message(lane, lane=lane, at_ms=1000) for lane in ("a", "b")]
        ids = (messages[0].workspace_id, messages[0].number_id)
        redis = connect(redis_url)
        try:
            for message in messages:
                body = message.model_dump_json(exclude_none=True).encode()
                await redis.zadd(keys.parked(*ids), {body: message.at_ms})
            sends = ErasedSends(redis, *ids)
            await sends.unpark(["a"], 2000)
            assert 1 == await redis.zcard(keys.parked(*ids))

            claim = keys.claim(*ids, messages[0].message_id)
            taken = await sender.books().claims.take(messages[0])
            assert taken is not None
            await sends.mark(["a"], 2000)
            await sender.books().claims.settle(messages[0], taken, "accepted", b"whom it went to")
            assert None is await redis.hget(claim, "event")
            await redis.hset(claim, "event", "told before")
            await sends.forget_ends([claim])
            assert (b"accepted", None) == (await redis.hget(claim, "state"), await redis.hget(claim, "event"))
        finally:
            await redis.aclose()
