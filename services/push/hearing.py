"""What a socket says: read from the bytes of a frame, and refused where it may not be asked for."""

from collections.abc import Iterable

from pydantic import TypeAdapter, ValidationError

from services.push.codes import Code, Refused
from shared.auth import Principal
from shared.body import has_too_many_parts
from shared.contract.feed import Cursor, FromBrowser
from shared.cursor import BadCursor, position
from shared.registry import NumberRecord

_FRAME: TypeAdapter[FromBrowser] = TypeAdapter(FromBrowser)


def read(payload: bytes) -> FromBrowser:
    """The frame, if it is one of this protocol."""
    if has_too_many_parts(payload):
        raise Refused(Code.BAD_FRAME, "too large")
    try:
        return _FRAME.validate_json(payload)
    except ValidationError:
        raise Refused(Code.BAD_FRAME, "not a frame of this protocol") from None


def refuse_unless_entitled(principal: Principal) -> None:
    """To open a socket at all."""
    if principal.kind != "token":
        raise Refused(Code.NOT_ALLOWED, "a session opens no socket: connect an API token")
    if not principal.scopes >= {"live", "read"}:
        raise Refused(Code.NOT_ALLOWED, "the token needs the scopes live and read")


def refuse_unless_there(record: NumberRecord | None) -> None:
    """A number of this workspace, of which not all is being erased."""
    if record is None or record.erasing is not None:
        raise Refused(Code.NOT_ALLOWED, "no such number in this workspace")


def refuse_forged(cursors: Iterable[Cursor | None]) -> None:
    """By their form; whether they are known is found when they are read from."""
    for cursor in cursors:
        if cursor is not None:
            try:
                position(cursor)
            except BadCursor:
                raise Refused(Code.BAD_FRAME, "not a cursor") from None
