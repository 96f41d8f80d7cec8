"""A bundle: one direct message for several pages of one person, which would else leave one after the other."""

from dataclasses import dataclass
from typing import Literal

from bot.domain.prose import Who


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundled:
    """One of the asks that a bundle makes: of which page, and by which id."""

    page: int
    ask: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBundle:
    """Send one person several pages in one message, each rendered from its state at that moment."""

    to: Who
    asks: tuple[Bundled, ...]
    kind: Literal["send_bundle"] = "send_bundle"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshBundle:
    """Edit a bundle that was sent so that it reads what is true now; `of` is its outbox id."""

    of: str
    kind: Literal["refresh_bundle"] = "refresh_bundle"
