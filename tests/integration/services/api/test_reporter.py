"""What a look finds of a number, on a real store: gaps come after a grace, and go with what was missing."""

from typing import Any

from prometheus_client import REGISTRY

from services.api.bulk import EARLY_S
from services.api.ledger import Entry, Ledger
from services.api.projector import Projector
from shared.contract.commands import Agent
from shared.contract.events import ContactErased
from shared.contract.ids import MessageId
from shared.contract.status import Status
from tests.real.chat import Chat
from tests.scenario import OWN
from tests.telling import OURS, accepted, asked, came, ms, reacted, reported

OTHER = MessageId("0000000b-0000-4000-8000-000000000000")


async def gaps(at: Chat, grace_s: float = 0.0) -> dict[str, Any] | None:
    """What a look finds now, as people see it."""
    await looking(at, grace_s)
    found = (await at.queries.number(at.record)).gaps
    return None if found is None else {name: value for name, value in found if value and name != "latest_at"}


async def looking(at: Chat, grace_s: float = 0.0) -> None:
    """One projector's look at this number."""
    await Projector(at.ground)._reporter.look((at.workspace_id, at.number_id), grace_s)


async def requested(at: Chat, message: MessageId) -> None:
    """The api has taken a request with this id."""
    entry = Entry(said="x", lane="l", contact_id="US.100", at_ms=1, agent=Agent(id="a", name="Ada"))
    await Ledger(at.ground.redis).first(at.workspace_id, at.number_id, message, entry)


def found_until_now(sign: str) -> float:
    """What this process has told Prometheus."""
    return REGISTRY.get_sample_value("inbox_projector_gaps_total", {"sign": sign}) or 0.0


async def test_each_gap_is_told_from_the_others_and_goes_with_what_was_missing(connected: Chat) -> None:
    """A status of ours, one of another app, an answered message, and one with a reaction."""
    before = {sign: found_until_now(sign) for sign in ("ours", "elsewhere", "quoted", "named")}
    await requested(connected, OTHER)
    await connected.tell(accepted("sent"), reported(Status.SENT, wamid="sent", message_id=OURS))
    await connected.tell(
        reported(Status.SENT, wamid="claimed", message_id=OTHER), reported(Status.READ, wamid="foreign")
    )
    await connected.tell(came("b", quoting="a"), reacted("c", "👍"))

    expected = {"unknown_statuses": 2, "elsewhere_statuses": 1, "unseen_quotes": 1, "unseen_targets": 1}
    assert expected == await gaps(connected)
    assert {"ours": 2, "elsewhere": 1, "quoted": 1, "named": 1} == {
        s: found_until_now(s) - n for s, n in before.items()
    }

    await connected.tell(asked(), came("a"), came("c"))
    assert {"unknown_statuses": 1, "elsewhere_statuses": 1} == await gaps(connected)
    await connected.tell(asked(message=OTHER))
    assert {"elsewhere_statuses": 1} == await gaps(connected)


async def test_an_id_that_the_ledger_does_not_know_is_another_apps(connected: Chat) -> None:
    """Whatever it looks like: other apps put their own ids into callback data, too."""
    await connected.tell(reported(Status.SENT, wamid="x", message_id=OTHER))
    assert {"elsewhere_statuses": 1} == await gaps(connected)
    await requested(connected, OTHER)
    assert {"unknown_statuses": 1} == await gaps(connected)


async def test_what_is_only_late_is_no_gap(connected: Chat) -> None:
    """Before the grace is over nothing counts, and no change is told for it."""
    await connected.tell(reported(Status.SENT, wamid="x"))
    told = len(await connected.told())

    assert None is await gaps(connected, grace_s=60)
    assert told == len(await connected.told())


async def test_a_gap_is_told_in_the_feed_once(connected: Chat) -> None:
    """And again when it is gone; a look that finds the same tells nothing."""
    await connected.tell(came("b", quoting="a"))
    before = len(await connected.told())
    for _ in range(3):
        await looking(connected)
    await connected.tell(came("a"))
    await looking(connected)

    numbers = [change["value"] for change in (await connected.told())[before:] if change["kind"] == "number"]
    assert [1, None] == [value.get("gaps") and value["gaps"]["unseen_quotes"] for value in numbers]


async def test_what_was_reported_ends_and_its_gap_with_it(connected: Chat) -> None:
    """After 7 days, or erased: nothing bears the sign out any more, and it leaves no trace in the store."""
    await connected.tell(came("b", quoting="a"))
    redis, early, sign = connected.ground.redis, connected.store.key("early:a"), connected.store.key("signs:quoted")
    assert EARLY_S - 60 < await redis.ttl(early) <= await redis.ttl(sign) <= EARLY_S
    await looking(connected)
    await redis.delete(early)

    assert None is await gaps(connected)
    assert 0 == await redis.exists(sign)


async def test_what_is_remembered_is_bounded(connected: Chat) -> None:
    """A flood of another app's statuses leaves the oldest thousand, and the rest of the signs alone."""
    await connected.tell(came("b", quoting="a"))
    await connected.tell(*(reported(Status.SENT, wamid=f"x{n}") for n in range(1100)))

    assert {"elsewhere_statuses": 1000, "unseen_quotes": 1} == await gaps(connected)


async def test_what_comes_late_of_an_erased_customer_is_no_gap(connected: Chat) -> None:
    """A status, a reply and a reaction about messages that were erased: they are not missing, they are gone."""
    await connected.tell(came("a", at=1), asked(at=2), accepted("out", at=3))
    projector, owner = connected.projector(), (connected.workspace_id, connected.number_id)
    digest = await projector.eraser.digest(owner)
    erased = ContactErased(
        **OWN, received_ms=ms(9), erasure_id="e", names=(digest("US.100"), digest("15550000100")), at_ms=ms(9)
    )
    await connected.tell(erased)
    await connected.tell(came("b", at=4, quoting="a"), reacted("a", "👍", at=5))
    await connected.tell(reported(Status.READ, at=6, message_id=OURS))

    assert None is await gaps(connected)
