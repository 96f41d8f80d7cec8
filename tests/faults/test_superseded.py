"""A newer version migrates the shared database under a process of this one: it falls quiet, and says so."""

from pathlib import Path

from sqlalchemy import text

from bot.services.succession import SUPERSEDED
from bot.store.release import ENGINE_VERSION
from tests.scenarios.world import world


async def test_a_process_that_is_out_of_date_leaves_slack_and_alerts_to_the_others(
    tmp_path: Path, fresh_postgres: str
) -> None:
    async with world(tmp_path, postgres=fresh_postgres) as here:
        ana = here["ana"]
        await ana.command("/incident declare sev1 checkout Cards are declined", channel="general")
        await here.settled()
        with here.database.begin() as newer:
            newer.execute(text("UPDATE engine_version SET version = :version"), {"version": ENGINE_VERSION + 1})

        status, answer = await here.alert("generic", {"journey": "checkout", "summary": "Error rate above 2 %"})
        assert (status, "out of date" in str(answer)) == (503, True)
        await here.slack.until(lambda: here.slack.sockets.count == 0, timeout=15, why="the socket to be left")
        checks = {check.name: check for check in await here.bot.ready()}
        assert (checks["slack"].ok, checks["slack"].says) == (False, SUPERSEDED)
        assert "out of date" in checks["database"].says
        assert (await ana.command("/incident status", channel="general")).error == "dispatch_failed"
        assert len(await here.bot.store.read(lambda tx: tx.recent_incidents(9))) == 1
