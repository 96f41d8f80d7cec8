"""Slack does what it was asked for, and every third answer is lost: nothing is there twice, and nothing is missing.

The story is told twice, undisturbed and disturbed, and what has come of it is compared.
"""

import itertools
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox.jsons import JsonObject, as_object, as_text
from bot.sandbox.models import Message
from bot.sandbox.server import LocalSlack
from tests.scenarios.test_updates import publish, with_button
from tests.scenarios.world import Patience, World, world
from tests.size import DATABASES, FULL, address_of

KINDS = ("5xx_stored", "reset_stored", "hang_stored")
EVERY = 3
FIRST_LOST = (3, 2, 1) if FULL else (3,)
"""Which answer is the first to be lost; every third is, from there on."""
TRUE_ONLY_HERE = (":fallback:", ":half:")
"""Lines that are true only where answers are lost: a page was not confirmed for 30 s, or half of its wait is over."""
PATIENCE = 0.25
VISIBLE_AFTER = 60
"""Seconds after which no copy is seen twice."""
LOOKED_EVERY = timedelta(seconds=10)
TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.+]+")
LOOKS = ("conversations.history", "conversations.replies")


@dataclass(slots=True, kw_only=True)
class Losses:
    """Loses every third answer, in each way in turn; notes when each channel was looked through, by the bot's clock."""

    clock: Callable[[], datetime]
    number: int = 0
    looked: dict[str, list[datetime]] = field(default_factory=dict)

    def begin(self, slack: LocalSlack) -> None:
        """Begin to lose answers."""
        for method in LOOKS:
            slack.faults.add(method, "latency", when=self._noted)
        slack.faults.add("*", "latency", when=self._counted)
        for turn, kind in enumerate(KINDS, start=1):
            slack.faults.add("*", kind, when=self._whose(turn))

    @property
    def lost(self) -> int:
        """How many answers were lost."""
        return self.number // EVERY

    def _counted(self, _args: JsonObject) -> bool:
        self.number += 1
        return False

    def _noted(self, args: JsonObject) -> bool:
        self.looked.setdefault(as_text(args.get("channel")), []).append(self.clock())
        return False

    def _whose(self, turn: int) -> Callable[[JsonObject], bool]:
        return lambda _args: self.number % (EVERY * len(KINDS)) == turn * EVERY % (EVERY * len(KINDS))


@pytest.mark.parametrize("first", FIRST_LOST)
@pytest.mark.parametrize("database", DATABASES)
async def test_with_every_third_answer_lost_a_whole_incident_is_there_once(
    tmp_path: Path,
    database: str,
    first: int,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    record_property("row", "5")
    record_property("on", database)
    (tmp_path / "whole").mkdir()
    async with world(tmp_path / "whole") as here:
        await a_whole_incident(here)
        whole = as_it_stands(here)

    async with world(tmp_path, postgres=address_of(database, request), patience=Patience(bots=PATIENCE)) as here:
        losses = Losses(clock=here.clock, number=EVERY - first)
        losses.begin(here.slack)
        await a_whole_incident(here)
        await here.later(seconds=VISIBLE_AFTER)
        stands = as_it_stands(here)
        figures = await here.bot.store.read(lambda tx: tx.figures(here.clock.now))

    lost, doubled = whole - stands, stands - whole
    doubled = Counter({each: count for each, count in doubled.items() if stands[each] > 1 or not true_only_here(each)})
    counted = f"{losses.lost} of {losses.number} answers of Slack lost: {len(lost)} lost, {len(doubled)} doubled "
    counted += f"{VISIBLE_AFTER} s later; {len(losses.looked)} channels looked through, each at most once in 10 s"
    record_property("shown", counted)
    assert losses.lost > 20, counted
    assert not lost, lost
    assert not doubled, doubled
    assert (figures.unknown, figures.dead, figures.ready_by_priority, figures.sent_without_ts) == (0, 0, (), 0)
    assert losses.looked
    for moments in losses.looked.values():
        assert all(later - earlier >= LOOKED_EVERY for earlier, later in itertools.pairwise(moments))


async def test_a_form_that_slack_never_opens_costs_a_sentence_and_not_the_answer(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        gate = here.slack.faults.hold("views.open")
        answer = await here["ana"].command("/incident declare", channel="general")
        assert not answer.error
        assert "try once more" in answer.text
        gate.open()


async def a_whole_incident(here: World) -> None:
    """Declared, acknowledged, told to customers, resolved."""
    ana, maya = here["ana"], here["maya"]
    await ana.command("/incident declare sev1 checkout Cards are declined", channel="general")
    await here.settled()
    await maya.click(here.page_of(maya), "Acknowledge")
    await here.settled()
    await publish(here, maya, {"Status": "Monitoring", "What we are doing": "rolled back"})
    await maya.click(with_button((await here.war_room()).messages, "I posted it"), "I posted it")
    await here.settled()
    await maya.command("/incident resolve", channel=(await here.war_room()).name)
    form = maya.view
    assert form is not None
    assert not (await maya.submit(form)).errors
    await here.settled()
    assert not (await here.incident()).open


def true_only_here(thing: tuple[str, str, str]) -> bool:
    """Whether it is a line that an undisturbed incident does not have, being over sooner."""
    return any(part in thing[2] for part in TRUE_ONLY_HERE)


def as_it_stands(here: World) -> Counter[tuple[str, str, str]]:
    """Everything that the bot has brought about in Slack, each thing as often as it is there, without the times."""
    found: Counter[tuple[str, str, str]] = Counter()
    for channel in here.slack.workspace.channels.values():
        place = "/".join(sorted(channel.im_with)) or channel.name
        ours = {ts: message for ts, message in channel.log.items() if message.user == here.slack.bot_user}
        rows = {ts: row_of(message) for ts, message in ours.items()}
        found.update((place, "message", f"{rows[ts]} {ours[ts].buttons()}") for ts in ours)
        found.update((place, "pin", rows[ts]) for ts in channel.pins)
        found.update((place, "bookmark", mark.title) for mark in channel.bookmarks)
        found.update((place, "member", member) for member in channel.members)
        found[place, "topic", channel.topic] += 1
    return found


def row_of(message: Message) -> str:
    """The outbox row that a message says it is of, or what Slack itself says of something that the bot did."""
    row = as_text(as_object(as_object(message.metadata).get("event_payload")).get("id"))
    return TIME.sub("(time)", row or message.text)
