"""What lands together, and what has to be read before it can."""

import uuid

from services.api.projection import Projection
from services.api.records import MessageRecord, Met
from services.api.thread import ThreadRecord, known
from services.api.working import Cell, Loaded, Working, version
from shared.contract.ids import MessageId, ThreadId
from tests.telling import ANN, OURS, accepted, asked


def test_cells_of_one_event_land_together() -> None:
    """And with everything that shares a cell with it; others apart."""
    working = Working(Loaded())
    roots = []
    for names in (("a", "b"), ("c",), ("d", "e"), ("b", "d")):
        for name in names:
            working.touch("alias", name)
        roots.append(working.close_event())

    assert {Cell("alias", n) for n in "abde"} == set(working.components()[working.root(Cell("alias", "a"))])
    assert [Cell("alias", "c")] == working.components()[working.root(Cell("alias", "c"))]
    assert None is working.close_event()


def test_many_events_of_one_cell_are_not_slow_to_bind() -> None:
    """A chain of ten thousand has one root and needs no deep recursion."""
    working = Working(Loaded())
    for n in range(10_000):
        working.touch("message", str(n))
        working.touch("message", str(n + 1))
        working.close_event()

    assert 1 == len(working.components())


def test_an_old_thread_leads_to_the_living_one() -> None:
    """Through as many merges as there were; all of them belong to the event."""
    a, b, c = (ThreadId(uuid.uuid4().hex) for _ in range(3))
    working = Working(Loaded(merged={a: b, b: c}, threads={c: ThreadRecord(id=c, since_ms=1)}, aliases={"1": a}))

    assert [c] == working.threads_of(["1", "2"])
    working.close_event()
    touched = {Cell("alias", "1"), Cell("alias", "2"), *(Cell("thread", t) for t in (a, b, c))}
    assert touched == set(working.components()[working.root(Cell("thread", c))])


def test_what_was_touched_but_never_read_is_asked_for() -> None:
    """It would be stale for ever: nobody can compare what was not read.

    Here: a status told of a contact before its message was known; when the message comes, it is that contact's, too.
    """
    early = MessageRecord(id=OURS, contacts=(Met(contact=ANN, at_ms=1),))
    read = [Cell("alias", "15550009999"), Cell("wamid", OURS), Cell("message", OURS), Cell("early", OURS)]
    working = Working(Loaded(early={OURS: early}, versions={cell: version(b"x") for cell in read}))
    Projection(working).apply(asked("15550009999"))

    assert {Cell("alias", name) for name in ANN.identifiers} == working.missing


def test_a_thread_that_begins_here_needs_no_reading() -> None:
    """Nobody else can know it."""
    cells = [Cell("alias", n) for n in ANN.identifiers]
    cells += [Cell(table, name) for name in (OURS, "out") for table in ("wamid", "message", "early")]
    cells += [Cell("alias", "US.100")]
    working = Working(Loaded(versions=dict.fromkeys(cells, "")))
    projection = Projection(working)
    for fact in (asked("US.100"), accepted("out")):
        projection.apply(fact)

    assert set() == working.missing
    assert [(known(ANN, 0).identifiers.keys())] == [thread.identifiers.keys() for thread in working.threads.values()]


def test_a_message_may_be_named_by_either_id() -> None:
    """By ours or by the wamid, once they are linked."""
    working = Working(Loaded())
    Projection(working).apply(accepted("out"))

    assert [OURS, OURS, MessageId("other")] == [working.resolve(name) for name in (OURS, "out", "other")]


def test_what_is_read_goes_with_what_is_remembered_of_others() -> None:
    """Both are one then, with the versions of both; of one conversation only one of them may tell."""
    ann, ben = (ThreadRecord(id=ThreadId(uuid.uuid4().hex), since_ms=1) for _ in range(2))
    one = Loaded(threads={ann.id: ann}, aliases={"1": ann.id}, versions={Cell("alias", "1"): ann.id})
    other = Loaded(
        threads={ben.id: ben}, aliases={"2": ben.id}, versions={Cell("alias", "2"): ben.id}, floor_ms=7, erasures=b"1"
    )

    assert one.takes_in(other)
    assert {ann.id: ann, ben.id: ben} == one.threads
    assert {"1": ann.id, "2": ben.id} == one.aliases
    assert {Cell("alias", "1"): ann.id, Cell("alias", "2"): ben.id} == one.versions
    assert (7, b"1") == (one.floor_ms, one.erasures)
    assert not one.takes_in(Loaded(threads={ann.id: ann}))
    assert not one.takes_in(Loaded(merged={ben.id: ann.id}))
