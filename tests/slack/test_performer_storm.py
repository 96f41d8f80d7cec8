"""Several declarations while every third call loses its answer: all of it arrives, none of it twice."""

from collections import Counter
from datetime import datetime
from itertools import count, pairwise

import pytest

from bot.sandbox.jsons import JsonObject
from tests.slack.outbound import Company

LOSING = ("5xx_stored", "reset_stored", "5xx")


class Lossy:
    """Strikes every third call, wherever it goes, and notes when which channel was looked through."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.looked: dict[str, list[datetime]] = {}
        self._number = count()

    def strikes(self, _args: JsonObject) -> bool:
        return next(self._number) % 3 == 2

    def notes(self, args: JsonObject) -> bool:
        self.looked.setdefault(str(args["channel"]), []).append(self.company.clock())
        return False


@pytest.mark.parametrize("kind", LOSING)
async def test_nothing_is_lost_or_there_twice_when_every_third_answer_is_lost(company: Company, kind: str) -> None:
    lossy = Lossy(company)
    company.slack.faults.add("conversations.history", "latency", when=lossy.notes)
    company.slack.faults.add("*", kind, when=lossy.strikes)
    for number in range(4):
        await company.declare(words=f"Trouble {number}")
        await company.run(2)
    await company.run(60)
    company.slack.faults.clear()
    await company.run(180)
    _stands_once(company)
    figures = await company.desk.store.read(lambda tx: tx.figures(company.clock()))
    assert (figures.unknown, figures.dead, figures.sent_without_ts) == (0, 0, 0)
    assert lossy.looked
    for channel, times in lossy.looked.items():
        assert all((later - at).total_seconds() >= 10 for at, later in pairwise(times)), channel


def _stands_once(company: Company) -> None:
    copies: Counter[str] = Counter()
    for channel in company.slack.workspace.channels.values():
        copies.update(_row(message.metadata) for message in channel.log.values() if message.metadata)
    assert {row: number for row, number in copies.items() if number > 1} == {}
    assert sum(row.startswith("page:") for row in copies) == 4
    names = [channel.name for channel in company.slack.channels if channel.name.startswith("inc-")]
    assert len(names) == len(set(names)) == 8
    for number in range(1, 5):
        for card in ("war_room", "stakeholders", "announce", "declared"):
            assert copies[f"inc:{number}:card:{card}:"] == 1


def _row(metadata: JsonObject) -> str:
    payload = metadata["event_payload"]
    assert isinstance(payload, dict)
    return str(payload["id"])
