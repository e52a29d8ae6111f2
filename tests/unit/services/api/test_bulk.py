"""Landings as words of a script."""

from typing import Any

from services.api.bulk import CHECKED, FILLED, MEMBERS_MAX, Bulk
from services.api.landing import Lander, Landing
from services.api.projection import Projection
from services.api.working import Loaded, Working
from tests.scenario import NUMBER
from tests.telling import came


def landings(*facts: Any) -> list[Landing]:
    """What these facts write into an empty store."""
    working = Working(Loaded())
    projection = Projection(working)
    for fact in facts:
        projection.apply(fact)
        working.close_event()
    return list(Lander(NUMBER, working).finish({}).values())


class Read:
    """The words, read as the script does."""

    def __init__(self, words: list[Any]) -> None:
        self._words = words
        self.checks = {table: self._columns(3, together=False) for table in CHECKED}
        self.pairs = {name: self._columns(2) for name in FILLED}
        self.commands = [self._command() for _ in range(self._take(1)[0])]
        self.changes = self._columns(2, together=False)
        assert not self._words

    def _take(self, count: int) -> list[Any]:
        taken, self._words = self._words[:count], self._words[count:]
        return taken

    def _columns(self, width: int, *, together: bool = True) -> list[Any]:
        count = self._take(1)[0]
        if not together:
            return list(zip(*(self._take(count) for _ in range(width)), strict=True))
        flat = self._take(2 * count)
        return list(zip(flat[::2], flat[1::2], self._take(count), strict=True))

    def _command(self) -> tuple[Any, ...]:
        writer, length = self._take(2)
        return (writer, *self._take(length))


def read(*found: Landing) -> Read:
    """Laid out and read again."""
    bulk = Bulk(lambda name: name)
    for landing in found:
        bulk.add(landing, 7)
    return Read(bulk.words())


def test_each_word_stands_where_the_script_reads_it() -> None:
    """Each table's share together, each with the landing that it belongs to."""
    found = landings(came("a", at=1))
    told = read(*found, *found)

    assert {1, 2} == {writer for rows in told.checks.values() for *_, writer in rows}
    assert [("a", "", 1), ("a", "", 2)] == told.checks["message"] == told.checks["wamid"]
    assert ["a", "a"] == [name for name, _, _ in told.pairs["messages"]]
    assert [1, 1, 2, 2] == [writer for _, writer in told.changes]
    assert found[0].changes * 2 == [change for change, _ in told.changes]


def test_rows_of_one_conversation_enter_its_index_together() -> None:
    """One command for as many as there are, within a bound."""
    (landing,) = landings(*(came(f"in{n}", at=n) for n in range(MEMBERS_MAX + 1)))
    entered = [command for command in read(landing).commands if command[1] == "ZADD" and "index:" in command[2]]

    assert [3 + 2 * MEMBERS_MAX, 3 + 2] == list(map(len, entered))
    assert {0} == {score for command in entered for score in command[3::2]}
