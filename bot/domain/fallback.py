"""The effect of a page that goes another way than Slack's."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class SendByFallback:
    """Tell whoever watches the installation's fallback that somebody has a page which Slack has not taken.

    It may arrive more than once: no fallback can be asked what it has got, and a page twice is better than none.
    """

    page: int
    ask: str
    kind: Literal["send_by_fallback"] = "send_by_fallback"
