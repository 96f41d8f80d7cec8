"""Bearer tokens: whether a request presents one of those that are set."""

import hmac
from collections.abc import Sequence


def presents_one_of(authorization: str, tokens: Sequence[str]) -> bool:
    """Compare with every token, in constant time for each: how long it takes tells nothing."""
    scheme, _, token = authorization.partition(" ")
    given = token.strip() if scheme.lower() == "bearer" else ""
    matches = [hmac.compare_digest(given.encode(), each.encode()) for each in tokens]
    return bool(given) and any(matches)
