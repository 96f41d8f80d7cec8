"""Waiting in tests: for a condition, with a timeout, never for a time."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], bool], seconds: float = 5, why: str = "") -> None:
    """Wait until a condition holds; fails after so many seconds, saying what was waited for."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(seconds):
            while not condition():
                turn: asyncio.Future[None] = loop.create_future()
                loop.call_later(0.002, turn.set_result, None)
                await turn
    except TimeoutError as error:
        raise AssertionError(why or "what was waited for did not happen") from error
