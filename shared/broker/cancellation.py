"""Tells our own end from a stranger's: a connection that dies in silence cancels whatever waits for it."""

import asyncio


def is_ours() -> bool:
    """Whether the task that caught a CancelledError was really asked to end."""
    running = asyncio.current_task()
    return running is not None and running.cancelling() > 0
