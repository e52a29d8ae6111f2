"""How admin calls are read and answered."""

from tests.integration.simulator.caller import Caller


async def test_errors_say_what_is_missing_or_wrong(caller: Caller) -> None:
    """One sentence, with the name in it."""
    nobody = await caller.admin("GET", "/customers/nobody")
    silent = await caller.admin("POST", "/customers/maria/edit", {"text": "x"})
    wrong = await caller.admin("POST", "/customers/maria/write", {"hours_ago": "long"})

    assert (404, "there is no nobody") == (nobody.code, nobody.body["error"])
    assert (404, "maria has written nothing") == (silent.code, silent.body["error"])
    assert (422, ["hours_ago"]) == (wrong.code, wrong.body["details"][0]["loc"])


async def test_a_refusal_never_repeats_what_was_sent(caller: Caller) -> None:
    """A token in a wrong place does not come back."""
    refused = await caller.admin("POST", "/tokens", {"tokn": "secret-token"})

    assert 422 == refused.code
    assert "secret-token" not in str(refused.body)
