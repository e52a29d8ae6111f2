"""The arithmetic of pacing once more, in plain Python: what the Lua script is held to."""

import math
from dataclasses import dataclass, field

from services.sender.pace import NEAR_MS, Rates


@dataclass
class PaceModel:
    """One number's clock; times are milliseconds."""

    rates: Rates
    shift: float = 0.0
    next_slot: float = 0.0
    front: float = 0.0
    held: float = 0.0
    gone: float = 0.0
    regular: dict[str, float] = field(default_factory=dict)
    in_front: dict[str, float] = field(default_factory=dict)
    pairs: dict[str, float] = field(default_factory=dict)
    went: list[float] = field(default_factory=list)

    @property
    def room(self) -> float:
        """When one more may go: a window after the one that was so many before it."""
        most = self.rates.within
        return self.went[-most] + self.rates.window_ms if len(self.went) >= most else 0.0

    def slot(self, send: str, pair: str, now: float, *, may_go: bool = True) -> tuple[str, int]:
        """What a send is told."""
        step = self.rates.step_ms
        line, back = (self.in_front if send in self.in_front else self.regular), self.shift
        if send in line:
            at = line[send] + back
            if at <= now + NEAR_MS and (max(at, now) < self.room or now < self.held):
                del line[send]
                line = self.in_front
                at = max(now, self.room, self.front, self.held)
                self.front = at + step / 4
        else:
            pair_step = self.rates.pair_step_s * 1000
            free = self.pairs.get(pair, 0.0) - (self.rates.pair_burst - 1) * pair_step
            if free > now:
                return "pair", math.ceil(free - now)
            at = max(self.next_slot + back, now, self.gone, self.room, self.front, self.held)
            self.next_slot = at - back + step
            self.pairs[pair] = max(self.pairs.get(pair, 0.0), at) + pair_step
        wait_ms = max(0, math.ceil(at - now))
        if at <= now + NEAR_MS and may_go:
            line.pop(send, None)
            self.gone = max(self.gone, at, now) + step
            self.went.append(max(at, now, *self.went[-1:]))
            return "go", wait_ms
        line[send] = at - back
        return "number", wait_ms

    def hold(self, for_ms: float, now: float) -> None:
        """Nobody goes for so long."""
        until = now + for_ms
        if until > self.held:
            self.shift += until - max(now, self.held)
            self.held = until
            self.front = max(self.front, until)
