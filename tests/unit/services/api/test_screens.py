"""The ways through Meta's menus, as findings and docs name them."""

from pathlib import Path

from services.api import screens

SETUP = (Path(__file__).parents[4] / "docs" / "meta-setup.md").read_text()


def test_every_way_is_in_the_table_of_screens() -> None:
    """One wording: whoever reads a finding finds the same words on the page."""
    ways = [value for value in vars(screens).values() if isinstance(value, str) and " → " in value]
    assert 10 == len(ways)
    assert [] == [way for way in ways if f"| {way} |" not in SETUP]
