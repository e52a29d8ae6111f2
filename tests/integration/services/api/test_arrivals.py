"""When the last webhook of each kind came, as the projector notes it."""

from services.api.arrivals import MINUTE_MS, Arrivals
from shared.contract.status import Status
from shared.evidence import EvidenceBook
from tests.real.chat import Chat
from tests.telling import came, ms, reported

HOUR_S = 3600.0


async def test_the_latest_minute_of_each_kind_is_noted(here: Chat) -> None:
    """By whichever projector, in whichever order."""
    book = EvidenceBook(here.ground.redis)
    await here.tell(came("b", at=HOUR_S), came("a", at=0))
    await here.tell(came("c", at=60), reported(Status.READ, at=120))

    def minute(at_s: float) -> int:
        return ms(at_s) - ms(at_s) % MINUTE_MS

    assert {"messages": minute(HOUR_S), "statuses": minute(120)} == (
        await book.read(here.workspace_id, here.number_id)
    ).came


async def test_a_busy_number_is_noted_once_a_minute(here: Chat) -> None:
    """What has been told is not told again: that would be a question to the store with every batch."""
    told: list[int] = []

    class Counting(EvidenceBook):
        """Counts."""

        async def came(self, *given: object) -> None:
            """One more."""
            told.append(1)

    arrivals, owner = Arrivals(Counting(here.ground.redis)), (here.workspace_id, here.number_id)
    first = ms(0) - ms(0) % MINUTE_MS
    for at_ms in (first, first + 1, first + MINUTE_MS - 1, first - 1, first + MINUTE_MS):
        await arrivals.note(owner, [came().model_copy(update={"received_ms": at_ms})])
    assert 2 == len(told)
