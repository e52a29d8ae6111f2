"""Chat state in Redis and in a cluster: what is fresh lands at once, what is stale does not land at all."""

import dataclasses
from collections.abc import AsyncIterator, Iterator

import pytest

from services.api.landing import Measure, Question
from services.api.projection import Fact
from services.api.store import Write
from services.api.working import Cell, version
from shared.contract.events import EventsHeld, Identity, NumberChanged
from shared.contract.ids import ThreadId
from shared.process import Ground, now_ms
from shared.registry import Registry
from tests.integration.shared.stores import cluster_url, connected
from tests.memory import Memory
from tests.real.chat import Browser, Chat, as_json, chat
from tests.scenario import OWN, T
from tests.telling import (
    ANN,
    OURS,
    accepted,
    asked,
    came,
    edited,
    identified,
    marked_unread,
    reaction_asked,
    read,
    revoked,
)


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """A Redis that refuses whatever crosses slots."""
    with cluster_url() as url:
        yield url


@pytest.fixture(params=["server", "cluster"])
async def here(base: Ground, request: pytest.FixtureRequest) -> AsyncIterator[Chat]:
    """A number of the test's own, on each kind of store in turn."""
    if request.param == "server":
        yield chat(base)
        return
    async with connected(request.getfixturevalue("cluster")) as store:
        yield chat(dataclasses.replace(base, redis=store, registry=Registry(store, base.vault)))


async def commit(at: Chat, *writes: Write) -> list[bool]:
    """Commit now."""
    return await at.store.commit(writes, now_ms())


def setting(at: Chat, name: str, value: str, was: str | None, *changes: str) -> Write:
    """A key of the number becomes a value, if it still is what it was."""
    key = at.store.key(name)
    return Write(
        [(version(was.encode() if was is not None else None), ("GET", key))], [("SET", key, value)], list(changes)
    )


async def test_what_is_fresh_lands_and_what_is_stale_does_not(here: Chat) -> None:
    """Write by write, in one commit; a stale one changes and announces nothing."""
    one = '{"kind":"number","value":{"id":"one"}}'
    two = '{"kind":"number","value":{"id":"two"}}'
    assert [True] == await commit(here, setting(here, "a", "1", None, one))
    assert [False, True] == await commit(here, setting(here, "a", "9", None, two), setting(here, "b", "2", None, two))
    assert [True, False] == await commit(here, setting(here, "a", "3", "1"), setting(here, "b", "9", "1", one))

    redis = here.ground.redis
    assert [b"3", b"2"] == [await redis.get(here.store.key(name)) for name in "ab"]
    assert ["one", "two"] == [change["value"]["id"] for change in await here.told()]


async def test_an_empty_value_is_not_no_value(here: Chat) -> None:
    """Nothing and an empty text are two states."""
    assert [True] == await commit(here, setting(here, "a", "", None))
    assert [False] == await commit(here, setting(here, "a", "x", None))
    assert [True] == await commit(here, setting(here, "a", "x", ""))


async def test_everything_asked_for_is_read_or_known_to_be_absent(here: Chat) -> None:
    """Each cell has a version: of a thread also all its names, of a reaction of ours also its target."""
    await here.tell(came("in", at=1), reaction_asked("in", "👍", at=2))
    loaded = await here.store.load(["15550000100", "nobody"], [OURS, "nothing"])
    (thread,) = loaded.threads

    asked_for = {Cell("alias", "nobody"), *(Cell(t, "nothing") for t in ("wamid", "message", "early"))}
    assert {""} == {loaded.versions[cell] for cell in asked_for}
    known = {Cell("thread", thread), *(Cell("alias", n) for n in ANN.identifiers), *_rows("in", OURS)}
    assert known | asked_for == set(loaded.versions)
    assert {"in", OURS} == set(loaded.messages)


def _rows(*names: str) -> set[Cell]:
    return {Cell(table, name) for name in names for table in ("wamid", "message", "early")}


async def test_a_merged_thread_leads_on(here: Chat) -> None:
    """Messages that were stored under it are found under the one that lives."""
    await here.tell(came("a", Identity(wa_id="15550000100"), at=1))
    await here.tell(came("b", Identity(user_id="US.100"), at=2))
    await here.tell(identified(ANN, at=3))
    loaded = await here.store.load([], ["b"])

    ((old, into),) = loaded.merged.items()
    assert [into] == list(loaded.threads)
    assert old == loaded.messages["b"][0]  # type: ignore[index]
    assert version(f">{into}".encode()) == loaded.versions[Cell("thread", old)]


async def test_the_last_message_is_measured_without_those_that_change(here: Chat) -> None:
    """However many are left out; and unread is what arrived after the marker."""
    await here.tell(*(came(f"in{n:02}", at=n) for n in range(40)))
    loaded = await here.store.load(["US.100"], [f"in{n:02}" for n in range(40)])
    (thread,) = loaded.threads
    rows = {name: record for name, (_, record) in loaded.messages.items()}
    keys = frozenset(rows[f"in{n:02}"].sort_key for n in range(20, 40))  # type: ignore[index]
    marker = rows["in09"].arrival_key  # type: ignore[index]
    everything = frozenset(row.sort_key for row in rows.values())

    async def measured(marker: str, leave_out: frozenset[str]) -> Measure:
        question = Question(thread, (thread, ThreadId("no other")), marker, leave_out)
        return (await here.store.measure([question, question]))[thread]

    assert Measure(30, rows["in19"]) == await measured(marker, keys)  # type: ignore[index]
    assert Measure(40, rows["in39"]) == await measured("", frozenset())  # type: ignore[index]
    assert Measure(40, None) == await measured("", everything)


async def test_the_whole_way_works_on_this_store(here: Chat) -> None:
    """Every kind of fact, parking and connecting, a browser that follows: no command crosses slots."""
    first = came("in", Identity(wa_id="15550000100"), at=1)
    story: list[Fact] = [
        first, came("b", Identity(user_id="US.100"), at=2), read(first, 5, "15550000100"), asked(at=6),
        accepted("out", at=7), identified(ANN, at=8), edited("b", "other words", at=9), marked_unread(at=10),
        came("reply", at=11, quoting="out"), revoked("in", at=12), came("last", at=13),
    ]  # fmt: skip
    browser, memory = Browser(), Memory()
    await here.connect(connected=False)
    await browser.open(here)
    for fact in story[:-1]:
        assert [] == await here.tell(fact)
    parked = here.own(EventsHeld(**OWN, received_ms=now_ms(), body="", events=[here.own(came("last", at=13))]))
    await here.tell(parked)
    await here.connect()
    await here.tell(NumberChanged(**OWN, received_ms=T))
    browser.apply(await here.changes(browser.cursor))

    memory.project([*story[:-1], came("last", at=13, signature="unsigned")])
    ((conversation, messages),) = memory.seen().values()
    assert {"US.100": as_json(conversation)} == browser.conversations
    assert {message.id: as_json(message) for message in messages} == browser.messages
    assert [as_json(message) for message in reversed(messages)] == await here.pages("US.100", 2)
    assert [as_json(conversation)] == await here.conversations(q="ann")


async def test_reports_of_what_nobody_has_seen_are_forgotten_after_a_week(here: Chat) -> None:
    """They are keys of their own that expire; with the message they become part of it."""
    await here.tell(accepted("out"))
    key = here.store.key(f"early:{OURS}")
    left_s = await here.ground.redis.ttl(key)
    await here.tell(asked())

    assert 7 * 24 * 3600 - 60 < left_s <= 7 * 24 * 3600
    assert 0 == await here.ground.redis.exists(key)
