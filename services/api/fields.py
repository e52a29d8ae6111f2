"""The fields that requests are made of: each refuses what it cannot mean, and its schema says so."""

import re
from types import NoneType
from typing import Annotated, Any, Union, get_args

from pydantic import AfterValidator, BeforeValidator, Field, GetCoreSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError

from shared.contract.feed import CURSOR, CURSOR_PATTERN

BAD_CURSOR = "bad_cursor"
# A place in a list names the message it stands at, and a wamid alone may be longer than a feed's cursor.
PLACE_PATTERN = r"^[A-Za-z0-9._~-]{1,2048}$"
PAGE_LIMIT_MAX = 200
PAGE_LIMIT = 50
CHANGES_LIMIT_MAX = 1000
CHANGES_LIMIT = 500
WAIT_S_MAX = 25
SECRET_LENGTH_MAX = 1024

_PLACE = re.compile(PLACE_PATTERN)
_WHOLE = re.compile(r"[0-9]{1,6}")


def _whole(value: object) -> object:
    """Digits only: pydantic alone would take `1.0`, `1_0` and blanks around a number."""
    if isinstance(value, str) and not _WHOLE.fullmatch(value):
        raise PydanticCustomError("int_parsing", "Input should be a whole number")
    return value


def _like(shape: re.Pattern[str]) -> AfterValidator:
    def check(value: str) -> str:
        if not shape.fullmatch(value):
            raise PydanticCustomError(BAD_CURSOR, "This is not a cursor that this API gave")
        return value

    return AfterValidator(check)


PageLimit = Annotated[int, Field(ge=1, le=PAGE_LIMIT_MAX), BeforeValidator(_whole)]
ChangesLimit = Annotated[int, Field(ge=1, le=CHANGES_LIMIT_MAX), BeforeValidator(_whole)]
WaitS = Annotated[int, Field(ge=0, le=WAIT_S_MAX), BeforeValidator(_whole)]
FeedCursor = Annotated[str, _like(CURSOR), WithJsonSchema({"type": "string", "pattern": CURSOR_PATTERN})]
Before = Annotated[str, _like(_PLACE), WithJsonSchema({"type": "string", "pattern": PLACE_PATTERN})]

# What is pasted from a page often brings blanks along; a credential goes into a header, so it is printable ASCII.
Credential = Annotated[
    str,
    Field(min_length=1, max_length=SECRET_LENGTH_MAX, pattern=r"^[ \t\r\n]*[!-~]+[ \t\r\n]*$"),
    AfterValidator(str.strip),
]
# Compared with what Meta sends back, letter for letter.
VerifyToken = Annotated[str, Field(min_length=1, max_length=256)]
Line = Annotated[str, Field(min_length=1, max_length=128, pattern=r"\S")]
Search = Annotated[str, Field(min_length=1, max_length=128)]
# Lower case, as browsers make it: the same id in another case would be another message.
Uuid = Annotated[str, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]


class Given:
    """Marks `X | None = None` of a request as "an X, or left out": an explicit null is refused."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        kept = tuple(part for part in get_args(source) if part is not NoneType)
        return handler.generate_schema(Union[kept])  # noqa: UP007  # built at run time from a tuple
