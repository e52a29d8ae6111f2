"""Whether anything private has reached what the processes have said."""

from collections.abc import Iterable, Iterator

from simulator.customer import Customer
from tests.chaos.load import SECRET_WORD
from tests.chaos.scene import Scene


def leaks(scene: Scene, people: Iterable[Customer]) -> Iterator[str]:
    """Each log that holds a text, a name, an identifier of a customer or a secret, and which of these."""
    shop = scene.shop
    secrets: dict[str, list[str | None]] = {
        "a text or a name": [SECRET_WORD],
        "a phone number": [each.phone for each in people if each.phone],
        "a contact id": [each.bsuid for each in people if each.bsuid],
        "a secret": [shop.access_token, shop.app_secret, shop.verify_token, shop.token, shop.agent.secret],
    }
    for path in sorted(scene.folder.glob("*.log")):
        said = path.read_text(errors="replace")
        for what, words in secrets.items():
            if any(word and word in said for word in words):
                yield f"{what} is in the log of {path.stem}"
