"""The words that customers and stakeholders read: previewed, published as previewed, on a clock that everybody sees."""

import re

import pytest

from bot.domain.update import Audience
from bot.sandbox.client import Person
from bot.sandbox.models import Message
from tests.scenarios.world import World

FIELDS = (
    "Incident:",
    "Severity:",
    "Started:",
    "Current status:",
    "Customer impact:",
    "What we are doing:",
    "Next update:",
)


async def led_by_maya(here: World) -> None:
    """Declare, page, acknowledge: Maya leads, nobody has comms."""
    await here["ana"].command("/incident declare sev1 checkout Cards are declined", channel="general")
    await here.settled()
    await here["maya"].click(here.page_of(here["maya"]), "Acknowledge")
    await here.settled()


def with_button(messages: list[Message], button: str) -> Message:
    """The newest message with this button."""
    return next(message for message in reversed(messages) if button in message.buttons())


async def publish(here: World, person: Person, answers: dict[str, object]) -> None:
    """Fill the update form, look at the preview, publish."""
    await person.command("/incident update", channel=(await here.war_room()).name)
    form = person.view
    assert form is not None
    await person.fill(form, answers)
    done = await person.submit(form)
    assert not done.errors, done.errors
    preview = person.view
    assert preview is not None
    assert preview.title == "Preview"
    done = await person.submit(preview)
    assert not done.errors, done.errors
    await here.settled()


@pytest.mark.both_ways
async def test_the_first_public_word_is_out_two_taps_after_the_declaration(here: World) -> None:
    await here["ana"].command("/incident declare sev1 checkout Cards are declined", channel="general")
    await here.settled()
    ana = here["ana"]

    first_word = with_button((await here.war_room()).messages, "Publish")
    assert "Some customers cannot complete a purchase" in first_word.plain
    await ana.click(first_word, "Publish")
    await here.settled()
    copy = with_button((await here.war_room()).messages, "I posted it")
    assert "Some customers cannot complete a purchase" in copy.plain
    await ana.click(copy, "I posted it")
    await here.settled()

    incident = await here.incident()
    told = incident.last_update(Audience.PUBLIC)
    assert told is not None
    assert told.text in copy.plain.replace("&amp;", "&")
    posted = [message.plain for message in (await here.stakeholders()).messages if "Update" in message.plain]
    assert any("Customers see" in text and "Next update" in text for text in posted)


async def test_what_was_previewed_is_published_word_for_word(here: World) -> None:
    await led_by_maya(here)
    maya = here["maya"]
    await maya.command("/incident update", channel=(await here.war_room()).name)
    form = maya.view
    assert form is not None
    await maya.fill(form, {"What customers see": "Card payments fail at checkout", "Who is affected": "EU"})
    await maya.submit(form)
    preview = maya.view
    assert preview is not None
    shown = preview.plain

    await maya.submit(preview)
    await here.settled()

    copy = with_button((await here.war_room()).messages, "I posted it")
    text = (await here.incident()).updates[-1].text
    public = next(update.text for update in (await here.incident()).updates if update.audience == "public")
    assert text.splitlines()[0] in shown
    assert public in shown
    assert public in copy.plain


async def test_identified_is_never_published_unconfirmed(here: World) -> None:
    await led_by_maya(here)
    maya = here["maya"]

    await publish(here, maya, {"Status": "Mitigating", "Cause, in customers' words": "A session fault"})
    texts = [update.text for update in (await here.incident()).updates]
    assert texts
    assert all("Identified" not in text and "session fault" not in text for text in texts)

    await publish(
        here, maya, {"Status": "Mitigating", "Cause, in customers' words": "A session fault", "Confirmed": True}
    )
    texts = [update.text for update in (await here.incident()).updates]
    assert any("Identified" in text and "A session fault." in text for text in texts)


async def test_no_comms_lead_and_an_overdue_update(here: World) -> None:
    await led_by_maya(here)
    maya = here["maya"]

    await here.later(minutes=10, seconds=1)
    assert any("due" in message.text and "Update" in message.buttons() for message in maya.dms), "five minutes ahead"
    await here.later(minutes=5)
    overdue = [m for m in (await here.war_room()).messages if "not been published" in m.text]
    assert overdue, "at the time, the war room"
    assert {"Take comms", "Publish the draft…"} <= set(overdue[-1].buttons())
    await here.later(minutes=5)
    assert any("overdue" in message.text for message in maya.dms), "five minutes after, the commander"
    record = await here.bot.store.read(lambda tx: tx.timeline(1))
    assert any(event.kind == "breach" for event in record)

    await maya.click(overdue[-1], "Take comms")
    await here.settled()
    comms = (await here.incident()).holder("comms")
    assert comms is not None
    assert comms.user == maya.id


async def test_a_snooze_is_once_and_ten_minutes(once: World) -> None:
    await led_by_maya(once)
    maya = once["maya"]
    await once.later(minutes=10, seconds=1)
    reminder = with_button(maya.dms, "Snooze 10 min")
    before = (await once.incident()).clocks

    await maya.click(reminder, "Snooze 10 min")
    await once.settled()
    after = (await once.incident()).clocks
    moved = [new for old in before for new in after if old.audience == new.audience and old.due_at != new.due_at]
    assert moved
    assert all(clock.snoozed for clock in moved)
    await maya.click(reminder, "Snooze 10 min")
    await once.settled()
    assert (await once.incident()).clocks == after, "once is all"


async def test_no_change_is_two_taps_with_a_fresh_time(here: World) -> None:
    await led_by_maya(here)
    maya = here["maya"]
    await publish(here, maya, {"What customers see": "Card payments fail at checkout"})
    copy = with_button((await here.war_room()).messages, "I posted it")
    await maya.click(copy, "I posted it")
    await here.later(minutes=25, seconds=1)

    reminder = with_button(maya.dms, "No change")
    await maya.click(reminder, "No change")
    preview = maya.view
    assert preview is not None
    assert "no new information" in preview.plain
    done = await maya.submit(preview)
    assert not done.errors
    await here.settled()

    published = [update for update in (await here.incident()).updates if update.stage == "nothing_new"]
    assert published
    assert all(update.handed_out_at and update.next_at and update.next_at > here.clock.now for update in published)
    places = [*(await here.stakeholders()).messages, *(await here.war_room()).messages]
    assert any("no new information" in message.plain for message in places)


async def test_a_long_incident_with_three_hourly_summaries(here: World) -> None:
    await led_by_maya(here)
    maya = here["maya"]
    await maya.command("/incident impact 32% 1240 customers EU", channel=(await here.war_room()).name)
    await publish(here, maya, {"What we are doing": "session refresh is off; Auth is rolling back"})

    await here.later(minutes=185)

    summaries = [m for m in (await here.stakeholders()).messages if "Current status:" in m.plain]
    assert len(summaries) == 3
    for summary in summaries:
        assert all(field in summary.plain for field in FIELDS), summary.plain
        assert "32 %" in summary.plain
        assert "1,240 customers" in summary.plain
        assert "from the record; last confirmed by Maya Ito" in summary.plain
        assert re.search(r"<!date\^\d+\^[^>|]*\|[^>]*UTC>", summary.text), "the next time, in the reader's zone"


async def test_the_first_hour_of_a_quiet_incident_is_quiet(once: World) -> None:
    await led_by_maya(once)
    maya = once["maya"]
    await publish(once, maya, {"What customers see": "Card payments fail at checkout"})
    copy = with_button((await once.war_room()).messages, "I posted it")
    await maya.click(copy, "I posted it")

    await once.later(minutes=59)

    bot = once.slack.bot_user
    said = [message for message in (await once.war_room()).messages if message.user == bot]
    told = [message for message in (await once.stakeholders()).messages if message.user == bot]
    assert len(said) <= 12, [message.text for message in said]
    assert len(told) <= 6, [message.text for message in told]


async def test_public_words_are_looked_at_before_they_go_and_go_all_the_same(once: World) -> None:
    await led_by_maya(once)
    maya, room = once["maya"], (await once.war_room()).name
    await maya.command("/incident update", channel=room)
    form = maya.view
    assert form is not None
    await maya.fill(form, {"What we are doing": "Leon is rolling back checkout-api, we think"})
    assert not (await maya.submit(form)).errors
    preview = maya.view
    assert preview is not None
    for better in ("“Leon” names a person", "“checkout-api” names an internal system", "“we think” is a guess"):
        assert better in preview.plain
    assert "“rolling back” is jargon. Better: “undoing a recent change”" in preview.plain

    assert not (await maya.submit(preview)).errors
    await once.settled()
    assert "Leon is rolling back" in with_button((await once.war_room()).messages, "I posted it").plain


async def test_words_in_the_shipped_templates_get_no_warning(once: World) -> None:
    await led_by_maya(once)
    maya, room = once["maya"], (await once.war_room()).name
    for status in ("Investigating", "Mitigating", "Monitoring"):
        await maya.command("/incident update", channel=room)
        form = maya.view
        assert form is not None
        await maya.fill(form, {"Status": status, "What we are doing": "We are restoring what broke"})
        assert not (await maya.submit(form)).errors
        preview = maya.view
        assert preview is not None
        assert "Look at this" not in preview.plain
        assert not (await maya.submit(preview)).errors
        await once.settled()
