"""Meta's webhooks in: checked, translated into events, and answered once the broker has them."""
