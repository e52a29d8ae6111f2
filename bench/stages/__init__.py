"""Every stage in the order in which they run: each file `gNN_*.py` of this folder holds one, as STAGE."""

from importlib import import_module
from pathlib import Path

from bench.stage import Stage


def _found() -> tuple[Stage, ...]:
    names = sorted(path.stem for path in Path(__file__).parent.glob("g[0-9][0-9]_*.py"))
    stages = [import_module(f"{__name__}.{name}").STAGE for name in names]
    assert all(isinstance(stage, Stage) for stage in stages)
    return tuple(stages)


STAGES: tuple[Stage, ...] = _found()
