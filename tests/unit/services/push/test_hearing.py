"""What a socket says is a frame of the protocol, from somebody who may, about what is there; or it is refused."""

import pytest

from services.push import hearing
from services.push.codes import Code, Refused
from shared.auth import Kind, Principal, Scope
from shared.contract.commands import Agent
from shared.contract.feed import Hello
from shared.contract.ids import AgentId, NumberId, WorkspaceId
from shared.registry import NumberRecord


def principal(kind: Kind, *scopes: Scope) -> Principal:
    """Somebody with these scopes."""
    return Principal(
        kind=kind,
        id="t_1",
        workspace_id=WorkspaceId("w"),
        agent=Agent(id=AgentId("t_1"), name=None),
        scopes=frozenset(scopes),
        digest="d",
    )


def number(erasing: str | None = None) -> NumberRecord:
    """A number."""
    return NumberRecord(workspace_id=WorkspaceId("w"), number_id=NumberId("1"), connected=True, erasing=erasing)


def test_a_hello_is_read() -> None:
    """With its token and its cursors."""
    frame = hearing.read(b'{"type":"hello","token":"t","numbers":{"1":null}}')

    assert isinstance(frame, Hello)
    assert ("t", {"1": None}) == (frame.token, frame.numbers)


@pytest.mark.parametrize("payload", [b"", b"[]", b'{"type":"nonsense"}', b"\xff", b"[" * 100_000, b'{"a":' * 100_000])
def test_what_is_no_frame_is_refused(payload: bytes) -> None:
    """Without a word of what it was."""
    with pytest.raises(Refused) as refused:
        hearing.read(payload)

    assert Code.BAD_FRAME == refused.value.code
    assert refused.value.reason in ("too large", "not a frame of this protocol")


def test_only_a_token_for_the_socket_opens_one() -> None:
    """A session opens none, and `live` needs `read`."""
    hearing.refuse_unless_entitled(principal("token", "live", "read"))
    for other in (principal("session", "live", "read"), principal("token", "live"), principal("token", "read", "send")):
        with pytest.raises(Refused) as refused:
            hearing.refuse_unless_entitled(other)
        assert Code.NOT_ALLOWED == refused.value.code


def test_a_number_is_there_until_it_is_erased() -> None:
    """One of nobody, and one of which all is being erased, are refused alike."""
    hearing.refuse_unless_there(number())
    for gone in (None, number(erasing="e")):
        with pytest.raises(Refused) as refused:
            hearing.refuse_unless_there(gone)
        assert (Code.NOT_ALLOWED, "no such number in this workspace") == (refused.value.code, refused.value.reason)


def test_a_cursor_that_no_feed_gave_out_is_refused() -> None:
    """None is from now on."""
    hearing.refuse_forged([None, "1-0.ab"])
    with pytest.raises(Refused) as refused:
        hearing.refuse_forged([None, "well-formed_but_no_cursor"])

    assert Code.BAD_FRAME == refused.value.code
