"""The careful headers."""

from multidict import CIMultiDict

from shared import headers


def test_what_an_answer_says_itself_stays() -> None:
    """A page has a policy of its own, and what may be kept says so."""
    made = CIMultiDict({"Cache-Control": "public", "content-security-policy": "default-src 'self'"})

    headers.mark(made, over_tls=False)

    assert ("public", "default-src 'self'") == (made["Cache-Control"], made["Content-Security-Policy"])
    assert ["default-src 'self'"] == made.getall("Content-Security-Policy")


def test_all_the_others_are_added() -> None:
    """Nothing is sniffed, framed, kept or lent, unless somebody says so."""
    made = CIMultiDict[str]()

    headers.mark(made, over_tls=False)

    assert headers.CAREFUL == dict(made)


def test_browsers_are_bound_to_tls_only_where_there_is_some() -> None:
    """An inbox on this machine has none, and would be locked out for a year."""
    plain, secure = CIMultiDict[str](), CIMultiDict[str]()

    headers.mark(plain, over_tls=False)
    headers.mark(secure, over_tls=True)

    assert "Strict-Transport-Security" not in plain
    assert "max-age=31536000" == secure["Strict-Transport-Security"]
