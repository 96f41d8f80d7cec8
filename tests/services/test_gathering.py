"""Deliveries that come at once are taken in together: none is lost in the crowd, and none spoils the others."""

import asyncio
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

from bot.domain.alert import Fate
from bot.domain.effects import TellRoom
from bot.domain.routing import Matcher, MatchOp, Rule, parse_matcher
from bot.services import paging
from bot.services.gathering import Gathering
from bot.services.ports import Desk, Unavailable
from bot.text import Texts
from tests.domain.lives import DIRECTORY, MAYA, NOW, said
from tests.fakes.clock import FakeClock, no_time
from tests.fakes.store import file_store
from tests.services.desks import TEMPLATES, an_office
from tests.services.test_alerts import an_alert, over

NOT_A_REGEX = Matcher(label="service", op=MatchOp.MATCHES, value="(")
BROKEN = Rule(number=1, matchers=(parse_matcher('breaks="it"'), NOT_A_REGEX), journey="checkout")


async def test_deliveries_that_come_at_once_are_one_incident_and_one_line() -> None:
    async with an_office() as office:
        gathering = Gathering(office.desk, no_time)
        first = await gathering.take_in("alertmanager", [an_alert()])
        await office.everything_sent()
        crowd = [an_alert(f"g{number}") for number in range(20)]
        found = await asyncio.gather(*(gathering.take_in("alertmanager", [each]) for each in crowd))
        assert [each.fate for each in first] == [Fate.DECLARED]
        assert [(each.fingerprint, each.fate) for (each,) in found] == [
            (each.fingerprint, Fate.ATTACHED) for each in crowd
        ]
        told = [row.outgoing.effect for row in await office.everything_sent()]
        lines = [said(effect.said).partition(":")[0] for effect in told if isinstance(effect, TellRoom)]
        assert lines == ["20 more alerts joined"]


async def test_after_a_write_that_was_long_fewer_alerts_are_taken_in_at_once_and_more_again_after_short_ones() -> None:
    """Who presses a button of an incident waits for the whole write that attaches alerts to it."""
    took = [1.0, 1.0, 1.0, 1.0, 1.0, 0.15, 0.01, 0.01, 0.01, 0.01]
    moments = iter([0.0, 0.0, 0.0, *(moment for each in accumulate(took) for moment in (each, each))])
    async with an_office() as office:
        gathering = Gathering(office.desk, lambda: next(moments))
        await gathering.take_in("alertmanager", [an_alert()])
        await office.everything_sent()
        crowd = [an_alert(f"g{number}") for number in range(32 + 16 + 8 + 4 + 4 + 4 + 4 + 8 + 16 + 32)]
        await asyncio.gather(*(gathering.take_in("alertmanager", [each]) for each in crowd))
        told = [row.outgoing.effect for row in await office.everything_sent()]
        lines = [said(effect.said).partition(" more")[0] for effect in told if isinstance(effect, TellRoom)]
        assert lines == ["32", "16", "8", "4", "4", "4", "4", "8", "16", "32"]


async def test_what_an_alert_does_between_two_deliveries_is_not_lost() -> None:
    async with an_office() as office:
        gathering = Gathering(office.desk, no_time)
        reports = (an_alert(), over(an_alert()), an_alert("b"), an_alert("b"))
        found = await asyncio.gather(*(gathering.take_in("alertmanager", [each]) for each in reports))
        assert [each.fate for (each,) in found] == [Fate.DECLARED, Fate.RESOLVED, Fate.ATTACHED, Fate.REPEATED]


async def test_a_delivery_that_cannot_be_taken_in_keeps_no_other_out() -> None:
    async with an_office(replace(DIRECTORY, rules=(BROKEN,))) as office:
        gathering = Gathering(office.desk, no_time)
        reports = (an_alert("a"), an_alert("poison", labels={"breaks": "it"}), an_alert("b"))
        found = await asyncio.gather(
            *(gathering.take_in("alertmanager", [each]) for each in reports), return_exceptions=True
        )
        assert isinstance(found[1], re.error)
        assert {each.fate for outcome in found if not isinstance(outcome, BaseException) for each in outcome} == {
            Fate.DECLARED,
            Fate.ATTACHED,
        }


async def test_whoever_waits_for_a_database_that_is_away_is_told_at_once(tmp_path: Path) -> None:
    async with file_store(tmp_path) as store:
        desk = Desk(store=store, clock=FakeClock(NOW), directory=lambda: DIRECTORY, render=Texts(TEMPLATES).render)
        gathering = Gathering(desk, no_time)
        with closing(sqlite3.connect(tmp_path / "tocsin.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            crowd = [an_alert(f"g{number}") for number in range(100)]
            found = await asyncio.gather(
                *(gathering.take_in("alertmanager", [each]) for each in crowd), return_exceptions=True
            )
            assert {type(each) for each in found} == {Unavailable}
            other.execute("ROLLBACK")
        assert [each.fate for each in await gathering.take_in("alertmanager", crowd)] == [
            Fate.DECLARED,
            *[Fate.ATTACHED] * 99,
        ]


async def test_in_a_storm_what_people_do_is_told_before_the_alerts_that_joined() -> None:
    async with an_office() as office:
        gathering = Gathering(office.desk, no_time)
        await gathering.take_in("alertmanager", [an_alert()])
        await office.everything_sent()
        for number in range(3):
            await gathering.take_in("alertmanager", [an_alert(f"g{number}")])
        await paging.acknowledge_incident(office.desk, 1, MAYA, "command", delivery=office.delivery())
        told = [row.outgoing.effect for row in await office.everything_sent()]
        lines = [said(effect.said) for effect in told if isinstance(effect, TellRoom)]
        assert lines[0].startswith("maya acknowledged")
        assert [line.partition(":")[0] for line in lines[1:]] == ["1 more alert joined"] * 3
