"""The evidence book hears of a webhook at once when it is news, and seldom when it is not."""

import asyncio

from redis.exceptions import ConnectionError as RedisConnectionError

from services.ingest import witness
from services.ingest.witness import CHANGED_MS, EVERY_MS, NUMBERS_MAX, Witness
from shared.contract.evidence import Kind, Seen
from shared.contract.ids import NumberId, WorkspaceId

W, V = WorkspaceId("w"), WorkspaceId("v")
A, B = NumberId("1"), NumberId("2")
Note = tuple[WorkspaceId, NumberId, Seen, int, str | None]


class Notebook:
    """A book that remembers; while `away`, it does not answer."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.away = False

    async def note(
        self, workspace_id: WorkspaceId, number_id: NumberId, seen: Seen, at_ms: int, account_id: str | None = None
    ) -> None:
        """Write it down."""
        if self.away:
            raise RedisConnectionError
        self.notes.append((workspace_id, number_id, seen, at_ms, account_id))

    def told(self) -> list[tuple[Kind, int]]:
        """Kinds and times, in order."""
        return [(seen.kind, at_ms) for _, _, seen, at_ms, _ in self.notes]


class Watch:
    """A witness with a time that moves when told to."""

    def __init__(self) -> None:
        self.ms = 1_000_000
        self.book = Notebook()
        self.witness = Witness(self.book, lambda: self.ms)

    async def saw(
        self, kind: Kind, after_ms: int = 0, account_id: str | None = None, number: NumberId = A, secret_ms: int = 0
    ) -> None:
        """One webhook, so much later."""
        self.ms += after_ms
        self.witness.saw(W, {number: Seen(kind, secret_ms)}, {number: account_id} if account_id else None)
        for _ in range(3):
            await asyncio.sleep(0)


async def test_the_first_is_told_at_once_and_the_next_of_its_kind_a_minute_later() -> None:
    """A page shows minutes."""
    watch = Watch()
    for after_ms in (0, 1, EVERY_MS - 2, 1):
        await watch.saw("verified", after_ms)

    assert [("verified", 1_000_000), ("verified", 1_000_000 + EVERY_MS)] == watch.book.told()


async def test_a_change_is_told_at_once() -> None:
    """Somebody has just pasted another secret and looks at the doctor."""
    watch = Watch()
    for kind in ("verified", "mismatch", "verified"):
        await watch.saw(kind, CHANGED_MS)
    await watch.saw("verified", CHANGED_MS, "77")

    assert ["verified", "mismatch", "verified", "verified"] == [kind for kind, _ in watch.book.told()]
    assert "77" == watch.book.notes[-1][-1]


async def test_another_app_secret_makes_everything_new() -> None:
    """A wrong one is told though a wrong one was told a moment ago."""
    watch = Watch()
    await watch.saw("mismatch", secret_ms=1)
    await watch.saw("mismatch", 1, secret_ms=2)

    assert [1, 2] == [seen.secret_ms for _, _, seen, _, _ in watch.book.notes]


async def test_kinds_that_alternate_are_told_once_a_second() -> None:
    """Two apps behind one callback must not cost a write for each webhook."""
    watch = Watch()
    for _ in range(100):
        await watch.saw("verified", 5)
        await watch.saw("mismatch", 5)

    assert 2 == len(watch.book.notes)


async def test_numbers_and_workspaces_are_apart() -> None:
    """Each has its own minute."""
    watch = Watch()
    watch.witness.saw(W, {A: Seen("verified"), B: Seen("missing")}, {A: "77"})
    watch.witness.saw(V, {A: Seen("unsigned")})
    await watch.witness.close()

    assert [
        (W, A, Seen("verified"), 1_000_000, "77"),
        (W, B, Seen("missing"), 1_000_000, None),
        (V, A, Seen("unsigned"), 1_000_000, None),
    ] == watch.book.notes


async def test_a_store_that_was_away_is_told_with_the_next() -> None:
    """Nobody waits for it."""
    watch = Watch()
    watch.book.away = True
    await watch.saw("verified")
    watch.book.away = False
    await watch.saw("verified", 1)

    assert [("verified", 1_000_001)] == watch.book.told()


async def test_what_is_remembered_is_bounded() -> None:
    """The number seen longest ago is forgotten, and told anew when it comes again."""
    watch = Watch()
    for count in range(NUMBERS_MAX + 1):
        await watch.saw("verified", number=NumberId(str(count)))
    await watch.saw("verified", number=NumberId("0"))

    assert NUMBERS_MAX + 2 == len(watch.book.notes)


async def test_a_store_that_hangs_gathers_no_notes() -> None:
    """Beyond a bound they are left to later webhooks."""
    watch = Watch()
    for count in range(witness.TELLING_MAX + 5):
        watch.witness.saw(W, {NumberId(str(count)): Seen("verified")})
    await watch.witness.close()

    assert witness.TELLING_MAX == len(watch.book.notes)
