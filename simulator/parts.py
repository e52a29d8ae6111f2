"""Everything the simulator is made of, wired together once."""

from dataclasses import dataclass

import aiohttp

from simulator.acceptance import Acceptance
from simulator.chance import Chance
from simulator.clock import Clock
from simulator.faults import Faults
from simulator.ledger import Ledger
from simulator.number import Number
from simulator.pen import Pen
from simulator.player import Player
from simulator.settings import Settings
from simulator.shelf import Shelf
from simulator.statuses import Statuses
from simulator.tokens import Token
from simulator.traffic import Traffic
from simulator.tuning import Tuning
from simulator.webhooks.deliverer import Deliverer
from simulator.world import World


@dataclass(slots=True)
class Parts:
    """Made anew by reset(), but for settings, luck, clock and ledger: ids never repeat within a process."""

    settings: Settings
    tuning: Tuning
    chance: Chance
    clock: Clock
    ledger: Ledger
    world: World
    faults: Faults
    deliverer: Deliverer
    statuses: Statuses
    shelf: Shelf
    pen: Pen
    player: Player
    traffic: Traffic
    acceptance: Acceptance

    @classmethod
    def wired(cls, settings: Settings, http: aiohttp.ClientSession, before: "Parts | None" = None) -> "Parts":
        """A world with one number, one token and nobody in it."""
        tuning = settings.tuning()
        chance = before.chance if before else Chance(settings.seed)
        clock = before.clock if before else Clock()
        ledger = before.ledger if before else Ledger(settings.ledger_length_max, clock.now)
        world = World(chance, settings.customers_max)
        deliverer = Deliverer(http, settings, tuning, chance, ledger)
        statuses = Statuses(deliverer, clock, tuning, chance, ledger)
        shelf = Shelf(settings.media_bytes_max, chance.ids, clock.now)
        pen = Pen(world, deliverer, statuses, clock, chance, ledger, tuning, shelf.shelve)
        faults = Faults(chance.happens)
        player = Player(world, pen, tuning, chance, ledger)
        traffic = Traffic(world, pen, chance)
        acceptance = Acceptance(world, faults, statuses, clock, tuning, chance, ledger)
        world.add_number(
            Number(settings.phone_number_id, settings.account_id, settings.display_number, settings.verified_name)
        )
        world.tokens.add(Token(settings.access_token.get_secret_value()))
        return cls(
            settings, tuning, chance, clock, ledger, world, faults, deliverer, statuses, shelf, pen, player, traffic,
            acceptance,
        )  # fmt: skip
