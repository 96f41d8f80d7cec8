"""A channel's name that is taken: by our own earlier attempt, or by a channel of somebody else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.sandbox import conversations
from bot.sandbox.jsons import JsonObject, as_text
from bot.sandbox.models import Channel
from bot.sandbox.server import LocalSlack
from tests.scenarios.world import World, world
from tests.size import DATABASES, address_of

LINE = "/incident declare sev1 checkout Cards are declined"
CREATE = "conversations.create"
WAR_ROOM, STAKEHOLDERS = "inc-1-cards-are-declined", "inc-1-updates"
CLOCKS = {"ahead of the bot's": 90.0, "a little behind the bot's": -4.0}
"""Seconds by which Slack's clock, which says when a channel was created, differs from ours."""


@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.parametrize("slack_ahead", CLOCKS.values(), ids=CLOCKS.keys())
async def test_channels_that_an_earlier_attempt_created_are_taken_over(
    tmp_path: Path,
    slack_ahead: float,
    database: str,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    record_property("row", "7")
    record_property("on", database)
    async with world(tmp_path, postgres=address_of(database, request)) as here:
        here.slack.clock.now = lambda: here.clock().timestamp() + slack_ahead
        here.slack.faults.add(CREATE, "5xx_stored", times=2)
        await here["ana"].command(LINE, channel="general")
        await here.settled()
        assert not [call for call in here.slack.calls(CREATE) if call.error], "both were found, and not tried again"
        await as_it_should_be(here, WAR_ROOM, STAKEHOLDERS)

        land_late(here.slack)
        await here["ana"].command(f"{LINE} again", channel="general")
        await here.settled()
        refused = [call.args.get("name") for call in here.slack.calls(CREATE) if call.error == "name_taken"]
        assert sorted(map(str, refused)) == ["inc-2-cards-are-declined-again", "inc-2-updates"]
        await as_it_should_be(here, "inc-2-cards-are-declined-again", "inc-2-updates", number=2)
    record_property(
        "shown",
        f"4 channels of ours found and taken over, with Slack's clock {slack_ahead:+g} s: 0 doubled, 0 left empty",
    )


@pytest.mark.parametrize("database", DATABASES)
async def test_a_strangers_channel_is_left_alone_and_ours_gets_a_suffix(
    tmp_path: Path,
    database: str,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    record_property("row", "7")
    record_property("on", database)
    async with world(tmp_path, postgres=address_of(database, request)) as here:
        eve = here["eve"]
        theirs = [
            here.slack.add_channel(WAR_ROOM, members=[eve], with_bot=True),
            here.slack.add_channel(STAKEHOLDERS, members=[eve], private=True),
        ]
        before = [seen(here.slack.channel(channel)) for channel in theirs]
        here.slack.faults.add(CREATE, "5xx_stored", times=1, when=lambda args: args["name"] == f"{WAR_ROOM}-2")

        await here["ana"].command(LINE, channel="general")
        await here.settled()

        assert [seen(here.slack.channel(channel)) for channel in theirs] == before
        await as_it_should_be(here, f"{WAR_ROOM}-2", f"{STAKEHOLDERS}-2", strangers=theirs)
    record_property("shown", "2 channels of a stranger's left as they were; ours are 2, with a suffix; 0 left empty")


async def as_it_should_be(
    here: World, war_room: str, stakeholders: str, *, number: int = 1, strangers: list[str] | None = None
) -> None:
    """The incident has two channels of these names, each with its card, and no other channel was left behind."""
    ours = [await here.war_room(number), await here.stakeholders(number)]
    assert [channel.name for channel in ours] == [war_room, stakeholders]
    assert all(here.card(channel) for channel in ours)
    named = {channel.id for channel in here.slack.channels if channel.name.startswith(f"inc-{number}-")}
    assert named - set(strangers or []) == {channel.id for channel in ours}, "no empty channels"


def land_late(slack: LocalSlack) -> None:
    """Answer the first creation of each channel with 503; it takes effect just before it is asked for again."""
    tried: set[str] = set()

    def first(args: JsonObject) -> bool:
        name = as_text(args.get("name"))
        if name in tried and slack.workspace.by_name(name) is None:
            conversations.create(slack.workspace, slack.bot_user, name, private=False)
        fresh = name not in tried
        tried.add(name)
        return fresh

    slack.faults.add(CREATE, "5xx", when=first)


def seen(channel: Channel) -> tuple[object, ...]:
    """What there is of a channel that a stranger could have changed."""
    return channel.name, channel.topic, tuple(channel.members), tuple(channel.log), tuple(channel.pins)
