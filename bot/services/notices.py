"""Telling people one by one: whom the directory and the followers name, when an incident begins, changes and ends."""

from collections.abc import Iterable
from datetime import datetime
from types import MappingProxyType
from typing import Final

from bot.domain import notices
from bot.domain.change import Change, Timer, TimerKind
from bot.domain.directory import Directory
from bot.domain.following import Follow, incident_target, journey_target
from bot.domain.heard import Heard
from bot.domain.incident import Incident
from bot.domain.notices import News
from bot.domain.prose import Sentence, Who, Words
from bot.domain.resolving import spoken
from bot.domain.severity import Severity
from bot.domain.team import ToldBy
from bot.domain.update import StatusUpdate
from bot.services.calls import known
from bot.services.loading import loaded, loaded_for
from bot.services.ports import Desk, Render, Tx


def begun(tx: Tx, directory: Directory, incident: Incident, severity: Severity, now: datetime) -> Change:
    """Tell whom the severity names, and who follows the journey."""
    people = (*_wanted(tx, directory, severity, now), *_followers(tx, incident, now))
    return notices.tell(incident, people, now)


def moved(
    tx: Tx, directory: Directory, incident: Incident, before: Severity, row: Severity, why: str, by: Who, now: datetime
) -> Change:
    """Tell whom the new severity names and the old one did not; everybody else who was told, in one line."""
    change = notices.tell(incident, _wanted(tx, directory, row, now), now) if row.is_worse_than(before) else Change()
    incident = change.incident or incident
    way = "raised" if row.is_worse_than(before) else "lowered"
    plain = f"{way} from {before.name} to {row.name}"
    said: Sentence = (f"{incident.label} was {plain} by ", by, *((": ", Words(why)) if why else ()), ".")
    text = f"{incident.brief.pain}: {plain}" + (f", because: {why}" if why else "")
    news = News(key=f"severity:{incident.version}", said=said, subject=f"{plain[0].upper()}{plain[1:]}", text=text)
    return change.then(notices.spread(incident, news, now))


def ended(tx: Tx, incident: Incident, now: datetime) -> Change:
    """Tell everybody who was told, and who follows, that it is over; nobody is waited for any more."""
    took = f" after {spoken(incident.times.resolved - incident.times.since)}" if incident.times.resolved else ""
    # The suggested summary begins with the pain; it is not said twice.
    more = incident.resolution.removeprefix(incident.brief.pain).lstrip(". ")
    said: Sentence = (
        f"{incident.label} is resolved{took}: {incident.brief.pain}.",
        *((" ", Words(more)) if more else ()),
    )
    text = f"{incident.brief.pain}: resolved{took}.\n\n{more}".rstrip()
    news = News(key=f"resolved:{incident.reopened}", said=said, subject=f"Resolved{took}", text=text)
    change = notices.spread(incident, news, now, _followers(tx, incident, now))
    return change.then(Change(cancel=(f"aware:{incident.number}:*",)))


def begun_again(tx: Tx, incident: Incident, now: datetime) -> Change:
    """Tell everybody who was told, and who follows, that it is open again."""
    text = f"{incident.brief.pain}: open again, {incident.status.value}"
    news = News(
        key=f"reopened:{incident.reopened}",
        said=(f"{incident.label} is open again: {incident.brief.pain}.",),
        subject="Open again",
        text=text,
    )
    return notices.spread(incident, news, now, _followers(tx, incident, now))


def words_out(tx: Tx, incident: Incident, numbers: Iterable[int], now: datetime) -> Change:
    """Send followers the updates of these numbers that are out."""
    wanted = set(numbers)
    updates: tuple[StatusUpdate, ...] = tuple(each for each in incident.updates if each.number in wanted)
    return notices.published(incident, _followers(tx, incident, now), updates, now)


async def seen(desk: Desk, number: int, by: Who) -> Incident:
    """Note that somebody who is to be aware has seen it. Raises Refusal for anybody else."""
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Incident:
        tx.save(notices.seen(loaded_for(tx, directory, number, by), by, now))
        return loaded(tx, number)

    return await desk.store.write(write)


async def stop(desk: Desk, number: int, by: Who) -> Incident:
    """Send somebody no more messages about an incident, on record. Stopping twice changes nothing."""
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Incident:
        incident = loaded_for(tx, directory, number, by)
        if by.user:
            tx.drop_follow(by.user, incident_target(number))
        tx.save(notices.stop(incident, by, now))
        return loaded(tx, number)

    return await desk.store.write(write)


def _ask_again(tx: Tx, timer: Timer, _directory: Directory, now: datetime, _render: Render) -> Change:
    return notices.ask_again(loaded(tx, timer.incident), timer, now)


def _unseen(tx: Tx, timer: Timer, _directory: Directory, now: datetime, _render: Render) -> Change:
    return notices.unseen(loaded(tx, timer.incident), timer, now)


DUTIES: Final = MappingProxyType({TimerKind.AWARE_AGAIN: _ask_again, TimerKind.AWARE_UNSEEN: _unseen})


def _wanted(tx: Tx, directory: Directory, severity: Severity, now: datetime) -> tuple[Heard, ...]:
    """Whom a severity has told by messages of their own; being invited is no message."""
    found: list[Heard] = []
    for key in severity.notify:
        told = directory.lists[key]
        dm = ToldBy.DM in told.by
        if dm or ToldBy.EMAIL in told.by:
            for person in told.people:
                email = directory.people[person].email if ToldBy.EMAIL in told.by else ""
                who = known(tx, directory, person)
                found.append(Heard(who=who, told_at=now, dm=dm, email=email, lists=(key,)))
    for key in severity.aware:
        people = (key,) if key in directory.people else directory.lists[key].people
        found += [Heard(who=known(tx, directory, each), told_at=now, dm=True, aware=True) for each in people]
    return tuple(found)


def _followers(tx: Tx, incident: Incident, now: datetime) -> tuple[Heard, ...]:
    """Who follows the incident or its journey; whoever is deactivated in Slack no longer."""
    if incident.private:
        return ()
    journey = incident.brief.journey
    targets = [incident_target(incident.number), *([journey_target(journey)] if journey else [])]
    found = (_heard(tx, follow, now) for follow in tx.followers_of(targets))
    return tuple(each for each in found if each)


def _heard(tx: Tx, follow: Follow, now: datetime) -> Heard | None:
    contact = tx.contact(follow.user)
    if contact is None or contact.deleted:
        return None
    by_mail = follow.by is ToldBy.EMAIL
    return Heard(who=contact.who(), told_at=now, dm=not by_mail, email=follow.email if by_mail else "", follows=True)
