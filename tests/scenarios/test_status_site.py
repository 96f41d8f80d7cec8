"""The public hears it from the bot's own status site: at once, word for word, and nothing else."""

from pathlib import Path

from bot.domain.update import Audience
from tests.scenarios.test_updates import led_by_maya, publish, with_button
from tests.scenarios.world import COMPANY, World, world

WITH_A_SITE = COMPANY.read_text(encoding="utf-8").replace(
    "workspace:\n", "workspace:\n  status_site: true\n  status_name: Acme status\n", 1
)
MAINTENANCE = """
maintenance:
  - title: Payments move to a new provider
    journeys: checkout
    from: 2026-11-18 01:00
    until: 2026-11-18 05:00
    customers_see: For some minutes cards cannot be charged
"""
INSIDE = ("Maya", "Leon", "Ana", "inc-1", "INC-1", "SEV1", "checkout-api", "acknowledged", "feature flag")


async def read(here: World, path: str) -> tuple[int, str]:
    async with here.http.get(f"http://127.0.0.1:{here.bot.port}{path}") as answer:
        return answer.status, await answer.text()


async def test_published_words_are_on_the_site_at_once_and_while_slack_is_down(tmp_path: Path) -> None:
    async with world(tmp_path, company=WITH_A_SITE + MAINTENANCE) as here:
        for path in ("/status", "/status.json", "/status.atom"):
            assert "For some minutes cards cannot be charged" in (await read(here, path))[1]
        noted = await here.bot.store.read(lambda tx: tx.noted_maintenance())
        assert list(noted.values()) == [here.clock.now], "since when it is announced is kept"
        assert "Planned maintenance is going on" in (await read(here, "/status"))[1]
        await led_by_maya(here)
        maya, room = here["maya"], (await here.war_room()).name
        await maya.command("/incident log A feature flag of checkout-api was changed", channel=room)
        assert "No incidents." in (await read(here, "/status"))[1], "nothing was published, so nothing is there"

        await publish(here, maya, {"What customers see": "Card payments fail <in the EU>"})
        told = (await here.incident()).last_update(Audience.PUBLIC)
        assert told is not None
        assert told.published_at == told.handed_out_at
        promise = (await here.incident()).clock(Audience.PUBLIC)
        assert promise is not None
        assert (promise.kept, promise.breaches, promise.due_at) == (1, 0, told.next_at)
        assert not [each for each in (await here.war_room()).messages if "I posted it" in each.buttons()]

        here.slack.faults.add("*", "5xx")
        for path in ("/status", "/status.json", "/status.atom"):
            status, shown = await read(here, path)
            assert status == 200
            assert "Card payments fail" in shown
            assert "<in the EU>" not in shown or path.endswith(".json")
            assert not [word for word in INSIDE if word in shown], path
        here.slack.faults.clear()
        await here.settled()

        await here["ana"].command("/incident declare private sev1 checkout Somebody stole data", channel="general")
        await here.settled()
        await maya.command("/incident resolve", channel=room)
        form = maya.view
        assert form is not None
        await maya.fill(form, {"Reason": "Maya says so"})
        assert not (await maya.submit(form)).errors
        await here.settled()
        status, shown = await read(here, "/status")
        assert "Planned maintenance is going on" in shown
        assert "Card payments fail" in shown.partition("The last 90 days")[2]
        assert "stole" not in shown


async def test_without_the_setting_there_is_no_site_and_the_copy_block_stays(once: World) -> None:
    await led_by_maya(once)
    await publish(once, once["maya"], {"What customers see": "Card payments fail"})
    copy = with_button((await once.war_room()).messages, "I posted it")
    assert "Card payments fail" in copy.plain
    for path in ("/status", "/status.json", "/status.atom"):
        status, said = await read(once, path)
        assert (status, "status_site: true" in said) == (404, True)
