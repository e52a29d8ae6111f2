"""The careful headers of every answer: not sniffed, not framed, not kept, not lent to other pages."""

from collections.abc import Mapping

from multidict import CIMultiDict

CAREFUL: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",  # a page brings its own
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",  # not even a picture of it; who may read by CORS still may
    "Cache-Control": "no-store",  # chats are private; what may be kept says so itself
}
# A year, as browsers ask for. Not for subdomains and not for their preload list: those are not ours to promise.
TRANSPORT = ("Strict-Transport-Security", "max-age=31536000")


def mark(headers: CIMultiDict[str], *, over_tls: bool) -> None:
    """Add what an answer does not say itself; with `over_tls` browsers never come without TLS again."""
    for name, value in CAREFUL.items():
        headers.setdefault(name, value)
    if over_tls:
        headers.setdefault(*TRANSPORT)


def by_tls(public_url: str) -> bool:
    """Whether browsers reach us by TLS, whoever ends it."""
    return public_url.startswith("https://")
