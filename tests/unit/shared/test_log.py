"""Logs: one JSON line per unit of work, ours and other people's, and no line gives anybody away."""

import asyncio
import io
import logging
from collections.abc import Iterator
from typing import Any, Literal

import orjson
import pytest
import structlog
from pydantic import BaseModel

from shared import log as logs

PHONE = "15557654321"


class Note(BaseModel):
    """Something with a text in it."""

    words: int
    kind: Literal["a", "b"]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What has been logged, with the process's logging as it was before put back afterwards."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, structlog.get_config()
    stream = io.StringIO()
    logs.configure("info", "json", b"k" * 32, to=stream)
    yield stream
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    structlog.configure(**before[2])
    logging.captureWarnings(False)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    """Each line, parsed."""
    return [orjson.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_has_a_name_facts_a_level_a_time_and_its_place(written: io.StringIO) -> None:
    """One line of JSON, with ids as hashes."""
    structlog.get_logger("services.sender.worker").info("send.attempted", message_id=PHONE, attempt=2)

    (line,) = lines(written)
    assert ("send.attempted", 2, "info", "services.sender.worker") == (
        line["event"],
        line["attempt"],
        line["level"],
        line["logger"],
    )
    assert line["timestamp"].endswith("Z")
    assert logs.hashed(PHONE) == line["message_id"]


def test_a_level_below_the_set_one_is_not_written(written: io.StringIO) -> None:
    """INBOX_LOG_LEVEL is what is written from."""
    structlog.get_logger("x").debug("too.quiet")

    assert [] == lines(written)


def test_an_exception_is_told_by_types_and_places_without_words(written: io.StringIO) -> None:
    """Other people's words quote what they choked on; the place is enough to find the fault."""
    try:
        try:
            int(f"{PHONE} hello")
        except ValueError as error:
            raise KeyError("a private text") from error
    except KeyError:
        structlog.get_logger("x").exception("unit.failed")

    (line,) = lines(written)
    assert ["KeyError", "ValueError"] == [told["type"] for told in line["exception"]]
    assert "test_log.py:" in line["exception"][0]["at"][-1]
    assert not [private for private in (PHONE, "hello", "private") if private in written.getvalue()]


def test_a_validation_error_does_not_repeat_what_was_sent(written: io.StringIO) -> None:
    """pydantic's own text holds the input."""
    try:
        Note.model_validate({"words": "a private text", "kind": "another one"})
    except ValueError as error:
        structlog.get_logger("x").error("unit.refused", exc_info=error)

    (line,) = lines(written)
    assert "Note: int_parsing, literal_error" == line["exception"][0]["says"]
    assert not [private for private in ("private", "another") if private in written.getvalue()]


def test_other_loggers_write_their_template_and_not_what_they_fill_in(written: io.StringIO) -> None:
    """Libraries log addresses, headers and bodies; what they say is known, what they say it of is not ours to tell."""
    logging.getLogger("asyncio").warning("Connection to %s closed: %r", f"amqp://u:hunter2@{PHONE}", {"text": "hello"})

    (line,) = lines(written)
    assert ("asyncio", "Connection to %s closed: %r", "warning") == (line["logger"], line["event"], line["level"])
    assert not [private for private in (PHONE, "hello", "hunter2") if private in written.getvalue()]


def test_other_loggers_are_silent_below_warning(written: io.StringIO) -> None:
    """Their life stories are not units of our work."""
    logging.getLogger("aio_pika").info("Connected")

    assert [] == lines(written)


def test_a_lost_exception_of_asyncio_does_not_show_its_words(written: io.StringIO) -> None:
    """asyncio prints the whole future, and the future prints its exception, and that prints the input."""
    loop = asyncio.new_event_loop()
    try:
        Note.model_validate({"words": "a private text", "kind": "a"})
    except ValueError as error:
        loop.call_exception_handler(
            {"message": "Task exception was never retrieved", "exception": error, "task": error}
        )
    finally:
        loop.close()

    (line,) = lines(written)
    assert "Task exception was never retrieved" == line["event"]
    assert "ValidationError" == line["exception"][0]["type"]
    assert "private" not in written.getvalue()


def test_a_line_that_cannot_be_formatted_prints_nothing_else(
    written: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    """Python's logging would print the arguments of the broken line."""
    logging.getLogger("x").warning("one %s two %s", "a private text")

    assert "private" not in written.getvalue() + capsys.readouterr().err


def test_a_terminal_gets_lines_for_people(written: io.StringIO) -> None:
    """INBOX_LOG_FORMAT=console, redacted all the same."""
    logs.configure("info", "console", to=written)
    structlog.get_logger("x").info("send.attempted", text="a private text", attempt=1)

    assert "send.attempted" in written.getvalue()
    assert "private" not in written.getvalue()
