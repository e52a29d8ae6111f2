"""What the projector tells Prometheus of a commit: how late it is, and why messages failed; nothing of a rebuild."""

from prometheus_client import REGISTRY

from services.api.projector import Projector
from shared.contract.errors import GraphError
from shared.contract.status import Status
from shared.process import now_ms
from tests.real.chat import Chat
from tests.telling import asked, came, reported

LATE_S = 40.0


def seen(name: str, **labels: str) -> float:
    """What the process has told until now."""
    return REGISTRY.get_sample_value(f"inbox_{name}", labels) or 0.0


def stored(within: str) -> float:
    """How many commits were stored within so many seconds."""
    return seen("lag_seconds_bucket", until="stored", le=within)


async def test_a_commit_is_as_late_as_its_oldest_fact(here: Chat) -> None:
    """One observation, whatever it holds, and the changes carry the same moment to the sockets."""
    came_ms = now_ms() - int(LATE_S * 1000)
    before = stored("30.0"), stored("60.0")
    start = await here.feed.head(here.workspace_id, here.number_id)

    await here.tell(
        came("new").model_copy(update={"received_ms": now_ms()}), asked().model_copy(update={"at_ms": came_ms})
    )

    assert (0, 1) == (stored("30.0") - before[0], stored("60.0") - before[1])
    page = await here.feed.read(here.workspace_id, here.number_id, start, 100)
    assert page is not None
    assert came_ms == page.taken_ms


async def test_a_rebuild_is_not_late(here: Chat) -> None:
    """What it applies was shown weeks ago: nothing is measured, here or at the sockets."""
    before = stored("+Inf")
    start = await here.feed.head(here.workspace_id, here.number_id)

    await Projector(here.ground, durable=False).handle([here.delivery([came()])])

    assert before == stored("+Inf")
    page = await here.feed.read(here.workspace_id, here.number_id, start, 100)
    assert page is not None
    assert (True, 0) == (bool(page.changes), page.taken_ms)


async def test_messages_that_failed_are_counted_by_a_code_that_is_documented(here: Chat) -> None:
    """Whatever else Meta may say one day is one more, `other`."""

    def counts() -> list[float]:
        return [seen("failed_messages_total", code=code) for code in ("131047", "other", "424242")]

    before = counts()
    for place, code in enumerate((131047, 131047, 424242)):
        error = GraphError(code=code, message="No.")
        await here.tell(reported(Status.FAILED, wamid=f"out{place}").model_copy(update={"error": error}))

    assert [2, 1, 0] == [now - was for was, now in zip(before, counts(), strict=True)]
