"""How many subscriptions may be asked for: by one address, from one network, and by everybody, in an hour."""

from collections import deque
from collections.abc import Callable
from hashlib import sha256
from ipaddress import ip_address, ip_network
from typing import Final

HOUR: Final = 3600.0
OF_AN_ADDRESS: Final = 3
FROM_A_NETWORK: Final = 10
OF_ALL: Final = 200
PREFIX: Final = {4: 24, 6: 56}


class Flood:
    """Counts what was let through in the last hour. Nothing is written down: addresses are hashed, and forgotten."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        """Count by `seconds`, which never jump."""
        self._seconds = seconds
        self._let: deque[tuple[float, str, str]] = deque()

    def lets(self, address: str, host: str) -> bool:
        """Let a request for an address through that comes from a host, and count it; or tell that it is too many."""
        now, mine, network = self._seconds(), sha256(address.casefold().encode()).hexdigest(), _network(host)
        while self._let and self._let[0][0] <= now - HOUR:
            self._let.popleft()
        same = sum(known == mine for _, known, _ in self._let)
        near = sum(known == network for _, _, known in self._let)
        if len(self._let) >= OF_ALL or same >= OF_AN_ADDRESS or near >= FROM_A_NETWORK:
            return False
        self._let.append((now, mine, network))
        return True


def _network(host: str) -> str:
    try:
        found = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    return str(ip_network((found, PREFIX[found.version]), strict=False))
