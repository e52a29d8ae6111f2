"""Who may call the admin API from a browser."""

import pytest

from simulator.admin.origins import is_local, refusal

HERE = {"Host": "127.0.0.1:8090"}
FROM_US = {**HERE, "Origin": "http://127.0.0.1:8090", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}


def test_programs_and_our_own_page_are_welcome() -> None:
    """curl says nothing of where it comes from; our page says that it is ours."""
    assert refusal("POST", HERE) is None
    assert refusal("POST", FROM_US) is None
    assert refusal("GET", {**HERE, "Sec-Fetch-Site": "same-origin"}) is None


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:8080", "null", "http://[", ""])
def test_pages_of_other_origins_are_refused(origin: str) -> None:
    """Other ports of this machine too, and sandboxes, which have no origin to speak of."""
    assert refusal("POST", {**HERE, "Origin": origin}) is not None
    assert refusal("GET", {**HERE, "Origin": origin}) is not None


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_a_foreign_page_fetches_without_saying_its_origin_is_refused(site: str) -> None:
    """An image, a script or a form of another page; but whoever follows a link there sees it for themselves."""
    fetched = {**HERE, "Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}
    visited = {**HERE, "Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"}

    assert refusal("GET", fetched) is not None
    assert refusal("GET", visited) is None
    assert refusal("POST", visited) is not None


def test_a_name_that_a_stranger_can_own_is_refused_even_when_the_origin_fits() -> None:
    """DNS rebinding: the page of evil.example is served from there, and its name then leads to this machine."""
    rebound = {"Host": "evil.example:8090", "Origin": "http://evil.example:8090"}

    assert refusal("GET", {"Host": "evil.example:8090"}) is not None
    assert refusal("POST", rebound) is not None
    assert refusal("POST", rebound, public_host="evil.example") is None
    assert refusal("POST", rebound, public_host="other.example") is not None


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8090", "127.0.0.1", "[::1]:8090", "10.0.0.3", "simulator", "host.docker.internal"]
)
def test_names_of_this_machine_and_of_its_network_are_local(host: str) -> None:
    """Compose calls a service by its bare name."""
    assert is_local(host)


@pytest.mark.parametrize("host", ["", "[", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80"])
def test_other_names_are_not(host: str) -> None:
    """Nor what is no name at all."""
    assert not is_local(host)
