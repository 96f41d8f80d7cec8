"""Customers hear it on Atlassian Statuspage: published by one press, never twice, and never lost when it says no."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bot.domain.update import Audience
from tests.fakes.statuspage import COMPONENTS, KEY, PAGE, LocalStatuspage, local_statuspage
from tests.scenarios.test_status_site import read
from tests.scenarios.test_updates import led_by_maya, publish, with_button
from tests.scenarios.world import COMPANY, World, world

CONNECTED = (
    COMPANY.read_text(encoding="utf-8")
    .replace("workspace:\n", f"workspace:\n  status_site: true\n  statuspage: {{page: {PAGE}}}\n", 1)
    .replace("  checkout:\n    name:", f"  checkout:\n    statuspage_component: {COMPONENTS[0]}\n    name:", 1)
)
INSIDE = ("Maya", "Ana", "INC-1", "inc-1", "SEV1", "checkout-api")


@asynccontextmanager
async def connected(folder: Path) -> AsyncIterator[tuple[World, LocalStatuspage]]:
    """A world whose company has a page at Statuspage and a status site of its own."""
    async with local_statuspage(lambda: 0.0) as there:
        given: Mapping[str, str] = {"STATUSPAGE_API_KEY": KEY, "STATUSPAGE_API_URL": there.url}
        async with world(folder, company=CONNECTED, settings=given) as here:
            yield here, there


async def test_one_press_publishes_there_once_and_what_it_refuses_is_handed_to_whoever_keeps_the_clock(
    tmp_path: Path,
) -> None:
    async with connected(tmp_path) as (here, there):
        await led_by_maya(here)
        maya, room = here["maya"], (await here.war_room()).name
        assert there.incidents == [], "nothing was published"
        ready = with_button((await here.war_room()).messages, "Publish")
        assert "Publish puts it on Statuspage at once" in ready.plain

        there.faults.append("503_stored")
        await publish(here, maya, {"What customers see": "Card payments fail"})
        (public,) = there.incidents
        assert (public.name, public.status, public.impact) == ("Card payments fail", "investigating", "critical")
        assert there.components[COMPONENTS[0]] == "major_outage"
        told = (await here.incident()).last_update(Audience.PUBLIC)
        assert told is not None
        assert public.updates == [("investigating", told.text)], "word for word, and once, though the answer was lost"
        assert not [word for word in INSIDE if word in repr(public)]
        promise = (await here.incident()).clock(Audience.PUBLIC)
        assert promise is not None
        assert (promise.kept, promise.breaches, promise.due_at) == (1, 0, told.next_at)
        assert f"https://stspg.io/{public.id}" in here.card(await here.stakeholders()).text
        assert not [each for each in (await here.war_room()).messages if "I posted it" in each.buttons()]
        assert "published on" in next(m.text for m in (await here.war_room()).messages if "Public text of" in m.text)
        assert "Card payments fail" in (await read(here, "/status"))[1]

        there.faults.append("403")
        await publish(here, maya, {"What customers see": "Some card payments fail"})
        assert len(public.updates) == 1
        asked = with_button(maya.dms, "I posted it")
        assert "Statuspage did not take the public text" in asked.text
        assert "the role Incident manager" in asked.text
        block = with_button((await here.war_room()).messages, "I posted it")
        assert "Some card payments fail" in block.plain
        assert "Some card payments fail" in (await read(here, "/status"))[1], "the bot's own site has it all the same"
        waiting = (await here.incident()).clock(Audience.PUBLIC)
        assert waiting == promise, "the promise is not kept by what Statuspage refused"
        await maya.click(asked, "I posted it")
        await here.settled()
        kept = (await here.incident()).clock(Audience.PUBLIC)
        assert kept is not None
        assert kept.kept == 2

        await maya.command("/incident resolve", channel=room)
        form = maya.view
        assert form is not None
        await maya.fill(form, {"Reason": "Maya says so"})
        assert not (await maya.submit(form)).errors
        await here.settled()
        assert [public.status, there.components[COMPONENTS[0]]] == ["resolved", "operational"]
        assert there.incidents == [public], "one incident, from the first word to the last"


async def test_a_private_incident_never_goes_there_by_itself(tmp_path: Path) -> None:
    async with connected(tmp_path) as (here, there):
        await here["ana"].command("/incident declare private sev1 checkout Somebody stole data", channel="general")
        await here.settled()
        maya = here["maya"]
        await maya.click(here.page_of(maya), "Acknowledge")
        await here.settled()
        await maya.click(with_button(maya.dms, "Start the public clock"), "Start the public clock")
        await publish(here, maya, {"What customers see": "Card payments fail"})
        assert "Card payments fail" in with_button((await here.war_room()).messages, "I posted it").plain
        assert there.calls == []
