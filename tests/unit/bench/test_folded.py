"""What is promised of the stacks that a profile is made of."""

from collections import Counter

import pytest

from bench.folded import counted, function_of, module_of, own, stacks, table

TOLD = """\
run (asyncio/runners.py:118);handle (services/api/entrance.py:60);dumps (orjson/__init__.py:3) 6
run (asyncio/runners.py:118);handle (services/api/entrance.py:64) 3
run (asyncio/runners.py:118);handle (services/api/entrance.py:60);dumps (orjson/__init__.py:3) 1
what is no stack
"""


@pytest.mark.parametrize(
    ("frame", "module"),
    [
        ("start (aiohttp/web_protocol.py:650)", "aiohttp.web_protocol"),
        ("_dumps (orjson/__init__.py:3)", "orjson"),
        ("run (/usr/lib/python3.11/asyncio/runners.py:118)", "asyncio.runners"),
        ("x (/a/.venv/lib/python3.11/site-packages/redis/client.py)", "redis.client"),
        ("__call__ (uvloop/loop.pyx:12)", "uvloop.loop"),
        ("epoll_wait", "elsewhere"),
    ],
)
def test_a_frame_is_of_a_module(frame: str, module: str) -> None:
    """However its file is written."""
    assert module == module_of(frame)


def test_a_function_is_one_wherever_in_it_time_was_spent() -> None:
    """Lines are too many to be seen."""
    assert function_of("f (a/b.py:1)") == function_of("f (a/b.py:2)")


def test_time_belongs_to_the_innermost() -> None:
    """And a line that is no stack counts for nothing."""
    modules, functions = own(counted(stacks(TOLD)))

    assert Counter({"orjson": 7, "services.api.entrance": 3}) == modules
    assert 3 == functions["handle (services.api.entrance)"]


def test_a_table_tells_the_share_of_each_event() -> None:
    """Where each microsecond goes."""
    told = table(counted(stacks(TOLD)), 200.0)

    assert "10 samples, 200 us for each that was counted" in told
    assert " 70.0%   140.0  orjson" in told
    assert told.index("orjson") < told.index("services.api.entrance")
