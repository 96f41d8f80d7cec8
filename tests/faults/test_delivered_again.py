"""The same command, press, form or event delivered four times, as Slack or a proxy sometimes does: one effect."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.timeline import EventKind
from bot.sandbox.client import Person
from bot.sandbox.jsons import as_object
from bot.sandbox.sockets import Envelope
from tests.scenarios.world import World, world

TIMES = 4
BY_HAND = frozenset({"slash_commands", "interactive"})


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_what_is_delivered_four_times_happens_once(
    tmp_path: Path, mode: str, record_property: Callable[[str, object], None]
) -> None:
    record_property("row", "8")
    record_property("on", "SQLite")
    async with world(tmp_path, mode=mode) as here:
        await a_form_opened_once(here)
        await declared_by_four_at_once(here)
        await passed_on_one_tier_at_a_time(here)
        await told_once(here)
        await joined_and_resolved_once(here)

        figures = await here.bot.store.read(lambda tx: tx.figures(here.clock.now))
        assert (figures.unknown, figures.dead) == (0, 0)
    record_property(
        "shown", f"commands, forms, presses and events {TIMES} times each, by {mode}, to one process: 0 doubled"
    )


async def a_form_opened_once(here: World) -> None:
    """Slack opens one form for one request, and nobody is told that there was any trouble."""
    await here["ana"].command("/incident declare", channel="general")
    acks = await here.slack.deliver(last_by_hand(here), times=TIMES - 1)
    assert not [ack for ack in acks if ack.error or ack.text or ack.body]
    form = here["ana"].view
    assert form is not None
    await here["ana"].close(form)
    assert here["ana"].view is None
    assert {each.error for each in here.slack.unexpected} == {"exchanged_trigger_id"}
    here.slack.unexpected.clear()


async def declared_by_four_at_once(here: World) -> None:
    """Four deliveries of a declaration, none of them before the others: one incident, and each is told its number."""
    await here["ana"].command("/incident list", channel="general")
    asked = last_by_hand(here)
    line = {"text": "declare sev1 checkout Cards are declined", "trigger_id": "1.000000001.fourtimes"}
    acks = await here.slack.deliver(replace(asked, payload={**asked.payload, **line}), times=TIMES)
    await here.settled()

    assert not [ack.error for ack in acks if ack.error]
    assert all("INC-1" in f"{ack.text} {ack.body}" for ack in acks)
    assert [each.number for each in await here.bot.store.read(lambda tx: tx.open_incidents())] == [1]
    assert len([channel for channel in here.slack.channels if channel.name.startswith("inc-")]) == 2
    assert pages(here["maya"]) == 1
    assert len(here["ana"].dms) == 1


async def passed_on_one_tier_at_a_time(here: World) -> None:
    """A command, a press that passes the page on, one that takes it, and a page of its own."""
    room = (await here.war_room()).name
    await here["ana"].command("/incident escalate nobody answers", channel=room)
    await thrice_more(here)
    await here.slack.until(lambda: pages(here["leon"]), why="the next tier's page")

    await here["leon"].click(here.page_of(here["leon"]), "I can't: page Dana Cole now")
    await thrice_more(here)
    await here.slack.until(lambda: pages(here["dana"]), why="the page of the tier after it")

    await here["dana"].click(here.page_of(here["dana"]), "Acknowledge")
    await thrice_more(here)
    assert await recorded(here, EventKind.ACKNOWLEDGED) == 1

    await here["dana"].command("/incident page @sam Look at the sessions", channel=room)
    await thrice_more(here)
    await here.settled()
    assert [pages(here[name]) for name in ("maya", "leon", "dana", "vic", "sam")] == [1, 1, 1, 0, 1]


async def told_once(here: World) -> None:
    """A line for the record, and a form whose words go to customers."""
    dana, room = here["dana"], (await here.war_room()).name
    await dana.command("/incident log Flag is off", channel=room)
    await thrice_more(here)
    assert await recorded(here, EventKind.LOG) == 1

    await dana.command("/incident update", channel=room)
    form = dana.view
    assert form is not None
    await dana.fill(form, {"What we are doing": "rolled back"})
    await dana.submit(form)
    preview = dana.view
    assert preview is not None
    assert not (await dana.submit(preview)).errors
    await thrice_more(here)
    assert await recorded(here, EventKind.UPDATE) == 2


async def joined_and_resolved_once(here: World) -> None:
    """An event, and the form that ends it."""
    dana, room = here["dana"], await here.war_room()
    await here["eve"].join(room.id)
    await here.slack.until(lambda: joined(here), why="the event that Eve came")
    await here.slack.deliver(joined(here)[-1], times=TIMES - 1)
    assert await recorded(here, EventKind.JOINED) == 1

    await dana.command("/incident resolve", channel=room.name)
    form = dana.view
    assert form is not None
    await dana.submit(form)
    again = dana.view
    assert again is not None
    await dana.fill(again, {"Reason": "Rolled back; graphs are flat"})
    assert not (await dana.submit(again)).errors
    await thrice_more(here)
    assert await recorded(here, EventKind.RESOLVED) == 1
    assert not (await here.incident()).open
    await here.settled()
    assert sum("RESOLVED" in message.plain for message in (await here.stakeholders()).messages) == 1


async def thrice_more(here: World) -> None:
    """Deliver again, three times at once, what somebody did last; each is answered."""
    acks = await here.slack.deliver(last_by_hand(here), times=TIMES - 1)
    assert not [ack.error for ack in acks if ack.error]


def last_by_hand(here: World) -> Envelope:
    """The delivery of what somebody did last."""
    return next(each for each in reversed(here.slack.last_envelopes) if each.kind in BY_HAND)


def joined(here: World) -> list[Envelope]:
    """The deliveries of Eve's coming."""
    eve = {"type": "member_joined_channel", "user": here["eve"].id}
    return [each for each in here.slack.last_envelopes if eve.items() <= as_object(each.payload.get("event")).items()]


def pages(person: Person) -> int:
    """How many pages somebody has got."""
    return sum("Why you" in message.plain for message in person.dms)


async def recorded(here: World, kind: EventKind) -> int:
    """How many lines of this kind stand on record."""
    return sum(event.kind is kind for event in await here.bot.store.read(lambda tx: tx.timeline(1)))
