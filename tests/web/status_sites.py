"""A status site with incidents behind it, given as values, and a sample page that has something of everything."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from fastapi import FastAPI

from bot.domain.directory import Directory
from bot.domain.incident import Incident, Status
from bot.domain.journey import Journey, Maintenance
from bot.domain.public_incident import public_incident
from bot.domain.status_page import StatusPage, status_page
from bot.domain.update import Audience, Stage, StatusUpdate, UpdateForm
from bot.services.ports import Unavailable
from bot.text import Texts
from bot.web.status_site import StatusSite
from tests.domain.lives import DIRECTORY, MAYA, NOW, an_incident
from tests.web.doors import Behind

TEMPLATES = Path(__file__).parents[2] / "templates"
BASE = "https://status.acme.test"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SITE = replace(DIRECTORY, workspace=replace(DIRECTORY.workspace, status_site=True, status_name="Acme status"))


@dataclass
class BehindTheSite:
    """What the site reads, and how often it did."""

    incidents: Sequence[Incident] = ()
    directory: Directory = SITE
    now: datetime = NOW
    seconds: float = 0.0
    unavailable: str = ""
    looks: int = 0
    renderings: list[str] = field(default_factory=list)

    async def look(self) -> StatusPage | None:
        self.looks += 1
        if self.unavailable:
            raise Unavailable(self.unavailable)
        if not self.directory.workspace.status_site:
            return None
        told = [found for each in self.incidents if (found := public_incident(each))]
        return status_page(told, self.directory, self.now)

    def render(self, template: str, context: dict[str, object]) -> str:
        self.renderings.append(template)
        return Texts(TEMPLATES, markup=True).render(template, context)

    def site(self) -> StatusSite:
        return StatusSite(self.look, self.render, lambda: self.seconds, lambda: BASE, mails=True)

    def app(self) -> FastAPI:
        return Behind().app(status_site=self.site())


def told(
    number: int, stage: Stage, at: datetime, text: str, sees: str = "Card payments fail", severity: str = "SEV1"
) -> StatusUpdate:
    """A public update that was published."""
    return StatusUpdate(
        number=number,
        audience=Audience.PUBLIC,
        stage=stage,
        text=text,
        form=UpdateForm(status="investigating", customers_see=sees),
        by=MAYA,
        drafted_at=at,
        handed_out_at=at,
        published_at=at,
        severity=severity,
    )


def over(
    number: int, began: datetime, minutes: float, severity: str = "SEV2", sees: str = "Orders are slow"
) -> Incident:
    """An incident that is over, told in two updates."""
    updates = (
        told(1, Stage.INVESTIGATING, began, f"Investigating: {sees}. We are at work.", sees, severity),
        told(2, Stage.RESOLVED, began + minutes * MINUTE, f"Resolved. What customers saw: {sees}.", sees, severity),
    )
    made = an_incident(number=number, updates=updates, status=Status.RESOLVED, severity=severity)
    return replace(made, times=replace(made.times, declared=began, resolved=began + minutes * MINUTE))


def lasting(number: int = 42, severity: str = "SEV1") -> Incident:
    """An incident that lasts, told in two updates."""
    return an_incident(
        number=number,
        severity=severity,
        updates=(
            told(
                1,
                Stage.INVESTIGATING,
                NOW - 40 * MINUTE,
                "Investigating: Card payments fail. This began at 01:20 EST.\nWho is affected: customers in the EU.\n"
                "Our team is working on this now.\n\nWe will post our next update by 02:07 EST.",
                severity=severity,
            ),
            told(
                2,
                Stage.IDENTIFIED,
                NOW - 5 * MINUTE,
                "Identified: Card payments fail. This began at 01:20 EST.\n\nWe have found the cause: a change to how "
                "payments are confirmed.\nWhat we are doing: Undoing that change.\nWe will give an updated estimate in "
                "our next post.\n\nWe will post our next update by 02:42 EST.",
                severity=severity,
            ),
        ),
    )


def a_full_site() -> BehindTheSite:
    """One incident that lasts, several that are over, and components with and without a history."""
    names = ("Search", "Sign-in and accounts", "Invoices & receipts")
    more = {
        f"j{place}": Journey(id=f"j{place}", name=name, pain="p", customers_see="c", owner="maya", severity="SEV2")
        for place, name in enumerate(names)
    }
    journeys = {key: each for key, each in SITE.journeys.items() if key == "checkout"} | more
    slow = over(12, NOW - 3 * DAY, 95)
    search = over(13, NOW - 31 * DAY, 40, "SEV3", "Some searches give no results")
    search = replace(search, brief=replace(search.brief, journey="j0"))
    down = over(14, NOW - 60 * DAY, 2000, "SEV1", "Nobody can sign in")
    down = replace(down, brief=replace(down.brief, journey="j1"))
    site = replace(SITE, journeys=journeys, maintenance=planned())
    return BehindTheSite(incidents=(lasting(), slow, search, down), directory=site)


def planned() -> tuple[Maintenance, ...]:
    """Work that is planned, that goes on, and that is over."""

    def work(title: str, hours: float, *journeys: str) -> Maintenance:
        starts = NOW + timedelta(hours=hours)
        sees = "For some minutes searches may be slow.\nNothing is lost."
        return Maintenance(title=title, journeys=journeys, starts=starts, ends=starts + 3 * HOUR, customers_see=sees)

    return (work("Search moves house", 30, "j0", "j2"), work("New disks", -1, "j2"), work("Old disks", -100, "j1"))
