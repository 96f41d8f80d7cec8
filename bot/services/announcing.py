"""Telling subscribers what has become public: one row of the outbox becomes a row for each of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.domain.change import Change
from bot.domain.effects import Effect, Receipt, Sent
from bot.domain.maintenance import MaintenanceStatus, PublicMaintenance
from bot.domain.public_incident import PublicIncident, PublicUpdate, key_of
from bot.domain.status_json import webhook_body
from bot.domain.status_page import StatusPage
from bot.domain.subscriber import Means, Standing, Subscriber
from bot.domain.webhook import PostToWebhook, TellSubscribers
from bot.services import subscribers
from bot.services.ports import Claimed, Desk, NotFindable, Remote, RetryLater, Tx, Unavailable
from bot.services.public_view import PublicView
from bot.services.site import Site
from bot.text import spoken

PAUSE: Final = 5.0
SPOKEN: Final = {
    MaintenanceStatus.SCHEDULED: "Planned maintenance",
    MaintenanceStatus.IN_PROGRESS: "Maintenance has begun",
    MaintenanceStatus.COMPLETED: "Maintenance is over",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is told: by its public id, with the subject of the mail and its text without what differs by reader."""

    id: str
    subject: str
    template: str
    context: dict[str, object]


class Announcer:
    """The Performer port for TellSubscribers. It writes rows, and nothing leaves this process."""

    def __init__(self, desk: Desk, view: PublicView) -> None:
        """Tell what `view` shows, which is what the public sees."""
        self._desk = desk
        self._view = view

    async def perform(self, claimed: Claimed) -> Receipt:
        """Write a row for each confirmed subscriber, as the port says; done twice it is done once."""
        effect = claimed.outgoing.effect
        if not isinstance(effect, TellSubscribers):
            raise TypeError(f"{claimed.outgoing.id} is not for subscribers")
        try:
            return await self._told(claimed.outgoing.id, effect)
        except Unavailable as trouble:
            raise RetryLater(PAUSE, str(trouble)) from trouble

    async def look_up(self, claimed: Claimed) -> tuple[Sent, ...]:
        """Raise NotFindable: it may simply be done again."""
        raise NotFindable(f"{claimed.outgoing.id} may be done again")

    async def remove(self, claimed: Claimed, copy: Remote) -> None:
        """Do nothing: there is no copy."""

    async def _told(self, key: str, effect: TellSubscribers) -> Sent:
        page, site = await self._view.look(), self._desk.site
        if page is None or site is None:
            return Sent(facts=(("skipped", "there is no status site"),))
        news = await self._news(page, site, effect)
        if news is None:
            return Sent(facts=(("skipped", "it is not public, or no longer so"),))
        await self._desk.store.write(lambda tx: self._tell(tx, key, lambda each: self._effect(page, site, news, each)))
        return Sent()

    def _tell(self, tx: Tx, key: str, effect_for: Callable[[Subscriber], Effect]) -> None:
        told = tx.subscribers(Standing.CONFIRMED)
        rows = tuple(subscribers.row(self._desk, each, key, effect_for(each)) for each in told)
        tx.save(Change(outgoing=rows))

    def _effect(self, page: StatusPage, site: Site, news: News, subscriber: Subscriber) -> Effect:
        if subscriber.means is Means.WEBHOOK:
            unsubscribe = subscribers.unsubscribe_of(site, subscriber)
            body = webhook_body(page, news.id, site.base(), unsubscribe) or ""
            return PostToWebhook(subscriber=subscriber.token, url=subscriber.address, body=body)
        text = self._desk.render(news.template, {**news.context, "page": subscribers.page_of(site, subscriber)})
        return subscribers.mail(site, subscriber, news.subject, text)

    async def _news(self, page: StatusPage, site: Site, effect: TellSubscribers) -> News | None:
        if effect.incident is None:
            planned = next((each for each in _maintenance(page) if each.id == effect.maintenance), None)
            return _of_maintenance(page, site, planned) if planned and planned.status == effect.status else None
        number = effect.incident
        incident = await self._desk.store.read(lambda tx: tx.incident(number))
        found = page.incident(key_of(incident, "incident")) if incident else None
        if incident is None or found is None:
            return None
        known_as = key_of(incident, "update", str(effect.update))
        update = next((each for each in found.updates if each.id == known_as), None)
        return _of_update(page, site, found, update) if update else None


def _maintenance(page: StatusPage) -> tuple[PublicMaintenance, ...]:
    return (*page.maintenance, *page.maintained)


def _of_update(page: StatusPage, site: Site, incident: PublicIncident, update: PublicUpdate) -> News:
    component = page.component(incident.component)
    return News(
        id=incident.id,
        subject=f"[{page.name}] {update.status.value.capitalize()}: {incident.title}",
        template="subscriber_mail/update.txt.j2",
        context={
            "name": page.name,
            "title": incident.title,
            "component": component.name if component else "",
            "status": update.status.value.capitalize(),
            "at": spoken(update.at, page.zone),
            "text": update.text,
            "link": f"{site.base()}/status/incidents/{incident.id}",
        },
    )


def _of_maintenance(page: StatusPage, site: Site, planned: PublicMaintenance) -> News:
    names = [found.name for each in planned.components if (found := page.component(each))]
    return News(
        id=planned.id,
        subject=f"[{page.name}] {SPOKEN[planned.status]}: {planned.title}",
        template="subscriber_mail/maintenance.txt.j2",
        context={
            "name": page.name,
            "title": planned.title,
            "components": ", ".join(names),
            "status": SPOKEN[planned.status],
            "starts": spoken(planned.starts, page.zone),
            "ends": spoken(planned.ends, page.zone),
            "text": planned.text,
            "link": f"{site.base()}/status#{planned.id}",
        },
    )
