"""Chat state in Redis, and its keys, some of which its cleaners know too. The projector writes here, and nobody else.

Of a number, under one hash tag: `aliases` identifier -> thread; `threads` thread -> record, or `>` and the thread it
was merged into, or `~` and what it became by an erasure; `messages` id -> thread, target, record; `wamids` wamid -> our
id; `early:<id>` what was reported of a message not yet seen, for 7 days; `index:<thread>` sort keys, `asides:<thread>`
those of what is no row; `inbound:<thread>` arrival keys not yet read; `conversations` threads by last activity;
`search` what a search looks through; `status` how the number is doing; `signs:<sign>` which of what is early is a gap,
by when that was noticed; `erasures` how often something was erased, `gone` hashes of erased messages' ids, `detached`
threads whose messages are still to be looked at after an erasure; `floor` up to when the whole number is erased,
`felled` hashes of the ids of its late messages; `turn:<part>` who is writing to a part of it, for a second.
"""

from collections.abc import Awaitable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from redis.commands.core import AsyncScript

from services.api import scripts
from services.api.bulk import LAND, Bulk
from services.api.gaps import Missing
from services.api.landing import Landing, Measure, Question
from services.api.records import MessageRecord, parse_message_row
from services.api.remembered import Remembered
from services.api.standing import Standing
from services.api.thread import ThreadRecord
from services.api.turns import Turns
from services.api.working import Cell, Loaded, version
from shared.contract.ids import MessageId, NumberId, ThreadId, WorkspaceId, tag
from shared.feed import feed_key, fresh_nonce, start_key
from shared.redis import Redis

WITH_ERASURES_MAX = 100_000  # numbers; about ten megabytes

Command = tuple[str | int | bytes, ...]


@dataclass
class Write:
    """Commands that land together if every check holds: a check is a command and what its answer must digest to."""

    checks: list[tuple[str, Command]] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)


class ChatStores:
    """The chat states of all numbers, over one connection pool."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self.load = redis.register_script(scripts.LOAD)
        self.measure = redis.register_script(scripts.MEASURE)
        self.commit = redis.register_script(scripts.COMMIT)
        self.land = redis.register_script(LAND)
        self.with_erasures: set[str] = set()  # tags of numbers; one that is not here yet costs one more round trip
        self.turns = Turns(redis)
        self.remembered = Remembered()
        self.missing = redis.register_script(scripts.MISSING)

    def of(self, workspace_id: WorkspaceId, number_id: NumberId) -> "ChatStore":
        """The chat state of one number in one workspace."""
        return ChatStore(self, workspace_id, number_id)


class Landed(NamedTuple):
    """Which of some landings were fresh, and how the number is doing then, unless there was none of them."""

    fresh: list[bool]
    standing: Standing | None


class ChatStore:
    """Reads and commits the chat state of one number in one workspace."""

    def __init__(self, stores: ChatStores, workspace_id: WorkspaceId, number_id: NumberId) -> None:
        self.redis = stores.redis
        self.tag = tag(workspace_id, number_id)
        self._scripts = stores
        self._feed_keys = [feed_key(workspace_id, number_id), start_key(workspace_id, number_id)]

    @property
    def has_erasures(self) -> bool:
        """Whether something of this number is known to have been erased: then hashes are looked up, too."""
        return self.tag in self._scripts.with_erasures

    @has_erasures.setter
    def has_erasures(self, known: bool) -> None:
        if len(self._scripts.with_erasures) >= WITH_ERASURES_MAX:
            self._scripts.with_erasures.clear()
        if known:
            self._scripts.with_erasures.add(self.tag)

    @property
    def turns(self) -> Turns:
        """Whose turn it is to write."""
        return self._scripts.turns

    @property
    def remembered(self) -> Remembered:
        """What need not be read."""
        return self._scripts.remembered

    def key(self, name: str) -> str:
        """The full name of one of the number's keys."""
        return f"{self.tag}:{name}"

    async def load(self, identifiers: Iterable[str], references: Iterable[str], hashes: Iterable[str] = ()) -> Loaded:
        """Everything that facts about these contacts and messages may depend on, in one round trip."""
        names, hashed = sorted(set(identifiers)), sorted(set(hashes))
        arguments: list[str | int | bytes] = [len(names), len(hashed), *names, *hashed, *sorted(set(references))]
        erasures, floor, felled, owners, gone, found, threads = await _run(self._scripts.load, [self.tag], arguments)
        loaded = Loaded(erasures=erasures, floor_ms=int(floor or 0), felled={name.decode() for name in felled})
        versions = loaded.versions
        for name, owner in zip(names, owners, strict=True):
            versions[Cell("alias", name)] = version(owner)
            if owner is not None:
                loaded.aliases[name] = ThreadId(owner.decode())
        for name, owner in zip(hashed, gone, strict=True):
            versions[Cell("gone", name)] = version(owner)
            if owner is not None:
                loaded.gone[name] = ThreadId(owner.decode().partition(".")[0])
        for reference, ours, row, early in zip(found[::4], found[1::4], found[2::4], found[3::4], strict=True):
            name = reference.decode()
            versions[Cell("wamid", name)] = version(ours)
            versions[Cell("message", name)] = version(row)
            versions[Cell("early", name)] = version(early)
            if ours is not None:
                loaded.wamids[name] = MessageId(ours.decode())
            if row is not None:
                loaded.messages[MessageId(name)] = parse_message_row(row)
            if early is not None:
                loaded.early[name] = MessageRecord.model_validate_json(early)
        for thread, row in zip(threads[::2], threads[1::2], strict=True):
            _take_thread(loaded, ThreadId(thread.decode()), row)
        for thread, record in loaded.threads.items():
            for name in record.identifiers:  # each points to its thread: a merge rewrites them with the thread
                if name not in loaded.aliases:
                    loaded.aliases[name] = thread
                    versions[Cell("alias", name)] = version(thread.encode())
        return loaded

    async def measure(self, questions: Sequence[Question]) -> dict[ThreadId, Measure]:
        """Unread counts and last messages of threads, in one round trip."""
        if not questions:
            return {}
        arguments: list[str | int | bytes] = []
        for q in questions:
            arguments += [len(q.sources), *q.sources, q.marker, len(q.leave_out), *sorted(q.leave_out)]
        answer = await _run(self._scripts.measure, [self.tag], arguments)
        return {
            q.thread: Measure(unread=unread, top=parse_message_row(row)[1] if row else None)
            for q, unread, row in zip(questions, answer[::2], answer[1::2], strict=True)
        }

    async def missing(self, until_ms: int) -> Missing:
        """How many messages are missing since then or longer; forgets the signs that nothing bears out any more."""
        return Missing(*await _run(self._scripts.missing, [self.tag], [until_ms]))

    async def commit(self, writes: Sequence[Write], now_ms: int, taken_ms: int = 0) -> list[bool]:
        """Land what is fresh, with its changes, at once; tells for each write whether it did.

        `taken_ms` goes with the changes: since when the oldest fact behind them is ours.
        """
        if not writes:
            return []
        arguments: list[str | int | bytes] = [now_ms, fresh_nonce(), taken_ms]
        for write in writes:
            arguments.append(len(write.checks))
            for expected, check in write.checks:
                arguments += [expected, len(check), *check]
            arguments.append(len(write.commands))
            for command in write.commands:
                arguments += [len(command), *command]
            arguments += [len(write.changes), *write.changes]
        answer = await _run(self._scripts.commit, self._feed_keys, arguments)
        return [landed == 1 for landed in answer]

    async def land(self, landings: Iterable[Landing], now_ms: int, taken_ms: int = 0) -> Landed:
        """Commit what is fresh of these, as `commit` does, each table at once.

        After an erasure what was read before it is stale, whomever it is about: so nothing lands behind one.
        """
        landed = Landed([], None)
        for batch in _until_erasure(landings):
            bulk = Bulk(self.key)
            for landing in batch:
                bulk.add(landing, now_ms)
            arguments = [now_ms, fresh_nonce(), taken_ms, version(batch[0].erasures), len(batch), *bulk.words()]
            answer, standing = await _run(self._scripts.land, [self.tag, *self._feed_keys], arguments)
            fresh = [one == 1 for one in answer]
            stored, unrecognised, floor, erasures = standing
            landed = Landed(landed.fresh + fresh, Standing(stored, unrecognised, int(floor or 0), erasures))
            for landing, is_fresh in zip(batch, fresh, strict=True):
                if is_fresh:
                    self._scripts.remembered.keep(self.tag, landing, bulk.threads)
        return landed


def _until_erasure(landings: Iterable[Landing]) -> Iterator[list[Landing]]:
    batch: list[Landing] = []
    for landing in landings:
        batch.append(landing)
        if landing.is_erasure:
            yield batch
            batch = []
    if batch:
        yield batch


def _take_thread(loaded: Loaded, thread: ThreadId, row: bytes | None) -> None:
    loaded.versions[Cell("thread", thread)] = version(row)
    if row is None:
        return
    if row[:1] not in (b">", b"~"):
        loaded.threads[thread] = ThreadRecord.model_validate_json(row)
        return
    loaded.merged[thread] = ThreadId(row[1:].decode())
    if row.startswith(b"~"):
        loaded.detached.add(thread)


async def _run(script: AsyncScript, keys: list[str], arguments: Sequence[str | int | bytes]) -> list[Any]:
    return await cast("Awaitable[list[Any]]", script(keys=keys, args=arguments))
