"""Whether anything private has reached what the processes have said."""

from collections.abc import Iterable, Iterator

from simulator.customer import Customer
from tests.canaries import Canaries
from tests.chaos.load import SECRET_WORD
from tests.chaos.scene import Scene


def leaks(scene: Scene, people: Iterable[Customer]) -> Iterator[str]:
    """Each log that holds a text, a name, an identifier of a customer or a secret, in whatever form, and which."""
    shop = scene.shop
    planted = {
        "a text or a name": SECRET_WORD,
        "the access token": shop.access_token,
        "the app secret": shop.app_secret,
        "the verify token": shop.verify_token,
        "the API token": shop.token,
        "the session": str(shop.agent.secret),
    }
    for place, each in enumerate(people):
        planted |= {f"phone {place}": each.phone} if each.phone else {}
        planted |= {f"contact {place}": each.bsuid} if each.bsuid else {}
    yield from Canaries(planted).in_files(scene.folder.glob("*.log"))
