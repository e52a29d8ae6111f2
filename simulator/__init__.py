"""A Meta that is not there: Graph API, customers with phones, and webhook delivery with Meta's own retries."""

from simulator.settings import Settings
from simulator.simulator import Simulator
from simulator.tuning import Tuning

__all__ = ["Settings", "Simulator", "Tuning"]
