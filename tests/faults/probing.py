"""How long a process takes at most to say that it lives, asked until standard input ends.

A program of its own: whoever drives a storm is too busy to tell a late answer from one that it has read late.
"""

import select
import sys
from http.client import HTTPConnection

from bot.system import monotonic

EVERY = 0.02


def slowest(port: int) -> float:
    """Ask for `/healthz` time and again on one connection; gives the seconds that the slowest answer took."""
    connection, longest = HTTPConnection("127.0.0.1", port, timeout=60), 0.0
    while not select.select([sys.stdin], [], [], EVERY)[0]:
        began = monotonic()
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        longest = max(longest, monotonic() - began)
    return longest


if __name__ == "__main__":
    sys.stdout.write(str(slowest(int(sys.argv[1]))))
