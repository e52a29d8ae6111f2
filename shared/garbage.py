"""How often a process looks for circles of garbage: by default after every 700 values, a third of a busy one's time.

What nothing refers to goes at once, without being looked for; circles are left by errors and by tasks.
"""

import gc

YOUNG_MAX = 50_000  # values more than before: a few batches, some megabytes
MIDDLE_MAX = 20
OLD_MAX = 50


def sweep_seldom() -> None:
    """From now on; what is there already, modules above all, is there for good."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_MAX, MIDDLE_MAX, OLD_MAX)
