"""`.env.example` and the settings classes say the same: every setting, its default, and why."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import PydanticUndefined

from shared.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / ".env.example").read_text()
LINE = re.compile(r"^# (INBOX_[A-Z_]+)=(.*)$", re.MULTILINE)
NEEDED = {"redis_url": "redis://h", "amqp_url": "streams", "secret_keys": [b"k" * 32]}
# What is read beside the settings classes: by the tests, and by nobody else.
NO_SETTINGS = ("INBOX_TEST_",)


def classes() -> list[type[Settings]]:
    """Every settings class of the product, found by the text that declares one."""
    for path in sorted([*ROOT.glob("services/**/*.py"), *ROOT.glob("shared/*.py")]):
        if re.search(r"^class \w+\(Settings\):", path.read_text(), re.MULTILINE):
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    found: list[type[Settings]] = [Settings]
    for cls in found:
        found += [child for child in cls.__subclasses__() if child.__module__.startswith("services.")]
    return found


def declared() -> dict[str, tuple[type[Settings], str]]:
    """Each setting by its name, with the class that declares it first."""
    settings: dict[str, tuple[type[Settings], str]] = {}
    for cls in classes():
        for field in cls.model_fields:
            settings.setdefault(PREFIX + field.upper(), (cls, field))
    return settings


def written() -> dict[str, str]:
    """Each setting of the example with its value."""
    return dict(LINE.findall(EXAMPLE))


def default(cls: type[Settings], field: str) -> Any:
    """What it is when it is not set; nothing for a required one."""
    found = cls.model_fields[field]
    return PydanticUndefined if found.is_required() else found.get_default(call_default_factory=True)


def test_every_setting_is_in_the_example_once_and_nothing_else() -> None:
    """Whoever adds a setting explains it there."""
    assert sorted(declared()) == sorted(name for name, _ in LINE.findall(EXAMPLE))


@pytest.mark.parametrize("name", sorted(written()))
def test_the_example_shows_the_default(name: str) -> None:
    """Uncommenting a line changes nothing; a required one is marked so."""
    cls, field = declared()[name]
    value = written()[name]
    expected = default(cls, field)
    if expected is PydanticUndefined:
        assert "REQUIRED." in reason(name)
    elif value == "":
        assert expected in (None, "", ())
    else:
        assert expected == getattr(cls.model_validate({**NEEDED, field: value}), field)


@pytest.mark.parametrize("name", sorted(written()))
def test_each_setting_has_a_reason(name: str) -> None:
    """At least a sentence, above it or above its group."""
    assert re.search(r"[a-z].*\.", reason(name), re.DOTALL)


def test_every_setting_that_the_code_names_exists() -> None:
    """A message or a comment that names a setting nobody reads would send people astray."""
    sources = [path for folder in ("services", "shared") for path in (ROOT / folder).glob("**/*.py")]
    named = {name for path in sources for name in re.findall(r"\bINBOX_[A-Z_]*[A-Z]\b", path.read_text())}

    assert {name for name in named if not name.startswith(NO_SETTINGS)} <= declared().keys() | {"INBOX_X"}


def reason(name: str) -> str:
    """The paragraph in which the setting stands."""
    return next(part for part in EXAMPLE.split("\n\n") if re.search(rf"^# {name}=", part, re.MULTILINE))
