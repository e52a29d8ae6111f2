"""The server that only writes, with its publisher and the counter: whoever is measured by it must have heard it all."""

from pathlib import Path
from typing import cast

import pytest

from bench.listening import Deliveries, live
from bench.pushes import prepared
from bench.servers import Servers


@pytest.mark.parametrize("in_step", [True, False])
async def test_what_is_posted_is_heard_by_every_socket(tmp_path: Path, in_step: bool) -> None:
    """Once, in one order, and so long that sixteen lanes overtake each other; and nothing else is."""
    book = Deliveries()
    async with prepared(cast("Servers", None), tmp_path, 3) as hall:
        turn = await live(hall, book, 3, range(40), in_step=in_step)

    assert 3 * 40 == book.count == turn.counted
    assert {"prepared", "counter", "publisher", "foreign", "stolen"} == set(turn.cores)
    assert turn.cpu_us["publisher"] >= 0, "it had ended before its processor time was read"
