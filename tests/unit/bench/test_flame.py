"""What is promised of the pictures of a profile."""

from bench.flame import picture, tree
from bench.folded import counted, stacks

TOLD = """\
run (asyncio/runners.py:118);handle (services/api/entrance.py:60);dumps (orjson/__init__.py:3) 6
run (asyncio/runners.py:118);handle (services/api/entrance.py:64) 3
run (asyncio/runners.py:118);handle (services/api/entrance.py:60);dumps (orjson/__init__.py:3) 1
what is no stack
"""


def test_a_flame_is_as_wide_as_its_time() -> None:
    """The outermost is all of it."""
    root = tree(counted(stacks(TOLD)))
    outer = root.inner["run (asyncio.runners)"]

    assert 10 == root.count == outer.count
    assert 7 == outer.inner["handle (services.api.entrance)"].inner["dumps (orjson)"].count


def test_a_picture_names_what_it_shows() -> None:
    """With its part of all; what a name holds is no markup."""
    drawn = picture("g1", counted(stacks("a<b> (x.py:1);c (services/y.py:2) 4\n")))

    assert drawn.startswith("<svg")
    assert "c (services.y): 100.0 %" in drawn
    assert "a&lt;b&gt;" in drawn
    assert "<b>" not in drawn
