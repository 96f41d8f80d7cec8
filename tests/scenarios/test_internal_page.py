"""A colleague opens the internal status page with a link from Slack, and sees what they may see and no more."""

import re
from pathlib import Path

from bot.sandbox.client import Person
from tests.scenarios.test_updates import led_by_maya
from tests.scenarios.world import World, world


async def opened(here: World, said: str) -> tuple[int, str]:
    link = re.search(r"http://[^\s|>]+/status/internal\?key=[\w.]+", said)
    assert link, said
    async with here.http.get(link[0]) as answer:
        return answer.status, await answer.text()


async def asked(person: Person) -> str:
    return str(await person.command("/incident site", channel="general"))


async def test_each_reader_gets_a_link_of_their_own_and_sees_what_they_may(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        ana, eve = here["ana"], here["eve"]
        await led_by_maya(here)
        await ana.command("/incident declare private sev1 invoices Somebody stole data", channel="general")
        await here.settled()

        said = await asked(eve)
        assert "only on the machine" in said
        status, shown = await opened(here, said)
        assert status == 200
        for words in (
            "INC-1",
            "Maya Ito",
            "#inc-1-cards-are-declined",
            "Customers cannot place orders",
            "SEV1",
            "1 open incident<",
        ):
            assert words in shown, words
        assert "stole" not in shown
        assert "INC-2" not in shown

        status, shown = await opened(here, await asked(ana))
        assert (status, "Somebody stole data" in shown) == (200, True)

        card = here.card(await here.stakeholders())
        await here["dana"].click(card, "All open incidents")
        await here.settled()
        assert "INC-1" in (await opened(here, str(here["dana"].ephemerals()[-1].blocks)))[1]
        await eve.open_home()
        await here.slack.until(lambda: eve.home, why="the Home tab")
        home = eve.home
        assert home is not None
        await eve.press(home, "Internal status page")
        assert eve.view is not None
        assert "INC-1" in (await opened(here, str(eve.view.blocks)))[1]

        status, shown = await opened(here, (await asked(eve)).replace("?key=U", "?key=V"))
        assert (status, "/incident site" in shown, "INC-1" in shown) == (403, True, False)
