"""Who is at the other end."""

import ipaddress

import pytest

from shared.peer import Peers


@pytest.mark.parametrize(
    ("trusted", "remote", "forwarded_for", "expected"),
    [
        ([], "192.0.2.1", "203.0.113.9", "192.0.2.1"),
        (["10.0.0.0/8"], "10.0.0.1", "", "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", "203.0.113.9", "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (["10.0.0.0/8"], "192.0.2.1", "203.0.113.9", "192.0.2.1"),
        (["10.0.0.0/8"], "10.0.0.1", "203.0.113.9, nonsense", "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        (["::1/128"], "::1", "2001:db8::1", "2001:db8::1"),
        ([], "", "203.0.113.9", ""),
    ],
)
def test_only_named_gateways_are_believed(trusted: list[str], remote: str, forwarded_for: str, expected: str) -> None:
    """The nearest address that is none of them: what stands before it, anybody could have written."""
    networks = [ipaddress.ip_network(each) for each in trusted]

    assert expected == Peers(networks).of(remote, forwarded_for)
