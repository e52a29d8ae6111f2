"""The network between two parts, any two: cut, flapping, delayed, half closed, silent."""

from collections.abc import Callable

from tests.chaos.fault import Cause, Fault, add
from tests.chaos.scene import Scene
from tests.real.proxy import BOTH, Proxy, Way

DELAY_S = 0.4
FLAPS_EVERY_S = 0.5
TWICE = 2  # what is worst for whoever waits, and there are many pairs


def between(change: Callable[[Proxy, Scene], None], *, again: bool = False) -> Cause:
    """Do this to a way that the seed chooses, once or again and again, and heal it."""

    async def cause(scene: Scene) -> str:
        ends = scene.chance.choice(sorted(scene.links))
        link, steps = scene.links[ends], int(scene.span_s / FLAPS_EVERY_S) if again else 1
        for _ in range(steps):
            change(link, scene)
            await scene.last(scene.span_s / steps)
        link.heal()
        return ends

    return cause


def any_way(scene: Scene) -> Way:
    """There or back."""
    return scene.chance.choice(BOTH)


add(Fault("Network cut", between(lambda link, _: link.refuse()), times=TWICE))
add(Fault("Network flapping", between(lambda link, _: link.cut(), again=True)))
add(Fault("Network delayed", between(lambda link, _: link.delay(DELAY_S))))
add(Fault("Network half closed", between(lambda link, scene: link.half_close(any_way(scene)), again=True), times=TWICE))
add(Fault("Network silent", between(lambda link, _: link.silence()), times=TWICE))
add(Fault("Network silent one way", between(lambda link, scene: link.silence([any_way(scene)])), times=TWICE))
