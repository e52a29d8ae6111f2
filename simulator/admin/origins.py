"""Who may call the admin API from a browser: pages of this simulator, and nobody else's. Pure.

The API has no password and listens on loopback, where every page that somebody has open could reach it. A browser says
where a call comes from; whoever says nothing of the kind is a program of this machine.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

READING = frozenset(("GET", "HEAD"))
OURS = frozenset(("same-origin", "none"))


def refusal(method: str, headers: Mapping[str, str], public_host: str | None = None) -> str | None:
    """Why this call is refused, if it is."""
    host = headers.get("Host", "")
    if not is_local(host, public_host):
        # A foreign name that leads here: DNS rebinding makes any page look as if it came from us.
        return "the simulator is not called by this name; SIMULATOR_PUBLIC_HOST can allow one"
    origin = headers.get("Origin")
    if origin is not None and origin.partition("://")[2].lower() != host.lower():
        return "this comes from a page of another origin"
    site = headers.get("Sec-Fetch-Site", "none")
    # Following a link to where everything can be read shows it to nobody but who followed it.
    is_visit = method in READING and headers.get("Sec-Fetch-Mode") == "navigate"
    if site not in OURS and not is_visit:
        return "this comes from a page of another origin"
    return None


def is_local(host: str, public_host: str | None = None) -> bool:
    """Whether this name can only lead here by the wish of whoever runs this: an address, or a name no stranger owns."""
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return False
    if public_host is not None and name == public_host.lower():
        return True
    try:
        ip_address(name)
    except ValueError:
        return bool(name) and ("." not in name or name.endswith((".localhost", ".internal")))
    return True
