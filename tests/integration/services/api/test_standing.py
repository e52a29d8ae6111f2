"""What is read of a number before anything about it is written."""

from services.api import reports
from services.api.reports import KEPT_MAX
from services.api.standing import standing
from shared.contract import events
from shared.contract.events import NumberErased
from tests.real.chat import Chat
from tests.scenario import OWN
from tests.telling import came, ms


async def test_a_number_of_which_nothing_has_come_stands_empty(here: Chat) -> None:
    """Nothing stored, nothing erased; what will be kept is counted once."""
    odd = [b"one", b"one", b"two"]
    assert (None, 2, 0, None) == await standing(here.store, odd)
    assert KEPT_MAX > 2


async def test_what_is_below_the_floor_changes_nothing_of_the_number(here: Chat) -> None:
    """Neither how it is doing nor what nobody could read; and the floor is in what is read."""
    part = events.PartUnrecognised(**OWN, received_ms=ms(5), field="messages", reason="?", raw={"a": 1})
    await here.tell(NumberErased(**OWN, received_ms=ms(10), at_ms=ms(10)))
    await here.tell(came("before", at=4), part)
    now = await standing(here.store, [reports.member(part)])

    assert (None, 1, ms(10), b"1") == now
    assert 0 == await here.ground.redis.exists(here.store.key("unrecognised"))
