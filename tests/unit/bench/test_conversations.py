"""The facts of a number with many conversations."""

from bench.conversations import MESSAGES, facts
from shared.contract.ids import WorkspaceId
from tests.memory import Memory


def test_every_conversation_has_its_messages_and_one_to_read() -> None:
    """As many as are said, answered but for the last, and told apart from those of others."""
    memory = Memory()
    memory.project(facts(WorkspaceId("w"), range(3), 1_785_000_000_000))
    shown = memory.shown()

    assert 3 == len(shown)
    assert {1} == {conversation["unread"] for conversation, _ in shown.values()}
    assert [MESSAGES] * 3 == [len(messages) for _, messages in shown.values()]
    assert {MESSAGES // 2} == {
        sum(message["direction"] == "inbound" for message in messages) for _, messages in shown.values()
    }
