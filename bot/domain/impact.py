"""What an incident costs customers, as people report it by hand."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.prose import Who


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """Impact at a moment.

    `percent` of requests or orders (0 to 100), `customers` a lower bound, `revenue` in the team's words.
    """

    at: datetime
    by: Who
    percent: float | None = None
    customers: int | None = None
    scope: str = ""
    revenue: str = ""
    words: str = ""
