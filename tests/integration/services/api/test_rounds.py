"""Landing against somebody who is always first: smaller pieces, a bound, and nothing private in the error."""

from collections.abc import Callable, Iterable

import pytest
from prometheus_client import REGISTRY

from services.api import rounds
from services.api.landing import Landing
from services.api.rounds import NeverLands
from services.api.store import ChatStore, ChatStores
from shared.process import Ground
from tests.real.chat import Chat, chat
from tests.telling import came, ms, read


class Contested(ChatStore):
    """A store in which somebody else writes to the conversation just before each commit that is `late`."""

    def __init__(self, at: Chat, late: Callable[[Landing], bool]) -> None:
        super().__init__(ChatStores(at.ground.redis), at.workspace_id, at.number_id)
        self.at = at
        self.late = late
        self.commits = self.others = 0

    async def land(self, landings: Iterable[Landing], now_ms: int, taken_ms: int = 0) -> list[bool]:
        """As ever, but too late."""
        self.commits += 1
        landings = list(landings)
        if any(map(self.late, landings)):
            self.others += 1
            await self.at.tell(came(f"other{self.others}", at=1000 + self.others))
        return await super().land(landings, now_ms, taken_ms)


def fruitful(landing: Landing) -> int:
    """How many messages a landing brings."""
    return sum('"kind":"message"' in change for change in landing.changes)


async def test_a_batch_that_is_late_lands_in_smaller_pieces(base: Ground) -> None:
    """A long one, which somebody is always faster than, is not starved."""
    at = chat(base)
    store = Contested(at, lambda landing: fruitful(landing) > 25)
    stale, seen = counted("stale_commits_total"), counted("rounds_sum")
    await rounds.land(store, at.number_id, [came(f"in{n}", at=n) for n in range(200)])

    assert 200 + store.others == (await at.conversations())[0]["unread"]
    assert store.others == counted("stale_commits_total") - stale
    assert store.commits + store.others == counted("rounds_sum") - seen  # others had a round each, too


async def test_what_never_lands_is_given_up(base: Ground) -> None:
    """After a bounded number of rounds, with an error that says nothing of whom it is about."""
    at = chat(base)
    store = Contested(at, lambda landing: True)
    with pytest.raises(NeverLands) as raised:
        await rounds.land(store, at.number_id, [came("in")], rounds_max=20)

    assert 20 == store.commits
    assert "" == str(raised.value)


async def test_a_batch_of_any_length_is_committed_in_bounded_pieces(base: Ground) -> None:
    """A script may be given a million words, and holds up the whole store while it runs."""
    at = chat(base)
    store = Contested(at, lambda landing: False)
    await rounds.land(store, at.number_id, [came(f"in{n}", at=n) for n in range(2500)])

    assert 5 == store.commits
    assert 2500 == (await at.conversations())[0]["unread"]
    assert ms(2499) == int((await at.store.redis.zrange(at.store.key("conversations"), 0, 0, withscores=True))[0][1])


async def test_what_an_agent_has_read_takes_no_room(base: Ground) -> None:
    """Only what is not yet read is kept to be counted."""
    at = chat(base)
    messages = [came(f"in{n}", at=n) for n in range(9)]
    await at.tell(*messages)
    await at.tell(read(messages[6], at=99))

    (inbound,) = [key async for key in at.store.redis.scan_iter(f"{at.store.tag}:inbound:*")]
    assert (2, 2) == (await at.store.redis.zcard(inbound), (await at.conversations())[0]["unread"])


def counted(name: str) -> float:
    """What the process has counted until now."""
    return REGISTRY.get_sample_value(f"inbox_projector_{name}") or 0.0
