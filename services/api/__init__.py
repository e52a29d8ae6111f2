"""The HTTP API over chat state, and the projector that alone writes it."""
