"""The same life on PostgreSQL: one code path, so one long story is enough to see that it is one."""

from pathlib import Path

from tests.scenarios.test_updates import led_by_maya, publish, with_button
from tests.scenarios.world import World, world


async def test_a_whole_incident_on_postgresql(tmp_path: Path, fresh_postgres: str) -> None:
    async with world(tmp_path, postgres=fresh_postgres) as here:
        maya = here["maya"]
        await here["ana"].command("/incident declare sev1 checkout Cards are declined", channel="general")
        await here.later(minutes=5, seconds=1)
        assert "Why you" in here.page_of(here["leon"]).plain
        await maya.click(here.page_of(maya), "Acknowledge")
        await here.settled()
        await publish(here, maya, {"Status": "Monitoring", "What we are doing": "rolled back"})
        await maya.click(with_button((await here.war_room()).messages, "I posted it"), "I posted it")
        await here.later(minutes=61)
        assert any("Current status: monitoring" in message.plain for message in (await here.stakeholders()).messages)
        await maya.command("/incident resolve", channel=(await here.war_room()).name)
        form = maya.view
        assert form is not None
        assert not (await maya.submit(form)).errors
        await here.settled()
        assert not (await here.incident()).open
        figures = await here.bot.store.read(lambda tx: tx.figures(here.clock.now))
        assert (figures.dead, figures.unknown, figures.pages_without_timer, figures.sent_without_ts) == (0, 0, 0, 0)

        await led_by_maya(here)
        assert (await here.incident(2)).holder("commander") is not None
        measured = await metrics(here)
        assert measured["tocsin_page_latency_seconds_count"] == 3
        assert measured['tocsin_slack_calls_total{method="conversations.create",outcome="accepted"}'] == 4
        assert measured['tocsin_database_transaction_seconds_count{access="write"}'] > 100
        assert measured["tocsin_socket_last_frame_seconds"] < 60
        assert measured["tocsin_loop_lag_seconds_count"] > 0


async def metrics(here: World) -> dict[str, float]:
    """What Prometheus would read."""
    async with here.http.get(f"http://127.0.0.1:{here.bot.port}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}
