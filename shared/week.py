"""ISO weeks, by which the archive is kept: each is one stream, dropped whole."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_TEXT = re.compile(r"(\d{4})-w(\d{2})")


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """From Monday to Sunday, in UTC; written `2026-w47`."""

    year: int
    number: int

    @classmethod
    def of(cls, at_ms: int) -> "Week":
        """The week of a moment."""
        return cls._of(datetime.fromtimestamp(at_ms / 1000, UTC).date())

    @classmethod
    def parse(cls, text: str) -> "Week":
        """The week that is written so; ValueError when there is none."""
        match = _TEXT.fullmatch(text.strip().lower())
        if match is None:
            raise ValueError("a week is written as in 2026-w47")
        week = cls(int(match[1]), int(match[2]))
        _ = week._monday
        return week

    def __str__(self) -> str:
        """As it stands in the names of streams."""
        return f"{self.year:04}-w{self.number:02}"

    def after(self, weeks: int) -> "Week":
        """So many weeks later, or earlier."""
        return self._of(self._monday + timedelta(weeks=weeks))

    @property
    def begins_ms(self) -> int:
        """Its first moment."""
        monday = self._monday
        return int(datetime(monday.year, monday.month, monday.day, tzinfo=UTC).timestamp()) * 1000

    @property
    def _monday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 1)

    @classmethod
    def _of(cls, day: date) -> "Week":
        year, number, _ = day.isocalendar()
        return cls(year, number)
