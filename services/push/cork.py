"""How long frames gather before they leave: not at all when little happens, a moment when writing takes time."""

CORKED_S_MAX = 0.002  # nobody notices, and it is about as long as a thousand sockets take to be written to


class Cork:
    """After each write the next waits for as long as the last one took; time is what the caller says it is."""

    __slots__ = ("_until_s",)

    def __init__(self) -> None:
        self._until_s = 0.0

    def wait_s(self, now_s: float) -> float:
        """How long what has just gathered waits for more; a lone change does not."""
        return max(0.0, self._until_s - now_s)

    def written(self, began_s: float, ended_s: float) -> None:
        """Something has left."""
        self._until_s = ended_s + min(CORKED_S_MAX, ended_s - began_s)
