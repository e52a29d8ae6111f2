"""Landing against somebody who is always first: smaller pieces, a bound, and nothing private in the error."""

from collections.abc import Callable, Iterable

import pytest
from prometheus_client import REGISTRY

from services.api import rounds
from services.api.landing import Landing
from services.api.projection import Fact
from services.api.rounds import NeverLands
from services.api.store import ChatStore, ChatStores, Landed
from services.api.working import Loaded
from shared.contract.events import Identity
from shared.process import Ground
from tests.real.chat import Chat, chat
from tests.telling import accepted, asked, came, ms, read


class Contested(ChatStore):
    """A store in which somebody else writes to the conversation just before each commit that is `late`."""

    def __init__(self, at: Chat, late: Callable[[Landing], bool]) -> None:
        super().__init__(ChatStores(at.ground.redis), at.workspace_id, at.number_id)
        self.at = at
        self.late = late
        self.commits = self.others = 0
        self.remembered.doubt(self.tag)  # what is made from memory has tests of its own

    async def land(self, landings: Iterable[Landing], now_ms: int, taken_ms: int = 0) -> Landed:
        """As ever, but too late."""
        self.commits += 1
        landings = list(landings)
        if any(map(self.late, landings)):
            self.others += 1
            await self.at.tell(came(f"other{self.others}", at=1000 + self.others))
        return await super().land(landings, now_ms, taken_ms)


class Counting(ChatStore):
    """A store that counts what is asked of it; all of one `stores` remember together."""

    def __init__(self, stores: ChatStores, at: Chat) -> None:
        super().__init__(stores, at.workspace_id, at.number_id)
        self.reads = self.commits = 0
        self.names = set[str]()  # of the last read

    async def load(self, identifiers: Iterable[str], references: Iterable[str], hashes: Iterable[str] = ()) -> Loaded:
        """As ever."""
        self.reads += 1
        identifiers, references = set(identifiers), set(references)
        self.names = identifiers | references
        return await super().load(identifiers, references, hashes)

    async def land(self, landings: Iterable[Landing], now_ms: int, taken_ms: int = 0) -> Landed:
        """As ever."""
        landings = list(landings)
        self.commits += bool(landings)
        return await super().land(landings, now_ms, taken_ms)

    async def asked(self, at: Chat, *facts: Fact) -> tuple[int, int]:
        """How often it was read and written for these."""
        before = self.reads, self.commits
        await rounds.land(self, at.number_id, facts)
        return self.reads - before[0], self.commits - before[1]


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


async def test_the_next_message_of_a_conversation_needs_no_read(base: Ground) -> None:
    """It is made from what this process has written itself; a new contact, a reply and a status are looked up."""
    at = chat(base)
    store = Counting(ChatStores(base.redis), at)

    assert (1, 1) == await store.asked(at, came("a", at=1))
    assert (0, 1) == await store.asked(at, came("b", at=2), came("c", at=3))
    assert (0, 1) == await store.asked(at, asked(at=4))
    assert (1, 1) == await store.asked(at, came("d", at=5, who=Identity(user_id="US.2")))
    assert (1, 1) == await store.asked(at, came("e", at=6, quoting="a"))
    assert (1, 1) == await store.asked(at, accepted("out", at=7))
    assert (0, 1) == await store.asked(at, came("f", at=8))

    assert 5 == next(c["unread"] for c in await at.conversations() if c["contact_id"] == "US.100")


async def test_what_somebody_else_has_written_is_read_after_all(base: Ground) -> None:
    """A commit in vain tells it, and for a while nothing is taken from memory; turns are not begun for that."""
    at = chat(base)
    ours, others = (Counting(ChatStores(base.redis), at) for _ in range(2))
    await ours.asked(at, came("a", at=1))
    await others.asked(at, came("b", at=2))

    assert (1, 2) == await ours.asked(at, came("c", at=3))
    assert (1, 1) == await ours.asked(at, came("d", at=4))
    assert not ours.turns.is_contested(ours.tag)
    assert (4, "d") == next((c["unread"], c["preview"]["message_id"]) for c in await at.conversations())


async def test_among_known_contacts_one_that_is_not_is_read_alone(base: Ground) -> None:
    """Nobody else's conversation is read for it, and it lands beside theirs; somebody new is read like it."""
    at = chat(base)
    ours, others = (Counting(ChatStores(base.redis), at) for _ in range(2))
    ben, new = Identity(user_id="US.2"), Identity(user_id="US.3")
    await ours.asked(at, came("a", at=1))
    await others.asked(at, came("b", at=2, who=ben))

    assert (1, 1) == await ours.asked(at, came("c", at=3), came("d", at=4, who=ben), came("e", at=5, who=new))
    assert {"US.2", "US.3"} == ours.names
    assert (0, 1) == await ours.asked(at, came("f", at=6), came("g", at=7, who=ben), came("h", at=8, who=new))
    assert [("US.3", 2), ("US.2", 3), ("US.100", 3)] == [
        (c["contact_id"], c["unread"]) for c in await at.conversations()
    ]


async def test_whoever_turns_out_to_be_somebody_known_is_read_with_them(base: Ground) -> None:
    """Another process has linked two names: what memory and the store tell of one conversation is not mixed."""
    at = chat(base)
    ours, others = (Counting(ChatStores(base.redis), at) for _ in range(2))
    await ours.asked(at, came("a", at=1))
    await others.asked(at, came("b", at=2, who=Identity(user_id="US.100", wa_id="15550000199")))

    known, linked = came("c", at=3), came("d", at=4, who=Identity(wa_id="15550000199"))
    assert (2, 1) == await ours.asked(at, known, linked)
    assert [("US.100", 4)] == [(c["contact_id"], c["unread"]) for c in await at.conversations()]


async def test_a_message_that_is_told_again_is_the_same_one(base: Ground) -> None:
    """Memory takes it for a new one, and the commit does not."""
    at = chat(base)
    store = Counting(ChatStores(base.redis), at)
    await store.asked(at, came("a", at=1))
    before = await at.told()

    assert (1, 1) == await store.asked(at, came("a", at=1))
    assert before == await at.told()
