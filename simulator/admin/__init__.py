"""The HTTP API under /simulator by which people and tests drive the simulator."""
