"""Slack answers everything with 503 for ten minutes: pages take the fallback, and afterwards all is there once."""

import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.sandbox.jsons import JsonObject
from tests.faults.away import at_rest, pass_time, rows
from tests.faults.declared import copies_in
from tests.scenarios.test_slack_is_down import a_sink, breaker
from tests.scenarios.world import World, world
from tests.size import DATABASES, FULL, PATIENT, address_of

INCIDENTS = 12 if FULL else 3
DOWN_FOR = 600
PAGED = ("maya", "leon", "dana")
OPENED_WITHIN, FELL_BACK_WITHIN = 30, 90
POST = "chat.postMessage"
OF = re.compile(r"INC-\d+")
TOGETHER = "goes with others, in "
BUNDLES = "SELECT id FROM outbox WHERE kind = 'send_bundle' AND state = 'sent'"


def go_down(here: World) -> None:
    """Every call is answered 503; every second of them was carried out all the same."""
    turns = itertools.count()

    def carried_out(_args: JsonObject) -> bool:
        return next(turns) % 2 == 1

    here.slack.faults.add("*", "5xx_stored", when=carried_out)
    here.slack.faults.add("*", "5xx")


@pytest.mark.parametrize("database", DATABASES)
async def test_ten_minutes_of_5xx_cost_no_page_and_double_none(
    tmp_path: Path,
    database: str,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    record_property("row", "4")
    record_property("on", database)
    postgres = address_of(database, request)
    async with (
        a_sink() as (sink, fallback),
        world(tmp_path, postgres=postgres, settings={"FALLBACK_URLS": fallback}) as here,
    ):
        await declared(here, "Before the outage")
        await here.settled()
        go_down(here)
        began = here.clock.now
        for number in range(1, INCIDENTS):
            await declared(here, f"Trouble {number}")
        await here.slack.until(lambda: here.bot.breaker.is_open, timeout=PATIENT, why="the breaker to open")
        opened = (here.clock.now - began).total_seconds()
        told = INCIDENTS - 1
        await here.slack.until(lambda: len(sink.got) >= told, timeout=PATIENT, why="the fallback to have every page")
        fell_back = (here.clock.now - began).total_seconds()
        asked = len(here.slack.calls())

        await pass_time(here, DOWN_FOR, step=10 if FULL else 30)

        meanwhile = [call.method for call in here.slack.calls()[asked:] if call.method != "auth.test"]
        by_fallback = len(sink.got)
        here.slack.faults.clear()
        back = len(here.slack.calls())
        await here.slack.until(lambda: not here.bot.breaker.is_open, timeout=PATIENT, why="the breaker to close")
        await here.later(minutes=2)

        first = next(call for call in here.slack.calls()[back:] if call.method == POST)
        assert first.args["channel"] in {here[name].id for name in PAGED}, "pages go first"
        assert await breaker(here) == "tocsin_slack_breaker 0.0"
        doubled = [row for row, count in copies_in(here.slack).items() if count > 1]
        lost = unsent_without_a_word(here)
        assert await at_rest(here) == (0, 0, 0)
        for name in PAGED:
            asking = (dm for dm in here[name].dms if "Acknowledge" in dm.buttons())
            assert len({number for dm in asking for number in OF.findall(dm.plain)}) == INCIDENTS
        record_property(
            "shown",
            f"{DOWN_FOR} s of 503 under {INCIDENTS} incidents: Slack counted as down after {opened:g} s, each page at "
            f"the fallback after {fell_back:g} s, {by_fallback} in all; {len(meanwhile)} calls beside the probe while "
            f"it was down; afterwards {len(lost)} lost, {len(doubled)} doubled",
        )
    assert opened <= OPENED_WITHIN
    assert fell_back <= FELL_BACK_WITHIN
    assert len(meanwhile) <= 2 * DOWN_FOR / 30, meanwhile
    assert not lost, lost
    assert not doubled, doubled


async def declared(here: World, words: str) -> None:
    """Ana declares; Slack brings her command, whatever it does with calls."""
    answer = await here["ana"].command(f"/incident declare sev1 checkout {words}", channel="general")
    assert not answer.error


def unsent_without_a_word(here: World) -> list[tuple[object, ...]]:
    """The pages that nobody was sent, alone or with others, and of which the record does not say why."""
    pages = rows(here, "SELECT id, state, last_error FROM outbox WHERE kind = 'send_page' AND state <> 'sent'")
    bundles = {f"{TOGETHER}{name}" for (name,) in rows(here, BUNDLES)}
    record = rows(here, "SELECT key FROM timeline WHERE key LIKE '%unsent%'")
    told = {str(key).partition(":unsent:")[2] for (key,) in record}
    return [page for page in pages if page[0] not in told and page[2] not in bundles]
