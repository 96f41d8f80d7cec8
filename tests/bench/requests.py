"""A crowd as a program of its own: `python -m tests.bench.requests PORT PATH COUNT` prints how many seconds it took.

It speaks HTTP/1.1 over a few sockets, as a proxy does, and looks at nothing but the status and the length, so that what
is measured is the server.
"""

import asyncio
import sys

from tests.bench.figures import Stopwatch

SOCKETS = 8


async def ask(port: int, path: str, count: int) -> None:
    """Ask for an address again and again on one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    line = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    for _ in range(count):
        writer.write(line)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert head.startswith(b"http/1.1 200"), head
        length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        await reader.readexactly(length)
    writer.close()
    await writer.wait_closed()


async def crowd(port: int, path: str, count: int) -> float:
    """Seconds until everybody was answered."""
    watch = Stopwatch()
    await asyncio.gather(*(ask(port, path, count // SOCKETS) for _ in range(SOCKETS)))
    return watch.seconds()


if __name__ == "__main__":
    sys.stdout.write(str(asyncio.run(crowd(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))))
