"""The synthetic page: it goes the way of every page, as far as Slack's door, and reaches nobody."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticPage:
    """Arrive: whoever carries it out does nothing else."""

    kind: Literal["synthetic_page"] = "synthetic_page"
