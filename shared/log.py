"""One line per unit of work, as JSON or for a terminal; nothing leaves but through `redaction`."""

import logging
import sys
import threading
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal, TextIO

import orjson
import structlog
from pydantic import ValidationError
from structlog.typing import EventDict, Processor, WrappedLogger

from shared import redaction
from shared.lines import Lines
from shared.redaction import Shown, hashed

_FRAMES_MAX = 12  # the innermost ones; asyncio's own frames say little
_CAUSES_MAX = 4
_FOREIGN_LENGTH_MAX = 200

Format = Literal["json", "console"]

_lines: Lines | None = None


def configure(level: str = "info", form: Format = "json", key: bytes | None = None, to: TextIO | None = None) -> None:
    """Set up logging for the whole process, other people's loggers included; `key` keys the hashes of ids."""
    if key is not None:
        redaction.use_key(key)
    global _lines  # noqa: PLW0603 (one process, one log)
    stream = to or sys.stderr
    if _lines is not None:
        _lines.close()
    _lines = Lines(stream)
    number = logging.getLevelNamesMapping()[level.upper()]
    finish: list[Processor] = [_facts_of_exception, _redacted, _renderer(form, stream)]
    structlog.configure(
        # One step, whoever looks for several: a line is told for each request.
        processors=[_told_json if form == "json" else _told_to_people(finish)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=_Writers(_lines),
        cache_logger_on_first_use=False,
    )
    bridge = _Bridge(_lines)
    bridge.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                _template_only,
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=[_without_record, *finish],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [bridge]
    # Libraries tell their life stories at INFO; ours are told by ourselves.
    root.setLevel(max(number, logging.WARNING))
    # Each attempt to connect that fails would be told three times, without saying where to: the broker's door says it.
    logging.getLogger("aiormq").setLevel(logging.CRITICAL)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a line that cannot be formatted would be printed with all it was given


def catch_the_rest() -> None:
    """What nobody catches is told as everything is: Python itself would print its words, and whose they are is unknown.

    For a process of ours, not for one that we are guests in.
    """
    writer = structlog.get_logger(__name__)

    def uncaught(_kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
        writer.critical("process.failed", exc_info=error)

    def uncaught_in_thread(told: threading.ExceptHookArgs) -> None:
        writer.error("thread.failed", exc_info=told.exc_value)

    def unraisable(told: Any) -> None:
        writer.error("exception.unraisable", exc_info=told.exc_value)

    sys.excepthook, threading.excepthook, sys.unraisablehook = uncaught, uncaught_in_thread, unraisable


def flush() -> None:
    """Write what has been told, before a process ends without being asked."""
    if _lines is not None:
        _lines.flush()


class _Writer:
    """Of one logger: knows its name, and what cannot wait."""

    __slots__ = ("_lines", "name")

    def __init__(self, lines: Lines, name: str) -> None:
        self._lines = lines
        self.name = name

    def info(self, line: bytes) -> None:
        """With what else is told now."""
        self._lines.tell(line)

    def warning(self, line: bytes) -> None:
        """At once: what comes next may be the end."""
        self._lines.tell(line, at_once=True)

    debug = info
    error = critical = warning


class _Writers:
    """One writer per logger name, so that lines say where they come from."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._writers: dict[str, _Writer] = {}  # one for each module that tells something

    def __call__(self, *args: Any) -> WrappedLogger:
        name = str(args[0]) if args else ""
        writer = self._writers.get(name)
        if writer is None:
            writer = self._writers[name] = _Writer(self._lines, name)
        return writer


class _Bridge(logging.Handler):
    """What other people's loggers say, after what was told before it."""

    def __init__(self, lines: Lines) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """One line, at once."""
        try:
            line = self.format(record)
        except Exception:
            self.handleError(record)
        else:
            self._lines.tell(line.encode(errors="replace"), at_once=True)


def _told_json(writer: WrappedLogger, method: str, facts: EventDict) -> bytes:
    """The line, in one go: it costs a third of what a chain of processors does."""
    if "exc_info" in facts or "stack_info" in facts:
        facts = _facts_of_exception(writer, method, facts)
    exception = facts.pop("exception", None)
    told = redaction.redact(facts)
    told["level"] = method
    told["logger"] = writer.name
    told["timestamp"] = datetime.now(UTC)
    if exception is not None:
        told["exception"] = exception
    return orjson.dumps(told, default=str, option=orjson.OPT_UTC_Z)


def _told_to_people(finish: Sequence[Processor]) -> Processor:
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)

    def told(writer: WrappedLogger, method: str, facts: EventDict) -> bytes:
        facts["logger"], facts["level"] = writer.name, method
        rendered: Any = stamp(writer, method, facts)
        for step in finish:
            rendered = step(writer, method, rendered)
        return str(rendered).encode(errors="replace")

    return told


def _template_only(_logger: WrappedLogger, _method: str, facts: EventDict) -> EventDict:
    """Of other people's lines only the unfilled first line: what they would fill in may be anything."""
    record: logging.LogRecord = facts["_record"]
    lines = str(record.msg).splitlines() or [""]
    facts["event"] = lines[0][:_FOREIGN_LENGTH_MAX]
    facts["logger"] = record.name
    if record.exc_info:
        facts["exc_info"] = record.exc_info
    return facts


def _without_record(_logger: WrappedLogger, _method: str, facts: EventDict) -> EventDict:
    facts.pop("_record", None)
    facts.pop("_from_structlog", None)
    return facts


def _facts_of_exception(_logger: WrappedLogger, _method: str, facts: EventDict) -> EventDict:
    cause = facts.pop("exc_info", None)
    facts.pop("stack_info", None)
    if cause is True:
        cause = sys.exc_info()
    if isinstance(cause, tuple):
        cause = cause[1]
    if isinstance(cause, BaseException):
        facts["exception"] = describe(cause)
    return facts


def describe(error: BaseException) -> list[dict[str, Any]]:
    """An exception and its causes: types and places, and its words only where they are ours."""
    told: list[dict[str, Any]] = []
    here: BaseException | None = error
    while here is not None and len(told) < _CAUSES_MAX:
        words = _words(here)
        told.append({"type": type(here).__qualname__, **({"says": words} if words else {}), "at": _places(here)})
        if isinstance(here, BaseExceptionGroup) and here.exceptions:
            here = here.exceptions[0]
        else:
            here = here.__cause__ or (None if here.__suppress_context__ else here.__context__)
    return told


def _words(error: BaseException) -> str | None:
    if isinstance(error, ValidationError):
        kinds = [
            detail["type"] for detail in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        return f"{error.title}: {', '.join(kinds[:5])}"
    if isinstance(error, OSError):
        return error.strerror
    # Other people's words quote what they choked on.
    return redaction.clean(str(error)) if type(error).__module__.startswith(("shared.", "services.")) else None


def _places(error: BaseException) -> list[str]:
    frames: TracebackType | None = error.__traceback__
    summary = traceback.StackSummary.extract(traceback.walk_tb(frames), lookup_lines=False)[-_FRAMES_MAX:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in summary]


def _short(filename: str) -> str:
    """From the package on: where Python and the product are installed is no matter."""
    for root in ("/site-packages/", "/lib/python"):
        if root in filename:
            return filename.rpartition(root)[2]
    return "/".join(filename.split("/")[-3:])


def _redacted(_logger: WrappedLogger, _method: str, facts: EventDict) -> EventDict:
    exempt = {name: facts[name] for name in ("timestamp", "level", "exception") if name in facts}
    return {**redaction.redact({k: v for k, v in facts.items() if k not in exempt}), **exempt}


def _renderer(form: Format, stream: TextIO) -> Processor:
    if form == "console":
        return structlog.dev.ConsoleRenderer(colors=stream.isatty())
    return structlog.processors.JSONRenderer(lambda facts, **_: orjson.dumps(facts, default=str).decode())


__all__ = ["Shown", "catch_the_rest", "configure", "describe", "hashed"]
