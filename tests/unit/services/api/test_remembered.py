"""What a projector has written itself, and need not read."""

from typing import Any

from services.api.bulk import Bulk
from services.api.landing import Lander, Landing
from services.api.projection import Projection
from services.api.remembered import DOUBT_S, Remembered
from services.api.thread import ThreadRecord
from services.api.working import Cell, Loaded, Working, version
from shared.contract.events import Identity
from tests.scenario import NUMBER
from tests.telling import ANN, came

TAG = "{w:n}"


class Kept:
    """A memory whose clock is ours, with what these facts write into an empty store."""

    def __init__(self, *facts: Any, threads_max: int = 100) -> None:
        self.at_s = 1000.0
        self.remembered = Remembered(threads_max, lambda: self.at_s)
        working = Working(Loaded())
        projection = Projection(working)
        for fact in facts:
            projection.apply(fact)
            working.close_event()
        self.landings: list[Landing] = list(Lander(NUMBER, working).finish({}).values())
        bulk = Bulk(lambda name: name)
        for landing in self.landings:
            bulk.add(landing, 7)
        self.stored = bulk.threads
        for landing in self.landings:
            self.remembered.keep(TAG, landing, self.stored)

    def recall(self, *names: str) -> tuple[Loaded, list[str]] | None:
        """These contacts, and a new message."""
        return self.remembered.recall(TAG, names, ["new"])

    def knows(self, *names: str) -> bool:
        """Whether none of these contacts has to be read."""
        recalled = self.recall(*names)
        return recalled is not None and not recalled[1]


def names_of(identity: Identity) -> tuple[str, ...]:
    """What the contact is called by."""
    return tuple(identity.identifiers)


def test_what_is_recalled_is_what_a_read_would_find() -> None:
    """The record as it comes out of the store, its version, all that leads to it, and nothing of what is new."""
    kept = Kept(came("a", at=1))
    ((thread, stored),) = kept.stored.items()
    found = kept.recall(*names_of(ANN)[:1])
    assert found is not None
    recalled, unknown = found

    assert [] == unknown
    assert {thread: ThreadRecord.model_validate_json(stored)} == recalled.threads
    assert dict.fromkeys(names_of(ANN), thread) == recalled.aliases
    assert {
        Cell("thread", thread): version(stored.encode()),
        **{Cell("alias", name): thread for name in names_of(ANN)},
        Cell("wamid", "new"): "",
        Cell("message", "new"): "",
        Cell("early", "new"): "",
    } == recalled.versions


def test_whoever_is_unknown_has_to_be_read() -> None:
    """And nobody else."""
    kept = Kept(came("a", at=1))
    known, mixed = kept.recall(*names_of(ANN)), kept.recall(*names_of(ANN), "US.999")
    assert known is not None
    assert mixed is not None

    assert (known[0], ["US.999"]) == mixed
    assert (Loaded(), list(names_of(ANN))) == kept.remembered.recall("{w:other}", names_of(ANN), [])


def test_in_doubt_all_is_read_for_a_while() -> None:
    """And learnt anew afterwards; other numbers are not concerned."""
    kept = Kept(came("a", at=1))
    kept.remembered.doubt("{w:other}")
    assert kept.knows(*names_of(ANN))

    kept.remembered.doubt(TAG)
    kept.remembered.keep(TAG, kept.landings[0], kept.stored)
    assert kept.recall(*names_of(ANN)) is None

    kept.at_s += DOUBT_S
    assert not kept.knows(*names_of(ANN))
    kept.remembered.keep(TAG, kept.landings[0], kept.stored)
    assert kept.knows(*names_of(ANN))


def test_nothing_is_remembered_of_a_number_after_an_erasure() -> None:
    """What has to be looked up by hashes is not known here, and who was erased is not kept."""
    kept = Kept(came("a", at=1))
    kept.landings[0].erasures = b"1"
    kept.remembered.keep(TAG, kept.landings[0], kept.stored)
    kept.at_s += DOUBT_S

    assert not kept.knows(*names_of(ANN))


def test_memory_is_bounded() -> None:
    """Who was written to longest ago is forgotten first."""
    ben = Identity(user_id="US.2")
    kept = Kept(came("a", at=1), came("b", who=ben, at=2), threads_max=1)

    assert not kept.knows(*names_of(ANN))
    assert kept.knows(*names_of(ben))
