"""The raw bytes of a request, as they were signed and sent, up to a length that no honest sender reaches."""

from typing import Final

from fastapi import Request
from starlette.requests import ClientDisconnect

LONGEST: Final = 1_000_000
"""Bytes; one megabyte."""


class BodyRefused(Exception):
    """A body that was not read to its end: the HTTP status, and a sentence."""

    def __init__(self, status: int, says: str) -> None:
        """Keep what to answer."""
        super().__init__(says)
        self.status = status


async def raw_body(request: Request, longest: int = LONGEST) -> bytes:
    """Read a body, and no further than `longest` bytes. Raises BodyRefused."""
    said = request.headers.get("content-length", "")
    if said.isascii() and said.isdigit() and int(said) > longest:
        raise _too_long(longest)
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > longest:
                raise _too_long(longest)
    except ClientDisconnect as gone:
        raise BodyRefused(400, "The sender hung up before the body's end. Nothing was taken in.") from gone
    return bytes(body)


def _too_long(longest: int) -> BodyRefused:
    return BodyRefused(413, f"The body is longer than {longest:,} bytes. Nothing was taken in; send it in parts.")
