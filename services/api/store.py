"""Chat state in Redis, and its keys, some of which its cleaners know too. The projector writes here, and nobody else.

Of a number, under one hash tag: `aliases` identifier -> thread; `threads` thread -> record, or `>` and the thread it
was merged into, or `~` and what it became by an erasure; `messages` id -> thread, target, record; `wamids` wamid -> our
id; `early:<id>` what was reported of a message not yet seen, for 7 days; `index:<thread>` sort keys, `asides:<thread>`
those of what is no row; `inbound:<thread>` arrival keys not yet read; `conversations` threads by last activity;
`search` what a search looks through; `status` how the number is doing; `signs:<sign>` which of what is early is a gap,
by when that was noticed; `erasures` how often something was erased, `gone` hashes of erased messages' ids, `detached`
threads whose messages are still to be looked at after an erasure; `floor` up to when the whole number is erased,
`felled` hashes of the ids of its late messages.
"""

from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from redis.commands.core import AsyncScript

from services.api import scripts
from services.api.gaps import REMEMBERED_MAX, Missing, Sign
from services.api.landing import Landing, Measure, Question, Rows
from services.api.records import MessageRecord, message_row, parse_message_row
from services.api.search import searchable
from services.api.thread import ThreadRecord
from services.api.working import Cell, Loaded, version
from shared.contract.ids import MessageId, NumberId, ThreadId, WorkspaceId, tag
from shared.feed import feed_key, fresh_nonce, start_key
from shared.redis import Redis

EARLY_S = 7 * 24 * 3600  # reports of messages we have not seen; Meta retries a webhook for up to 7 days

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
        self.page = redis.register_script(scripts.PAGE)
        self.with_erasures: set[str] = set()  # tags of numbers; one that is not here yet costs one more round trip
        self.missing = redis.register_script(scripts.MISSING)

    def of(self, workspace_id: WorkspaceId, number_id: NumberId) -> "ChatStore":
        """The chat state of one number in one workspace."""
        return ChatStore(self, workspace_id, number_id)


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

    def key(self, name: str) -> str:
        """The full name of one of the number's keys."""
        return f"{self.tag}:{name}"

    async def load(self, identifiers: Iterable[str], references: Iterable[str], hashes: Iterable[str] = ()) -> Loaded:
        """Everything that facts about these contacts and messages may depend on, in one round trip."""
        names, hashed = sorted(set(identifiers)), sorted(set(hashes))
        arguments: list[str | int | bytes] = [len(names), len(hashed), *names, *hashed, *sorted(set(references))]
        cells = await _run(self._scripts.load, [self.tag], arguments)
        loaded = Loaded()
        for table, name, value in zip(cells[::3], cells[1::3], cells[2::3], strict=True):
            if table == b"erasures":
                loaded.erasures = value
                continue
            if table == b"floor":
                loaded.floor_ms = int(value or 0)
                continue
            if table == b"felled":
                loaded.felled.add(name.decode())
                continue
            _take(loaded, Cell(table.decode(), name.decode()), value)
        for thread, record in loaded.threads.items():
            for name in record.identifiers:  # each points to its thread: a merge rewrites them with the thread
                loaded.aliases[name] = thread
                loaded.versions[Cell("alias", name)] = version(thread.encode())
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

    async def page(
        self, identifier: str, before: str | None, length: int
    ) -> tuple[ThreadRecord | None, list[tuple[str, MessageRecord]]]:
        """The thread that a contact means, and its next rows with their sort keys, newest first, as of one moment."""
        top = f"({before}" if before is not None else "+"
        record, keys, rows = await _run(self._scripts.page, [self.tag], [identifier, top, length])
        found = [(key.decode(), parse_message_row(row)[1]) for key, row in zip(keys, rows, strict=True) if row]
        return (ThreadRecord.model_validate_json(record) if record else None), found

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

    def write(self, landing: Landing, now_ms: int) -> Write:
        """A landing as commands on the store; what was read before an erasure is stale, whomever it was about."""
        checks = [(digest, self._read(cell)) for cell, digest in landing.cells.items()]
        checks.append((version(landing.erasures), ("GET", self.key("erasures"))))
        commands: list[Command] = [("INCR", self.key("erasures"))] if landing.is_erasure else []
        for old, into in landing.detached.items():
            commands += self._detach(old, into)
        for hashed, thread in landing.gone.items():
            commands.append(("HSET", self.key("gone"), hashed, f"{thread}.{now_ms}"))
        for old, into in landing.merged.items():
            commands += self._merge(old, into)
        for name, owner in landing.aliases.items():
            commands.append(_field(self.key("aliases"), name, owner))
        for wamid, ours in landing.wamids.items():
            commands.append(_field(self.key("wamids"), wamid, ours))
        for name, early in landing.early.items():
            key = self.key(f"early:{name}")
            commands.append(("DEL", key) if early is None else ("SET", key, early.stored(), "EX", EARLY_S))
        for name, (was, now) in landing.signs.items():
            commands += self._sign(name, was, now, now_ms)
        for message, (thread, rows) in landing.rows.items():
            owned = landing.threads.get(thread)
            commands += self._row(message, thread, rows, owned.read_up_to if owned is not None else "")
        for record in landing.threads.values():
            commands += self._thread(record)
        return Write(checks, commands, landing.changes)

    def _read(self, cell: Cell) -> Command:
        match cell.table:
            case "early":
                return ("GET", self.key(f"early:{cell.name}"))
            case "alias":
                return ("HGET", self.key("aliases"), cell.name)
            case "gone":
                return ("HGET", self.key("gone"), cell.name)
        return ("HGET", self.key(f"{cell.table}s"), cell.name)

    def _merge(self, old: ThreadId, into: ThreadId) -> list[Command]:
        commands: list[Command] = [("HSET", self.key("threads"), old, f">{into}")]
        for name in ("index", "inbound", "asides"):
            target, source = self.key(f"{name}:{into}"), self.key(f"{name}:{old}")
            # Every score is 0 so that members sort as text; a plain union would keep that too, but for shared members.
            commands += [("ZUNIONSTORE", target, 2, target, source, "WEIGHTS", 0, 0), ("UNLINK", source)]
        return [*commands, *self._hide(old)]

    def _detach(self, old: ThreadId, into: ThreadId) -> list[Command]:
        """It is not shown any more; its messages are looked at one by one, in whichever process has time."""
        return [
            ("HSET", self.key("threads"), old, f"~{into}"),
            ("HSET", self.key("detached"), old, into),
            *self._hide(old),
        ]

    def _hide(self, thread: ThreadId) -> list[Command]:
        return [("ZREM", self.key("conversations"), thread), ("HDEL", self.key("search"), thread)]

    def _sign(self, name: str, was: Sign | None, now: Sign | None, now_ms: int) -> list[Command]:
        commands: list[Command] = []
        if was is not None and was != now:
            commands.append(("ZREM", self.key(f"signs:{was}"), name))
        if now is not None:
            key = self.key(f"signs:{now}")
            commands += [("ZADD", key, "NX", now_ms, name), ("EXPIRE", key, EARLY_S)]
            if was != now:  # the oldest stay: the newest may well be in order in a minute
                commands.append(("ZREMRANGEBYRANK", key, REMEMBERED_MAX, -1))
        return commands

    def _row(self, message: MessageId, thread: ThreadId, rows: Rows, read_up_to: str) -> list[Command]:
        before, after = rows.before, rows.after
        index, inbound = self.key(f"index:{thread}"), self.key(f"inbound:{thread}")
        commands: list[Command] = []
        if after is None:
            commands.append(("HDEL", self.key("messages"), message))
        else:
            commands.append(("HSET", self.key("messages"), message, message_row(thread, after)))
        for key, old, new in (
            (index, _sort_key(before), _sort_key(after)),
            (self.key(f"asides:{thread}"), _aside_key(before), _aside_key(after)),
            (inbound, _unread_key(before, read_up_to), _unread_key(after, read_up_to)),
        ):
            if old is not None and old != new:
                commands.append(("ZREM", key, old))
            if new is not None:
                commands.append(("ZADD", key, 0, new))
        return commands

    def _thread(self, record: ThreadRecord) -> list[Command]:
        commands: list[Command] = [("HSET", self.key("threads"), record.id, record.stored())]
        if record.read_up_to:
            commands.append(("ZREMRANGEBYLEX", self.key(f"inbound:{record.id}"), "-", f"[{record.read_up_to}"))
        if record.last_activity_ms is not None:
            commands.append(("ZADD", self.key("conversations"), record.last_activity_ms, record.id))
            commands.append(("HSET", self.key("search"), record.id, searchable(record)))
        elif record.erased_ms or record.unread_ms or record.revision > 1:  # it may have been shown
            commands += self._hide(record.id)
        return commands


def _sort_key(record: MessageRecord | None) -> str | None:
    return record.sort_key if record is not None and record.is_row else None


def _aside_key(record: MessageRecord | None) -> str | None:
    """Of what was said and is no row: a reaction of ours, which would not be found otherwise."""
    return record.sort_key if record is not None and record.said is not None and not record.is_row else None


def _field(key: str, name: str, value: str | None) -> Command:
    return ("HDEL", key, name) if value is None else ("HSET", key, name, value)


def _unread_key(record: MessageRecord | None, read_up_to: str) -> str | None:
    if record is None or not record.counts_as_unread:
        return None
    return record.arrival_key if record.arrival_key > read_up_to else None


def _take(loaded: Loaded, cell: Cell, value: bytes | None) -> None:
    loaded.versions[cell] = version(value)
    if value is None:
        return
    match cell.table:
        case "alias":
            loaded.aliases[cell.name] = ThreadId(value.decode())
        case "thread" if value[:1] in (b">", b"~"):
            loaded.merged[ThreadId(cell.name)] = ThreadId(value[1:].decode())
            if value.startswith(b"~"):
                loaded.detached.add(ThreadId(cell.name))
        case "gone":
            loaded.gone[cell.name] = ThreadId(value.decode().partition(".")[0])
        case "thread":
            loaded.threads[ThreadId(cell.name)] = ThreadRecord.model_validate_json(value)
        case "message":
            loaded.messages[MessageId(cell.name)] = parse_message_row(value)
        case "wamid":
            loaded.wamids[cell.name] = MessageId(value.decode())
        case "early":
            loaded.early[cell.name] = MessageRecord.model_validate_json(value)


async def _run(script: AsyncScript, keys: list[str], arguments: Sequence[str | int | bytes]) -> list[Any]:
    return await cast("Awaitable[list[Any]]", script(keys=keys, args=arguments))
