"""What the connect doctor says: complete, plain, and documented."""

import re
from pathlib import Path
from typing import get_args

import pytest

from services.api.findings import FINDINGS, hop
from services.api.hops import Code, Screen

SETUP = (Path(__file__).parents[4] / "docs" / "meta-setup.md").read_text()
CODES = get_args(Code)


def test_every_code_has_its_sentences_and_no_sentence_is_orphaned() -> None:
    """The list of codes is the contract with the browser."""
    assert sorted(CODES) == sorted(FINDINGS)


@pytest.mark.parametrize("code", CODES)
def test_what_is_not_ok_says_what_to_do(code: Code) -> None:
    """In whole sentences; what is ok asks for nothing."""
    said = hop("subscribed", code)

    assert said.what_happened.endswith(".")
    assert ("ok" == said.state) == (said.what_to_do is None)
    assert said.what_to_do is None or said.what_to_do.endswith(".")
    assert said.screen is None or said.what_to_do


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_documented(code: Code) -> None:
    """With its state and its very sentences, in docs/meta-setup.md."""
    said = FINDINGS[code]
    line = f"| `{code}` | {said.state} | {said.what_happened} | {said.what_to_do or ''} |"

    assert re.sub(r"(<[a-z ]+ id>)", r"`\1`", line) in SETUP.splitlines()


@pytest.mark.parametrize("screen", get_args(Screen))
def test_every_screen_is_documented_and_used(screen: Screen) -> None:
    """A key that no finding names would never be seen."""
    assert f"`{screen}`" in SETUP
    assert screen in {said.screen for said in FINDINGS.values()}


def test_a_time_of_nothing_is_no_time() -> None:
    """0 is never, and is not told."""
    assert hop("last_webhook", "switched_off", 0).at is None
