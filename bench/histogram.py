"""A high dynamic range histogram of times: three digits of precision from a microsecond to hours, in little memory."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

# Within a power of two there are at least so many buckets, so a value is known to one part in a thousand.
_HALF = 1024
_BITS = _HALF.bit_length()  # values below 2 * _HALF have a bucket each

QUANTILES = (0.5, 0.9, 0.99, 0.999, 1.0)


def bucket_of(us: int) -> int:
    """The bucket of a time in microseconds."""
    shift = max(0, us.bit_length() - _BITS)
    return shift * _HALF + (us >> shift)


def highest_of(bucket: int) -> int:
    """The longest time that falls into a bucket: what is told is never shorter than what was."""
    shift = max(0, bucket // _HALF - 1)
    return ((bucket - shift * _HALF + 1) << shift) - 1


class Histogram:
    """Counts of times; two of them add up to one."""

    def __init__(self, counts: Mapping[int, int] | None = None) -> None:
        self._counts = Counter(counts or {})

    @classmethod
    def of(cls, times_us: Iterable[int]) -> "Histogram":
        """What these times make."""
        return cls(Counter(bucket_of(max(0, us)) for us in times_us))

    def __add__(self, other: "Histogram") -> "Histogram":
        return Histogram(self._counts + other._counts)

    @property
    def count(self) -> int:
        """How many times there are."""
        return self._counts.total()

    def quantile_ms(self, quantile: float) -> float:
        """The time that so large a part of all did not exceed."""
        reached = 0
        highest = 0
        wanted = max(1, -(-self.count * quantile // 1))
        for highest, reached in self._climb():  # noqa: B007 (the last of them counts)
            if reached >= wanted:
                break
        return highest / 1000

    def curve(self) -> list[tuple[float, float]]:
        """What part of all did not exceed each time in milliseconds."""
        return [(reached / self.count, highest / 1000) for highest, reached in self._climb()]

    def as_json(self) -> dict[str, int]:
        """The counts by bucket, as they are kept."""
        return {str(bucket): self._counts[bucket] for bucket in sorted(self._counts)}

    @classmethod
    def from_json(cls, kept: Mapping[str, int]) -> "Histogram":
        """As it was kept."""
        return cls({int(bucket): count for bucket, count in kept.items()})

    def _climb(self) -> Iterator[tuple[int, int]]:
        reached = 0
        for bucket in sorted(self._counts):
            reached += self._counts[bucket]
            yield highest_of(bucket), reached
