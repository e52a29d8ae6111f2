"""What is shown while stages run: how long it has taken, which stage says so, and about how long it still takes."""

import time
from collections.abc import Callable, Sequence

from bench.result import Figure, Result
from bench.stage import Stage

_USUAL_S = 120.0  # of a stage that was never measured here


class Progress:
    """Lines with the time since the beginning in front."""

    def __init__(self, stages: Sequence[Stage], now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._began_s = now_s()
        # As long as it took the last time, if it was kept.
        self._left_s = {stage.name: _took_s(stage) for stage in stages}

    @property
    def taken_s(self) -> float:
        """Since the beginning."""
        return self._now_s() - self._began_s

    @property
    def left_min(self) -> int:
        """About how many minutes the stages that have not ended will take."""
        return round(sum(self._left_s.values()) / 60)

    def ended(self, stage: Stage) -> None:
        """It takes no more time."""
        self._left_s.pop(stage.name, None)

    def say(self, line: str) -> None:
        """Now, not when a buffer is full."""
        minutes, seconds = divmod(int(self.taken_s), 60)
        print(f"{minutes:02d}:{seconds:02d} {line}", flush=True)

    def sayer(self, stage: Stage) -> Callable[[str], None]:
        """For what a stage says of itself."""
        return lambda line: self.say(f"{stage.name}: {line}")

    def show(self, stage: Stage, result: Result) -> None:
        """Its figures, and what its ledger says."""
        say = self.sayer(stage)
        for figure in result.figures:
            say(f"{figure.name}: {told(figure)}")
        say(f"ledger: {result.ledger}")


def told(figure: Figure) -> str:
    """With interval, bar and verdict."""
    numbers = f"{figure.median:,.2f} {figure.unit} [{figure.low:,.2f}, {figure.high:,.2f}]"
    if figure.bar is None:
        return numbers
    sign = "<=" if figure.bar.at_most else ">="
    return f"{numbers}; must {sign} {figure.bar.must:g}, stretch {figure.bar.stretch:g}: {figure.verdict}"


def _took_s(stage: Stage) -> float:
    kept = Result.kept(stage.name)
    return kept.took_s if kept is not None and kept.took_s else _USUAL_S
