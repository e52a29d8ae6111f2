"""How often garbage is looked for."""

import gc

from shared import garbage


def test_circles_are_still_found() -> None:
    """Seldom is not never: what refers to itself goes in the end."""
    thresholds = gc.get_threshold()
    try:
        garbage.sweep_seldom()
        before = gc.get_stats()[0]["collected"]
        for _ in range(garbage.YOUNG_MAX):
            circle: list[object] = []
            circle.append(circle)
        assert gc.isenabled()
        assert gc.get_stats()[0]["collected"] > before
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
