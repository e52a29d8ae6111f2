"""What is promised of facts for many numbers, and of their cost."""

from bench.growing import shared_out, spent_us
from bench.result import Turn
from bench.stages.g31_processes import listeners
from bench.webhooks import NUMBER_ID
from shared.contract.ids import NumberId

TABLE = """  sl  local_address rem_address   st tx_queue rx_queue
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000
   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000
   2: 0100007F:1F90 0100007F:9C4C 01 00000000:00000000
   3: 0100007F:1F91 00000000:0000 0A 00000000:00000000
"""


def _turn(**us: float) -> Turn:
    return Turn(side="ours", per_s=1, counted=100, refused=0, took_s=1, cpu_us=us, cores={})


def test_numbers_get_lines_in_turn() -> None:
    """Of the same length as before, so that nothing else is measured."""
    line, others = f'{{"number_id":"{NUMBER_ID}"}}'.encode(), [NumberId("206540352242922"), NumberId("306540352242922")]

    told = list(shared_out([line, line, line], others))

    assert [b"206540352242922", b"306540352242922", b"206540352242922"] == [each[14:29] for each in told]
    assert {len(line)} == {len(each) for each in told}


def test_what_took_less_than_the_kernel_counts_took_something() -> None:
    """A ratio of it must not be of nothing."""
    assert 30 == spent_us(_turn(projector=20, redis=10))
    assert spent_us(_turn(projector=0, redis=0)) > 0


def test_a_port_has_as_many_listeners_as_processes_share_it() -> None:
    """Connections are no listeners, and other ports are not counted."""
    assert 2 == listeners(TABLE, 8080)
    assert 0 == listeners(TABLE, 9090)
