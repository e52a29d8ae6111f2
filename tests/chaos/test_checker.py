"""The checker of `make chaos` finds each kind of violation, and finds nothing where all is well."""

from typing import Any

import pytest

from tests.chaos.checker import violations
from tests.chaos.ledgers import Click, Followed, Meta, Shown
from tests.chaos.witness import Tick

ADA = "DE.1"
WHY = {"message": "Timeout", "explanation": "Nobody knows.", "advice": "Look at the phone."}


def inbound(wamid: str = "wamid.in", text: str = "Hello", **more: Any) -> dict[str, Any]:
    """A customer's message, as chat state shows it."""
    content = {"type": "text", "text": {"body": text}}
    return {"id": wamid, "wamid": wamid, "contact_id": ADA, "direction": "inbound", "content": content, **more}


def outbound(status: str = "read", text: str = "Yes", message_id: str = "click", **more: Any) -> dict[str, Any]:
    """An agent's message."""
    content = {"type": "text", "text": {"body": text}}
    own = {"id": message_id, "wamid": "wamid.out", "contact_id": ADA, "direction": "outbound", "content": content}
    return {**own, "status": status, **more}


class Case:
    """A conversation of two messages in which everything is right, until a test changes one account of it."""

    def __init__(self) -> None:
        self.clicks = [Click("click", ADA, 0.0, text="Yes")]
        self.written: dict[str, Any] = {"wamid.in": inbound()["content"]}
        self.meta: dict[str, Any] = {
            "accepted": {"click": ["wamid.out"]},
            "told": {"click": ["sent", "read", "delivered"]},
        }
        self.shown = [outbound(), inbound()]
        self.held: list[dict[str, Any]] | None = None
        self.ticks = [Tick("click", "queued"), Tick("click", "sent"), Tick("click", "read")]
        self.cursors = [["1-0.e", "1-1.e"], ["1-1.e", "2-0.e"]]

    def found(self) -> list[tuple[str, str]]:
        """Kinds and what they are about."""
        held = self.shown if self.held is None else self.held
        browser = Followed("socket", {}, {}, held, self.ticks, self.cursors)
        meta = Meta(written=self.written, **self.meta)
        return [(each.kind, each.about) for each in violations(self.clicks, meta, Shown({}, {}, self.shown), [browser])]


@pytest.fixture
def case() -> Case:
    """All is well."""
    return Case()


def test_three_accounts_that_agree_are_no_violation(case: Case) -> None:
    """Duplicated and disordered statuses are Meta's way, and no fault of ours."""
    assert [] == case.found()


def test_a_message_that_a_customer_wrote_and_nobody_sees_is_lost(case: Case) -> None:
    """In chat state."""
    case.shown = [outbound()]
    assert [("lost", "wamid.in")] == case.found()


def test_a_click_that_left_no_trace_is_lost(case: Case) -> None:
    """Also when it never reached Graph."""
    case.shown, case.meta = [inbound()], {}
    assert [("lost", "click")] == case.found()


def test_two_whatsapp_messages_for_one_click_are_doubled(case: Case) -> None:
    """What an agent sees as one."""
    case.meta["accepted"]["click"].append("wamid.again")
    assert [("doubled", "click")] == case.found()


def test_a_reaction_that_was_sent_twice_is_doubled(case: Case) -> None:
    """It is a click like any other."""
    case.clicks.append(Click("emoji", ADA, 0.0, target="wamid.in", emoji="👍"))
    case.meta["accepted"]["emoji"] = ["wamid.r1", "wamid.r2"]
    case.shown = [outbound(), inbound(reactions=[{"by": "business", "emoji": "👍"}])]
    assert [("doubled", "emoji")] == case.found()


def test_a_message_on_two_pages_is_doubled(case: Case) -> None:
    """By its id, and by its wamid."""
    case.shown = [outbound(), inbound(), inbound()]
    assert {("doubled", "wamid.in")} == set(case.found())


def test_a_status_that_made_a_message_of_its_own_is_doubled(case: Case) -> None:
    """The same wamid under another id, which nobody has clicked."""
    case.shown = [outbound(), inbound(), outbound(message_id="wamid.out")]
    assert {("doubled", "wamid.out")} == set(case.found())


def test_what_nobody_wrote_is_a_violation(case: Case) -> None:
    """Neither customers nor agents."""
    case.shown = [outbound(), inbound(), inbound("wamid.other")]
    assert [("doubled", "wamid.other")] == case.found()


@pytest.mark.parametrize("again", [["1-0.e", "1-0.e"], ["1-0.e", "1-2.e", "1-2.e"]])
def test_a_change_that_is_heard_twice_is_doubled(case: Case, again: list[str]) -> None:
    """Through reconnects."""
    case.cursors = [again]
    assert ["doubled"] == [kind for kind, _ in case.found()]


def test_a_change_that_comes_after_a_later_one_is_misordered(case: Case) -> None:
    """In number, not in letters: 10 is after 9."""
    case.cursors = [["9-0.e", "10-0.e", "9-5.e"]]
    assert [("misordered", "9-5.e")] == case.found()


def test_a_tick_that_goes_back_in_the_feed_is_misordered(case: Case) -> None:
    """Once is enough."""
    case.ticks = [Tick("click", "read"), Tick("click", "delivered"), Tick("click", "read")]
    assert [("misordered", "click")] == case.found()


def test_a_page_that_is_read_after_a_resync_may_be_ahead_of_the_feed(case: Case) -> None:
    """The feed then catches up with it."""
    case.ticks = [
        Tick("click", "queued"),
        Tick("click", "read", read=True),
        Tick("click", "sent"),
        Tick("click", "read"),
    ]
    assert [] == case.found()


def test_a_page_that_is_further_back_than_the_feed_was_is_misordered(case: Case) -> None:
    """A resync leads to the same or further."""
    case.ticks = [Tick("click", "delivered"), Tick("click", "sent", read=True), Tick("click", "read")]
    assert [("misordered", "click")] == case.found()


def test_ticks_climb_anew_in_another_history_and_only_there(case: Case) -> None:
    """A store that was lost altogether is made anew from the archive, event by event."""
    case.ticks = [
        Tick("click", "read", history="a"),
        Tick("click", "queued", history="b"),
        Tick("click", "sent", history="b"),
    ]
    assert [] == case.found()
    case.ticks.append(Tick("click", "accepted", history="b"))
    assert [("misordered", "click")] == case.found()


def test_a_click_that_is_still_queued_is_unexplained(case: Case) -> None:
    """When all is over, every click has an end."""
    case.meta, case.shown = {}, [outbound("queued", wamid=None), inbound()]
    assert [("unexplained", "click")] == case.found()


@pytest.mark.parametrize("status", ["unknown", "failed"])
def test_an_end_without_a_reason_is_unexplained(case: Case, status: str) -> None:
    """Meta's words, ours, and what to do."""
    case.meta, case.shown = {}, [outbound(status, wamid=None), inbound()]
    assert [("unexplained", "click")] == case.found()
    case.shown = [outbound(status, wamid=None, error=WHY), inbound()]
    assert [] == case.found()


def test_a_tick_that_stays_behind_what_meta_has_told_is_untrue(case: Case) -> None:
    """The furthest of all counts."""
    case.shown = [outbound("delivered"), inbound()]
    assert [("untrue", "click")] == case.found()


@pytest.mark.parametrize("status", ["failed", "delivered"])
def test_a_status_that_nobody_told_is_untrue(case: Case, status: str) -> None:
    """Graph has accepted it, and that is all that is known."""
    case.meta["told"], case.shown = {}, [outbound(status, error=WHY), inbound()]
    assert [("untrue", "click")] == case.found()


def test_an_acceptance_that_meta_never_gave_is_untrue(case: Case) -> None:
    """An agent would wait for an answer to something that was never sent."""
    case.meta, case.shown = {}, [outbound("accepted"), inbound()]
    assert [("untrue", "click")] == case.found()


def test_another_text_than_was_said_is_untrue(case: Case) -> None:
    """Either way."""
    case.shown = [outbound(text="No"), inbound(text="Good-bye")]
    assert [("untrue", "wamid.in"), ("untrue", "click")] == case.found()


def test_another_wamid_than_metas_is_untrue(case: Case) -> None:
    """Two sends must not swap their names."""
    case.shown = [outbound(wamid="wamid.other"), inbound()]
    assert [("untrue", "click")] == case.found()


def test_edits_and_removals_have_to_be_shown_and_not_made_up(case: Case) -> None:
    """An edit is another text, a removal a mark."""
    case.meta["edited"] = {"wamid.in": "Hello!"}
    assert [("untrue", "wamid.in")] * 2 == case.found()
    case.shown = [outbound(), inbound(text="Hello!", edited_at="now")]
    assert [] == case.found()
    case.shown = [outbound(), inbound(text="Hello!", edited_at="now", revoked_at="now")]
    assert [("untrue", "wamid.in")] == case.found()


def test_a_reaction_that_is_not_shown_is_lost(case: Case) -> None:
    """Of a customer, and of the business."""
    case.meta["reacted"] = {"wamid.out": "❤️"}
    case.clicks.append(Click("emoji", ADA, 0.0, target="wamid.in", emoji="👍"))
    case.meta["accepted"]["emoji"] = ["wamid.r1"]
    assert [("lost", "emoji"), ("lost", "wamid.out")] == case.found()
    case.shown = [
        outbound(reactions=[{"by": ADA, "emoji": "❤️"}]),
        inbound(reactions=[{"by": "business", "emoji": "👍"}]),
    ]
    assert [] == case.found()


def test_a_browser_that_holds_something_else_has_not_followed(case: Case) -> None:
    """Too little, too much, or otherwise."""
    case.held = [outbound("delivered"), inbound("wamid.other")]
    assert [("unfollowed", "click"), ("unfollowed", "wamid.in"), ("unfollowed", "wamid.other")] == case.found()
