"""How long frames gather before they leave: not at all when little happens, a moment when writing takes time."""

CORKED_S_MAX = 0.002  # nobody notices, and it is about as long as a thousand sockets take to be written to
# What came while we wrote is told within this time after it; what is told later was waited for by nobody here.
AT_ONCE_S = 0.0005


class Cork:
    """What came during a write waits for as long as that took, for more will; time is what the caller says it is."""

    __slots__ = ("_ended_s", "_until_s")

    def __init__(self) -> None:
        self._ended_s = self._until_s = float("-inf")

    def wait_s(self, now_s: float) -> float:
        """How long what has just gathered waits for more; a lone change does not, however soon it follows another."""
        return max(0.0, self._until_s - now_s) if now_s < self._ended_s + AT_ONCE_S else 0.0

    def written(self, began_s: float, ended_s: float) -> None:
        """Something has left."""
        self._ended_s = ended_s
        self._until_s = ended_s + min(CORKED_S_MAX, ended_s - began_s)
