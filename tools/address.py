"""Whether anything answers at an address, as a browser on this machine would find it."""

import http.client
import ssl
import time
from threading import Event
from urllib.parse import urlsplit

ASKED_EVERY_S = 0.5


def answers(url: str, within_s: float = 15.0) -> bool:
    """Whatever the answer is; the certificate is for the public name and not for this one, so it is not looked at."""
    ends_s = time.monotonic() + within_s
    while (left_s := ends_s - time.monotonic()) > 0:
        if _answered(url, left_s):
            return True
        Event().wait(min(ASKED_EVERY_S, max(0.0, ends_s - time.monotonic())))
    return False


def _answered(url: str, within_s: float) -> bool:
    place = urlsplit(url)
    asked: http.client.HTTPConnection
    if place.scheme == "https":
        any_certificate = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        any_certificate.check_hostname = False
        any_certificate.verify_mode = ssl.CERT_NONE
        asked = http.client.HTTPSConnection(place.netloc, timeout=within_s, context=any_certificate)
    else:
        asked = http.client.HTTPConnection(place.netloc, timeout=within_s)
    try:
        asked.request("HEAD", "/")
        asked.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()
    return True
