"""What is promised of pages that are told as they are stored: they are the pages that models would make."""

import orjson

from services.api.leaf import ConversationLeaf, MessageLeaf, ShownNumber, SnapshotLeaf
from services.api.records import message_row
from services.api.rendered import Rendered
from shared.contract.chat import ConversationPage, MessagePage, Number, Snapshot
from shared.contract.ids import ContactId, NumberId, WorkspaceId
from shared.registry import NumberRecord
from tests.memory import told
from tests.telling import asked, came, reacted

ID = NumberId("106540352242922")


def _leaves(rendered: Rendered, more: str | None) -> tuple[MessageLeaf, ConversationLeaf]:
    state = told(came("a\n💬", at=1), reacted("a\n💬", "🙏", at=2), asked(at=3), came("b", at=4)).state
    (thread,) = state.threads.values()
    rows = [message_row(thread.id, record).encode() for _, record in state.messages.values() if record.is_row]
    return (
        MessageLeaf(ID, ContactId("US.100"), rows, more, rendered),
        ConversationLeaf(ID, [thread.stored().encode()], more, rendered),
    )


def test_a_leaf_tells_what_its_page_would() -> None:
    """To the last field, whether or not there is more, and again from memory."""
    rendered = Rendered()
    for more in ("ab-_", None, None):
        messages, conversations = _leaves(rendered, more)
        assert 3 == len(messages.rows)
        page = MessagePage(messages=messages.messages, next=more)
        assert orjson.loads(page.json_bytes()) == orjson.loads(messages.json_bytes())
        listed = ConversationPage(conversations=conversations.conversations, next=more)
        assert orjson.loads(listed.json_bytes()) == orjson.loads(conversations.json_bytes())


def test_an_empty_page_is_a_page() -> None:
    """Of neither is anything shown."""
    rendered = Rendered()

    assert {"messages": [], "next": None} == orjson.loads(
        MessageLeaf(ID, ContactId("1"), [], None, rendered).json_bytes()
    )
    assert {"conversations": [], "next": None} == orjson.loads(ConversationLeaf(ID, [], None, rendered).json_bytes())


def test_a_snapshot_tells_what_its_model_would() -> None:
    """Cursor, number and conversations."""
    record = NumberRecord(workspace_id=WorkspaceId("w"), number_id=ID, connected=True)
    number = Number(id=ID, state="connected")
    listed = _leaves(Rendered(), None)[1]
    leaf = SnapshotLeaf("1-0.ab", ShownNumber(record, None, number, number.json_bytes()), listed)
    whole = Snapshot(cursor=leaf.cursor, number=leaf.number, conversations=leaf.conversations, next=leaf.next)

    assert orjson.loads(whole.json_bytes()) == orjson.loads(leaf.json_bytes())


def test_the_same_row_under_another_contact_is_told_anew() -> None:
    """A message names its conversation, which may have another name now."""
    rendered = Rendered()
    messages, _ = _leaves(rendered, None)
    elsewhere = MessageLeaf(ID, ContactId("US.200"), messages.rows, None, rendered)
    messages.json_bytes()

    assert b'"contact_id":"US.100"' not in elsewhere.json_bytes()
