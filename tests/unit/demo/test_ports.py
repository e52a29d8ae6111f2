"""Which ports the demo takes."""

import socket

from demo import ports


def test_the_usual_port_is_taken_when_it_is_free() -> None:
    """And another one when somebody else is there."""
    usual = ports.free()
    assert usual == ports.chosen(None, usual)

    with socket.socket() as somebody:
        somebody.bind((ports.HOST, usual))
        somebody.listen()
        assert not ports.is_free(usual)
        assert usual != ports.chosen(None, usual)


def test_a_port_that_was_asked_for_is_used() -> None:
    """0 is any."""
    assert 12345 == ports.chosen("12345", 8080)
    assert ports.chosen("0", 8080) not in (0, 8080)
