"""The conversations that this process has written last, as it wrote them: what comes next of one need not read it.

Nothing rests on it. A commit compares all that it was made from with what is stored, so what somebody else has written
meanwhile is merely found out later: then it is read after all, and for a while nothing is taken from here.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from services.api.landing import Landing
from services.api.thread import ThreadRecord
from services.api.working import Cell, Loaded, version
from shared.contract.ids import ThreadId

THREADS_MAX = 5_000  # of all numbers; some 15 megabytes
DOUBT_S = 5.0  # after somebody else was found to write, too; each time costs one commit in vain
DOUBTED_MAX = 10_000  # numbers


class _Kept(NamedTuple):
    """A conversation as it is stored."""

    record: ThreadRecord
    version: str


class Remembered:
    """Of all numbers, by their tags."""

    def __init__(self, threads_max: int = THREADS_MAX, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._threads_max = threads_max
        self._clock_s = clock_s
        self._threads: OrderedDict[tuple[str, ThreadId], _Kept] = OrderedDict()
        self._owners: dict[tuple[str, str], ThreadId] = {}  # by identifier
        self._doubted_s: dict[str, float] = {}

    def recall(
        self, tag: str, identifiers: Iterable[str], introduced: Collection[str]
    ) -> tuple[Loaded, list[str]] | None:
        """What a read would find if these messages are new, and those contacts that have to be read; None in doubt."""
        if tag in self._doubted_s:
            if self._doubted_s[tag] > self._clock_s():
                return None
            del self._doubted_s[tag]
        loaded, unknown = Loaded(), list[str]()
        versions = loaded.versions
        for name in identifiers:
            owner = self._owners.get((tag, name))
            if owner is None:
                unknown.append(name)
                continue
            if owner in loaded.threads:
                continue
            kept = self._threads[tag, owner]
            self._threads.move_to_end((tag, owner))
            loaded.threads[owner] = kept.record
            versions[Cell("thread", owner)] = kept.version
            for alias in kept.record.identifiers:
                loaded.aliases[alias] = owner
                versions[Cell("alias", alias)] = owner
        for name in introduced:
            versions[Cell("wamid", name)] = versions[Cell("message", name)] = versions[Cell("early", name)] = ""
        return loaded, unknown

    def keep(self, tag: str, landing: Landing, stored: Mapping[ThreadId, str]) -> None:
        """This has landed, and with it these texts of its threads."""
        if landing.erasures is not None or landing.is_erasure or landing.merged or landing.detached:
            self.doubt(tag)  # what that means for other conversations is a long story
            return
        if tag in self._doubted_s:
            return
        for thread, record in landing.threads.items():
            self._threads[tag, thread] = _Kept(record, version(stored[thread].encode()))
            self._threads.move_to_end((tag, thread))
            for alias in record.identifiers:
                self._owners[tag, alias] = thread
        while len(self._threads) > self._threads_max:
            self._forget(*next(iter(self._threads)))

    def doubt(self, tag: str) -> None:
        """Somebody else writes to this number as well, or something of it was erased."""
        if tag not in self._doubted_s:
            for name in [name for name in self._threads if name[0] == tag]:
                self._forget(*name)
            if len(self._doubted_s) >= DOUBTED_MAX:
                self._doubted_s.clear()
        self._doubted_s[tag] = self._clock_s() + DOUBT_S

    def _forget(self, tag: str, thread: ThreadId) -> None:
        kept = self._threads.pop((tag, thread))
        for alias in kept.record.identifiers:
            if self._owners.get((tag, alias)) == thread:
                del self._owners[tag, alias]
