"""Whether this process can work now: each dependency asked, on a deadline, and at most once a second."""

import asyncio
from collections.abc import Awaitable, Callable

from shared import metrics

Check = Callable[[], Awaitable[None]]

CHECK_S_MAX = 1.0  # a probe must not hang with what it probes
CACHED_S = 1.0  # probes, and requests before the first answer, must not become a load of their own


class Health:
    """The dependencies of a process and how they answered last."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}
        self._answered: set[str] = set()
        self._problems: dict[str, str] = {}
        self._asked_s = float("-inf")
        self._asking = asyncio.Lock()

    def depends_on(self, name: str, check: Check) -> None:
        """Count on something; `check` raises when it does not answer."""
        self._checks[name] = check
        self._asked_s = float("-inf")

    @property
    def began(self) -> bool:
        """Whether each dependency has answered once; what goes away later does not change it."""
        return self._answered >= self._checks.keys()

    async def problems(self) -> dict[str, str]:
        """What does not answer now, by name; empty when all is well."""
        async with self._asking:
            if asyncio.get_running_loop().time() - self._asked_s >= CACHED_S:
                checks = dict(self._checks)
                reasons = await asyncio.gather(*(_reason(check) for check in checks.values()))
                answers = dict(zip(checks, reasons, strict=True))
                self._answered |= {name for name, reason in answers.items() if reason is None}
                self._problems = {name: reason for name, reason in answers.items() if reason is not None}
                for name, reason in answers.items():
                    metrics.DEPENDENCY_UP.labels(name).set(reason is None)
                if checks.keys() == self._checks.keys():
                    # From the answer on, so that whoever waited behind a slow one does not ask it again.
                    self._asked_s = asyncio.get_running_loop().time()
            return dict(self._problems)


async def _reason(check: Check) -> str | None:
    """Why it does not answer, in words that hold no address and no secret."""
    try:
        async with asyncio.timeout(CHECK_S_MAX):
            await check()
    except TimeoutError:
        return f"no answer in {CHECK_S_MAX:g} s"
    except Exception as error:
        return type(error).__name__
    return None
