"""What a person follows of their own accord: a journey with all its incidents, or one incident."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.team import ToldBy

JOURNEY: Final = "journey"
INCIDENT: Final = "incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """One thing that a member of the workspace (a Slack id) follows, and how they are told.

    `target` is `journey:<key>` or `incident:<number>`; `email` is their own address where they are told by mail.
    """

    user: str
    target: str
    by: ToldBy = ToldBy.DM
    email: str = ""
    at: datetime


def journey_target(journey: str) -> str:
    """Name a journey as something to follow."""
    return f"{JOURNEY}:{journey}"


def incident_target(number: int) -> str:
    """Name an incident as something to follow."""
    return f"{INCIDENT}:{number}"


def split_target(target: str) -> tuple[str, str]:
    """Give what kind of thing is followed, and its key or number."""
    kind, _, key = target.partition(":")
    return kind, key
