"""Atlassian Statuspage as a performer: opens an incident there, adds to it, and finds what a lost answer left.

What is sent, and where, is from https://developer.statuspage.io: `POST /pages/{page}/incidents` opens one and `PATCH
/pages/{page}/incidents/{id}` adds an update; `metadata` holds objects of our own, in which our markers are.
"""

import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, urlsplit

from bot.domain.effects import Receipt, Refused, Sent
from bot.domain.statuspage import LONGEST_TEXT, PostToStatuspage, StatuspageIncident, opens_another
from bot.notify.statuspage_api import SECONDS, SLOWEST, Rejected, StatuspageApi, opened_api
from bot.services.ports import Claimed, Desk, NotFindable, Remote, Unknown

OURS: Final = "tocsin"
A_PAGE: Final = 100
REMEDIES: Final[Mapping[int, str]] = MappingProxyType(
    {
        HTTPStatus.UNAUTHORIZED: "It does not know the API key: make one there under API info, set STATUSPAGE_API_KEY.",
        HTTPStatus.FORBIDDEN: "The API key's user may not: they need the role Incident manager on this page.",
        HTTPStatus.UNPROCESSABLE_ENTITY: "If it names a component, correct statuspage_component in the directory file.",
        HTTPStatus.NOT_FOUND: "It has no such page, or the incident was removed there: compare workspace.statuspage.",
    }
)
NO_KEY: Final = Refused(
    error="no_key", remedy="STATUSPAGE_API_KEY is not set: set it and start Tocsin again, to publish there."
)
TOO_LONG: Final = Refused(
    error="too_long", remedy=f"It takes {LONGEST_TEXT:,} characters, and the text has more: publish a shorter one."
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An incident as Statuspage gives it; the markers are ours: of the update that opened it, and of the last one."""

    id: str
    link: str
    opened_by: str
    last: str

    def sent(self, page: str) -> Sent:
        """Give the receipt of what stands there."""
        return Sent(channel=page, ts=self.id, facts=(("link", self.link),) if self.link else ())


class StatuspagePerformer:
    """The Performer port over Statuspage's API; without an API key every update is refused, which says so."""

    def __init__(self, desk: Desk, api: StatuspageApi | None) -> None:
        """Use the API; nothing is called yet."""
        self._desk = desk
        self._api = api

    async def perform(self, claimed: Claimed) -> Receipt:
        """Publish an update, as the port says."""
        effect, pause = _effect(claimed), _pause(claimed)
        if self._api is None:
            return NO_KEY
        if len(effect.text) > LONGEST_TEXT:
            return TOO_LONG
        known = await self._known(effect)
        try:
            if known is None or opens_another(known, effect):
                answer = await self._api.call("POST", _incidents(effect.page), pause, _opening(effect))
            else:
                answer = await self._api.call("PATCH", _incident(known.page, known.id), pause, _adding(effect, known))
        except Rejected as rejected:
            return refusal(rejected)
        return _standing(answer).sent(effect.page)

    async def look_up(self, claimed: Claimed) -> tuple[Sent, ...]:
        """Find what an earlier attempt left, as the port says: an incident that it opened, or an update of one."""
        effect, pause = _effect(claimed), _pause(claimed)
        if self._api is None:
            raise NotFindable(NO_KEY.remedy)
        known = await self._known(effect)
        try:
            if known is None or opens_another(known, effect) or known.marker == effect.marker:
                return await _opened_by(self._api, effect, pause)
            found = _standing(await self._api.call("GET", _incident(known.page, known.id), pause))
        except Rejected as rejected:
            if rejected.status == HTTPStatus.NOT_FOUND:
                return ()
            raise NotFindable(refusal(rejected).remedy) from rejected
        return (found.sent(effect.page),) if found.last == effect.marker else ()

    async def remove(self, claimed: Claimed, copy: Remote) -> None:
        """Delete an extra incident that we opened, as the port says."""
        if self._api is None:
            raise NotFindable(NO_KEY.remedy)
        try:
            await self._api.call("DELETE", _incident(copy.channel, copy.ts), _pause(claimed))
        except Rejected as rejected:
            if rejected.status != HTTPStatus.NOT_FOUND:
                raise

    async def _known(self, effect: PostToStatuspage) -> StatuspageIncident | None:
        """What stands there for the incident; rows of one incident go in order, so that it is never behind."""
        incident = await self._desk.store.read(lambda tx: tx.incident(effect.incident))
        return incident.statuspage if incident else None


@asynccontextmanager
async def publishing(
    desk: Desk, base: str, key: str | None, seconds: Callable[[], float], patience: float = SECONDS
) -> AsyncIterator[StatuspagePerformer]:
    """The performer over a session of its own; a page that is named while there is no key is logged."""
    if key is None:
        if desk.directory().workspace.statuspage is not None:
            log.warning("STATUSPAGE_API_KEY is not set: public text is handed back to be posted by hand.")
        yield StatuspagePerformer(desk, None)
        return
    async with opened_api(base, key, seconds, patience) as api:
        yield StatuspagePerformer(desk, api)


async def _opened_by(api: StatuspageApi, effect: PostToStatuspage, pause: float) -> tuple[Sent, ...]:
    """Every incident that this update opened, oldest first: among those that last, else among the newest ones."""
    found: list[Standing] = []
    more, page = True, 1
    while more:
        listed = await _listed(api, f"{_incidents(effect.page)}/unresolved?page={page}&per_page={A_PAGE}", pause)
        found += listed
        more, page = len(listed) == A_PAGE, page + 1
    if not any(each.opened_by == effect.marker for each in found):
        found = await _listed(api, f"{_incidents(effect.page)}?limit={A_PAGE}", pause)
    return tuple(each.sent(effect.page) for each in reversed(found) if each.opened_by == effect.marker)


async def _listed(api: StatuspageApi, path: str, pause: float) -> list[Standing]:
    answer = await api.call("GET", path, pause)
    if not isinstance(answer, list):
        raise Unknown("Statuspage's list of incidents cannot be read")
    return [_standing(each) for each in answer]


def _effect(claimed: Claimed) -> PostToStatuspage:
    effect = claimed.outgoing.effect
    if not isinstance(effect, PostToStatuspage):
        raise TypeError(f"{effect.kind} is not Statuspage's to carry out")
    return effect


def _pause(claimed: Claimed) -> float:
    """How many seconds to wait where it could not be reached: longer each time."""
    return min(2.0 ** min(claimed.attempts, 10), SLOWEST)


def _incidents(page: str) -> str:
    return f"pages/{quote(page, safe='')}/incidents"


def _incident(page: str, known_as: str) -> str:
    return f"{_incidents(page)}/{quote(known_as, safe='')}"


def _opening(effect: PostToStatuspage) -> Mapping[str, object]:
    return {"incident": {"name": effect.name, **_update(effect, effect.marker)}}


def _adding(effect: PostToStatuspage, known: StatuspageIncident) -> Mapping[str, object]:
    return {"incident": _update(effect, known.marker)}


def _update(effect: PostToStatuspage, opened_by: str) -> Mapping[str, object]:
    hurt = {effect.component: effect.component_status.value} if effect.component else {}
    return {
        "status": effect.status.value,
        "impact_override": effect.impact.value,
        "body": effect.text,
        "deliver_notifications": effect.notify,
        "metadata": {OURS: {"opened_by": opened_by, "last": effect.marker}},
        **({"components": hurt, "component_ids": list(hurt)} if hurt else {}),
    }


def _standing(answer: object) -> Standing:
    """An incident of its answers. Raises Unknown where the answer is none."""
    known_as = answer.get("id") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(known_as, str):
        raise Unknown("Statuspage's answer is no incident")
    link = answer.get("shortlink")
    metadata = answer.get("metadata")
    ours = metadata.get(OURS) if isinstance(metadata, dict) else None
    markers = ours if isinstance(ours, dict) else {}
    return Standing(
        id=known_as,
        link=link if isinstance(link, str) and urlsplit(link).scheme in {"http", "https"} else "",
        opened_by=str(markers.get("opened_by", "")),
        last=str(markers.get("last", "")),
    )


def refusal(rejected: Rejected) -> Refused:
    """Its no, with what to do about it; the words are its own where we have none."""
    said = f"It answered {rejected.status}" + (f": {rejected.says}." if rejected.says else ".")
    remedy = REMEDIES.get(rejected.status, "")
    return Refused(error=str(rejected.status), remedy=f"{said} {remedy}".strip())
