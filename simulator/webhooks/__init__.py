"""Webhooks out: what they say, how they are batched, signed, delivered and repeated."""
