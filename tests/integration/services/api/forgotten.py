"""A customer who is erased: in every place that there is, and what is left of her afterwards."""

import secrets
from datetime import datetime
from typing import Any

from services.api.ledger import Entry, Ledger
from shared.attempts import claim_key
from shared.contract import events
from shared.contract.commands import Agent
from shared.contract.erasure import Erased
from shared.contract.events import ContactErased, Identity
from shared.contract.ids import AgentId, MessageId
from shared.contract.status import Status
from shared.process import now_ms
from tests import scenario
from tests.real.chat import Chat
from tests.scenario import OWN
from tests.telling import (
    OURS,
    accepted,
    asked,
    came,
    echoed,
    edited,
    ms,
    reaction_asked,
    reported,
)

BEA = Identity(wa_id="15550000200", name="Bea")
ATTEMPT = "1 1 2 permanent 400 131026 - a-secret-trace"
CANARIES = (b"US.100", b"15550000100", b"Ann", b"a secret word", b"wamid.secret", b"a-secret-trace")


async def erased(here: Chat, *names: str, at: float) -> ContactErased:
    """The event of an erasure, as the api publishes it."""
    digest = await here.projector().eraser.digest((here.workspace_id, here.number_id))
    return here.own(
        ContactErased(
            **OWN, received_ms=ms(at), erasure_id=secrets.token_hex(8), names=tuple(map(digest, names)), at_ms=ms(at)
        )
    )


async def erase(here: Chat, *names: str, at: float = 1000) -> Erased:
    """Erase, to its end."""
    event = await erased(here, *names, at=at)
    projector = here.projector()
    assert [] == await projector.handle([here.delivery([event])])
    await projector.eraser.run()
    removed, done = await projector.eraser.erasures.removed((here.workspace_id, here.number_id), event.erasure_id)
    assert done
    return removed


async def kept(here: Chat) -> dict[str, bytes]:
    """Every key of the workspace with all that is in it."""
    redis, found = here.ground.redis, {}
    async for key in redis.scan_iter(match=f"*{here.workspace_id}*", count=1000):
        found[key.decode()] = await whole(redis, key)
    return found


async def whole(redis: Any, key: bytes) -> bytes:
    """All that is in one key."""
    match (await redis.type(key)).decode():
        case "string":
            return bytes(await redis.get(key))
        case "hash":
            return b"\n".join([part for pair in (await redis.hgetall(key)).items() for part in pair])
        case "zset":
            return b"\n".join(await redis.zrange(key, 0, -1))
        case "set":
            return b"\n".join(await redis.smembers(key))
        case _:
            return repr(await redis.xrange(key)).encode()


async def traces(here: Chat) -> list[tuple[str, bytes]]:
    """Where anything of Ann is left."""
    found = [(key, canary) for key, value in (await kept(here)).items() for canary in CANARIES if canary in value]
    found += [(key, canary) for key in await kept(here) for canary in CANARIES if canary.decode() in key]
    return found


async def everything(here: Chat) -> None:
    """Ann in all the places that there are; and Bea, who stays."""
    await here.connect()
    secret: dict[str, Any] = {"content": scenario.text("a secret word")}
    await here.tell(came("wamid.secret1", at=1, **secret), came("b1", BEA, at=1), asked(at=2, **secret))
    await here.tell(accepted("wamid.secret2", at=3), reported(Status.READ, at=4, wamid="wamid.secret2"))
    await here.tell(reaction_asked("wamid.secret1", "👍", at=5, message=MessageId("5" * 36)))
    await here.tell(edited("wamid.secret1", "a secret word", at=6), reported(Status.SENT, at=7, wamid="wamid.secret9"))
    await here.tell(came("wamid.secret3", at=8, quoting="wamid.secret8"), echoed("wamid.secret4", at=9))
    odd = {"field": "messages", "reason": "?", "raw": {"from": "15550000100", "text": "a secret word"}}
    await here.tell(events.PartUnrecognised(**OWN, received_ms=ms(9), **odd))
    entry = Entry(said="hash", lane="lane", contact_id="US.100", at_ms=ms(2), agent=Agent(id=AgentId("a")))
    await Ledger(here.ground.redis).first(here.workspace_id, here.number_id, OURS, entry)
    claim = claim_key(here.workspace_id, here.number_id, OURS)
    for name, kept_there in (("state", "failed"), ("event", "wamid.secret2"), ("attempts", ATTEMPT)):
        await here.ground.redis.hset(claim, name, kept_there)


def later(seconds: float) -> float:
    """A time of these tests' own that is after now."""
    return (now_ms() - ms(0)) / 1000 + seconds


def moment(message: dict[str, Any]) -> int:
    """When it was said, in milliseconds since 1970."""
    return round(datetime.fromisoformat(message["sent_at"]).timestamp() * 1000)
