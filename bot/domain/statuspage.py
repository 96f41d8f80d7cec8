"""Atlassian Statuspage as values: the page that is connected, what stands there for an incident, what is sent there.

Facts about it are from its reference, https://developer.statuspage.io.
"""

from dataclasses import dataclass
from typing import Final, Literal

from bot.domain.indicator import ComponentStatus, Indicator
from bot.domain.update import Stage

LONGEST_TEXT: Final = 25_000
"""How many characters an update there may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatuspageConnection:
    """The page that public text goes to; `notify` is whether its subscribers are told."""

    page: str
    notify: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StatuspageIncident:
    """What stands on Statuspage for an incident of ours: its id there, and the link that customers are given.

    `marker` is the one that it was opened with; `over` is whether it was last told to be resolved.
    """

    page: str
    id: str
    link: str
    marker: str
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PostToStatuspage:
    """Publish an update on Statuspage, word for word: the first opens an incident there, later ones add to it.

    `name` is what a new incident is called; `marker` tells strangers nothing, and finds this update again when the
    answer was lost. Without a `component` only the incident is told.
    """

    incident: int
    update: int
    page: str
    name: str
    status: Stage
    impact: Indicator
    text: str
    marker: str
    component: str = ""
    component_status: ComponentStatus = ComponentStatus.OPERATIONAL
    notify: bool = True
    kind: Literal["post_to_statuspage"] = "post_to_statuspage"


def opens_another(standing: StatuspageIncident | None, effect: PostToStatuspage) -> bool:
    """Whether an update opens an incident there: none stands on the page, or it is over and this says otherwise."""
    if standing is None or standing.page != effect.page:
        return True
    return standing.over and effect.status is not Stage.RESOLVED
