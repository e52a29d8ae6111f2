"""Any order, any repeats, any batches: the same chat state. Held here without a store, in test_projector with one."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.api.projection import Fact
from shared.contract.events import Identity
from shared.contract.status import Status
from tests import scenario
from tests.memory import Memory, projected, told
from tests.telling import (
    OURS,
    UNDELIVERABLE,
    accepted,
    asked,
    came,
    echoed,
    edited,
    failed,
    ms,
    reacted,
    reaction_asked,
    reported,
    revoked,
    uncertain,
)


def cut(facts: list[Fact], sizes: list[int]) -> list[list[Fact]]:
    """The facts in batches of these sizes; the rest is the last batch."""
    batches = []
    for size in sizes:
        batches.append(facts[:size])
        facts = facts[size:]
    return [batch for batch in [*batches, facts] if batch]


@settings(max_examples=200)
@given(scenario.facts, st.data())
def test_any_order_any_repeats_and_any_batches_show_the_same(facts: list[Fact], data: st.DataObject) -> None:
    """Invariant "any order, any repeats": what is shown depends on what happened, not on how it was told."""
    expected = projected([facts])
    repeats = data.draw(st.lists(st.sampled_from(facts), max_size=8))
    shuffled = data.draw(st.permutations([*facts, *repeats]))
    sizes = data.draw(st.lists(st.integers(1, 5), max_size=10))

    assert expected == projected(cut(list(shuffled), sizes))


def test_what_is_known_already_changes_nothing() -> None:
    """A webhook that Meta repeats puts nothing into the feed."""
    memory = Memory()
    memory.project([came()])
    told_once = len(memory.changes)
    memory.project([came(), came()])

    assert told_once == len(memory.changes)


def test_an_echo_of_what_was_sent_here_is_the_same_message() -> None:
    """One WhatsApp message is one row, whatever told of it first."""
    memory = Memory()
    memory.project([echoed("out")])
    memory.project([accepted("out")])

    assert [OURS] == list(memory.only[1])
    assert any('"kind":"removed"' in change and '"id":"out"' in change for change in memory.changes)


def test_statuses_climb_in_any_order_and_never_back() -> None:
    """`read` before `delivered` is read; each step keeps its own time."""
    steps = [asked(at=1), accepted(at=2), reported(Status.SENT, at=3), reported(Status.DELIVERED, at=4)]
    message = told(*steps, reported(Status.READ, at=5)).only[1][OURS]

    assert Status.READ == message["status"]
    known = {Status.QUEUED: 1, Status.ACCEPTED: 2, Status.SENT: 3, Status.DELIVERED: 4, Status.READ: 5}
    assert {status: ms(at) for status, at in known.items()} == message["status_at"]


def test_what_was_delivered_has_not_failed() -> None:
    """`delivered` beats `failed` in any order, and no error is shown then."""
    failure = reported(Status.FAILED, at=2)
    message = told(asked(at=1), accepted(at=1), failure, reported(Status.DELIVERED, at=3)).only[1][OURS]
    ended = told(asked(at=1), accepted(at=1), failure).only[1][OURS]

    assert (Status.DELIVERED, None) == (message["status"], message["error"])
    assert Status.FAILED not in message["status_at"]
    assert (Status.FAILED, UNDELIVERABLE.code) == (ended["status"], ended["error"]["code"])


def test_a_status_webhook_settles_what_nobody_knew() -> None:
    """`unknown` becomes `sent` by the webhook that carries our id, and the wamid is known from then on."""
    memory = told(asked(at=1), uncertain(at=2), reported(Status.SENT, at=3, message_id=OURS))
    message = memory.only[1][OURS]
    before = told(asked(at=1), uncertain(at=2)).only[1][OURS]

    assert (Status.UNKNOWN, 131000) == (before["status"], before["error"]["code"])
    assert (Status.SENT, None, "out") == (message["status"], message["error"], message["wamid"])


def test_the_latest_reaction_of_each_party_wins() -> None:
    """One of the contact and one of the business; an empty one takes it back, and none is a row."""
    mine = reacted("in", "👍", at=5, by_contact=False)
    conversation, messages = told(came(), reacted("in", "❤️", at=3), reacted("in", "😂", at=4), mine).only
    gone = told(came(), reacted("in", "❤️", at=3), reacted("in", "", at=4)).only[1]["in"]

    shown = {reaction["by"]: reaction["emoji"] for reaction in messages["in"]["reactions"]}
    assert {"US.100": "😂", "business": "👍"} == shown
    assert ["in"] == list(messages)
    assert (1, "in said") == (conversation["unread"], conversation["preview"]["text"])
    assert gone["reactions"] is None


def test_our_own_reaction_shows_on_its_target_with_its_status() -> None:
    """It is no row; how far it has got, and why it failed, stands beside the emoji."""
    sent = told(came(), reaction_asked("in", "👍", at=1), accepted(at=2), reported(Status.SENT, at=3))
    lost = told(came(), reaction_asked("in", "👍", at=1), failed(at=2)).only[1]["in"]["reactions"][0]

    (reaction,) = sent.only[1]["in"]["reactions"]
    assert ["in"] == list(sent.only[1])
    assert ("business", "👍", Status.SENT, None) == tuple(reaction[n] for n in ("by", "emoji", "status", "error"))
    assert (Status.FAILED, 131009) == (lost["status"], lost["error"]["code"])


def test_the_latest_edit_wins_also_before_its_message() -> None:
    """What it said before is shown to nobody; the preview follows."""
    conversation, messages = told(came(), edited("in", "first", at=2), edited("in", "second", at=3)).only

    assert "second" == messages["in"]["content"]["text"]["body"] == conversation["preview"]["text"]
    assert ms(3) == messages["in"]["edited_at"]
    assert 1 == conversation["unread"]


def test_nobody_is_shown_what_was_taken_back() -> None:
    """Neither in the message, an edit of it, its raw fields, nor in the preview; it still stands in its place."""
    secret = came(raw={"quoted": "in said"})
    memory = told(secret, edited("in", "in said again", at=2), revoked("in", at=3))
    conversation, messages = memory.only

    assert ms(3) == messages["in"]["revoked_at"]
    assert "in said" not in str(memory.shown())
    assert "[revoked]" == messages["in"]["placeholder"] == conversation["preview"]["text"]


def test_a_reply_names_the_message_by_our_id_even_if_it_comes_first() -> None:
    """`context.message_id` is our Message.id, however late we learn the wamid of what was quoted."""
    reply = came("reply", at=3, quoting="out")
    for facts in ([asked(at=1), accepted(at=2), reply], [asked(at=1), reply, reported(Status.SENT, message_id=OURS)]):
        message = told(*facts).only[1]["reply"]
        assert OURS == message["context"]["message_id"]


def test_a_reply_to_a_contacts_own_message_or_to_an_echo_keeps_its_wamid() -> None:
    """Those have no other id."""
    messages = told(came("in"), echoed("phone", at=1), came("a", at=2, quoting="in"), came("b", at=3, quoting="phone"))

    assert ["in", "phone"] == [messages.only[1][name]["context"]["message_id"] for name in ("a", "b")]


def test_what_the_phone_sent_is_outbound_and_opens_no_window() -> None:
    """An echo is sent already, belongs to the phone app and is not unread."""
    conversation, messages = told(echoed("phone", at=1)).only

    assert ("outbound", "phone_app", Status.SENT) == tuple(
        messages["phone"][name] for name in ("direction", "origin", "status")
    )
    assert (0, None) == (conversation["unread"], conversation["window_expires_at"])


def test_an_edit_or_a_revoke_of_what_was_sent_here_finds_it_by_its_wamid() -> None:
    """Also before we know that the wamid is ours."""
    message = told(asked(at=1), accepted(at=2), revoked("out", at=3)).only[1][OURS]

    assert ms(3) == message["revoked_at"]


def test_the_callback_data_of_another_app_joins_nothing() -> None:
    """A constant there, even one that looks like an id of ours, makes no two messages or contacts one."""
    bo = Identity(user_id="US.200", name="Bo")
    shown = told(
        echoed("out1"),
        echoed("out2", who=bo),
        reported(Status.READ, wamid="out1", message_id=OURS),
        reported(Status.READ, wamid="out2", message_id=OURS, who=bo),
    ).seen()

    assert {"US.100": ["out1"], "US.200": ["out2"]} == {name: [m.id for m in each[1]] for name, each in shown.items()}
    assert all(m.status is Status.READ for each in shown.values() for m in each[1])
