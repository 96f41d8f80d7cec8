"""Examining the people who would be paged: whether Slack knows them, and whether it would be silent when they are."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.people import Contact
from bot.domain.team import Person
from bot.services.diagnosis import Diagnosis, broken, doubtful, well
from bot.slack.answers import flag_at, number_at
from bot.slack.api import Errand, Rejected, SlackApi
from bot.slack.identity import PatientMembers
from bot.slack.members import SlackMembers

QUIET: Final = "do not disturb"
LOUDER: Final = (
    "A direct message makes no sound then. In Slack, under Preferences, Notifications: let the schedule end while they "
    "are on call, or agree to be called by phone."
)
IN_FILE: Final = "Correct the e-mail in the directory file, or invite them to the workspace."


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleExamined:
    """Everyone in the directory; `paged` are the keys of those whom a page that starts now could reach, with why."""

    people: Sequence[Person]
    paged: Mapping[str, str]

    async def examined(self, api: SlackApi, now: datetime) -> AsyncIterator[Diagnosis]:
        """Say who cannot be found, and whose notifications are or will be paused. `now` is aware."""
        members = PatientMembers(SlackMembers(api), asyncio.Event())
        found: list[tuple[Person, Contact]] = []
        for person in self.people:
            contact = await members.by_email(person.email)
            if contact is None or contact.deleted:
                yield self._lost(person, contact)
            else:
                found.append((person, contact))
        yield well("people", f"{len(found)} of {len(self.people)} found in Slack by e-mail.")
        silent = [said for pair in found if pair[0].id in self.paged and (said := await self._silent(api, *pair, now))]
        if silent:
            yield doubtful(QUIET, f"Slack is silent for {'; '.join(silent)}.", LOUDER)
        else:
            yield well(QUIET, "nobody whom a page could reach now has notifications paused.")

    def _lost(self, person: Person, contact: Contact | None) -> Diagnosis:
        says = f"nobody has the address {person.email}" if contact is None else f"{contact.name} is deactivated"
        named = f"{person.name} (people.{person.id})"
        if person.id in self.paged:
            return broken("people", f"{named} would be paged as {self.paged[person.id]}, and {says}.", IN_FILE)
        return doubtful("people", f"{named}: {says}.", IN_FILE)

    async def _silent(self, api: SlackApi, person: Person, contact: Contact, now: datetime) -> str:
        """When Slack is silent for somebody, and what they would be paged as; empty: never."""
        try:
            answer = await api.call("dnd.info", Errand(row=f"dnd:{contact.user}"), {"user": contact.user})
        except Rejected as rejected:
            return f"{person.name}, as far as is known: Slack does not tell ({rejected.error})"
        named = f"{person.name} ({self.paged[person.id]})"
        zone = _zone(contact.timezone)
        if flag_at(answer, "snooze_enabled") and number_at(answer, "snooze_endtime") > now.timestamp():
            return f"{named} now and until {_hour(number_at(answer, 'snooze_endtime'), zone)}"
        start, end = number_at(answer, "next_dnd_start_ts"), number_at(answer, "next_dnd_end_ts")
        if flag_at(answer, "dnd_enabled") and start < end:
            return f"{named} from {_hour(start, zone)} to {_hour(end, zone)}"
        return ""


def _zone(name: str) -> ZoneInfo:
    """Slack's name of a zone, which this machine need not know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _hour(seconds: float, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC).astimezone(zone):%a %H:%M %Z}"
