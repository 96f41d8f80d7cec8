"""The outgoing heartbeat: one call to an address that raises an alarm when the calls stop coming."""

import asyncio
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.services.diagnosis import Diagnosis, doubtful, well

SECONDS: Final = 10.0


async def call(address: str, seconds: float = SECONDS) -> str:
    """Ask for the address with GET. Gives why that failed, without the address, which is a secret; empty if it did not.

    `seconds` is how long the whole of it may take.
    """
    try:
        async with ClientSession(timeout=ClientTimeout(total=seconds)) as session, session.get(address) as answer:
            return "" if answer.status < HTTPStatus.MULTIPLE_CHOICES else f"it answers {answer.status}"
    except TimeoutError:
        return f"no answer in {seconds:g} s"
    except ClientError as trouble:
        return f"it cannot be reached ({type(trouble).__name__})"


async def examine_heartbeat(address: str | None) -> Diagnosis:
    """Whether whoever waits for the heartbeat could hear it. Only a connection is opened: a beat would be untrue."""
    if address is None:
        says = "HEARTBEAT_URL is not set, so nobody is told when Tocsin itself stands still."
        return doubtful("heartbeat", says, "Set it to a service that raises an alarm when calls stop coming.")
    parts = urlsplit(address)
    secure = parts.scheme == "https"
    try:
        async with asyncio.timeout(SECONDS):
            _, out = await asyncio.open_connection(parts.hostname, parts.port or (443 if secure else 80), ssl=secure)
            out.close()
    except OSError as trouble:  # a TimeoutError is one
        says = f"HEARTBEAT_URL's server {parts.hostname} cannot be reached ({type(trouble).__name__})."
        return doubtful("heartbeat", says, "Correct HEARTBEAT_URL, or let this machine reach it.")
    return well("heartbeat", f"{parts.hostname} can be reached; it is called every minute while all is well.")
