"""push: the feeds of numbers to WebSockets; it owns no truth, so killing it loses nothing."""
