"""Fields in messages: menus that the app fills, and what each reader chose and typed, kept until it is sent."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.client import Person
from bot.sandbox.jsons import as_object
from bot.sandbox.models import Message
from bot.sandbox.server import LocalSlack
from tests.sandbox.gallery import Json, counter
from tests.sandbox.page_app import MANIFEST, kitchen


@dataclass(frozen=True, slots=True)
class Counter:
    """A message with fields, and two who read it."""

    slack: LocalSlack
    app: AsyncWebClient
    channel: str
    maya: Person
    leon: Person

    @property
    def message(self) -> Message:
        return self.slack.channel(self.channel).messages[-1]


@pytest.fixture
async def here() -> AsyncIterator[Counter]:
    slack = await LocalSlack.start(manifest=MANIFEST)
    maya, leon = slack.add_person("maya"), slack.add_person("leon")
    channel = slack.add_channel("kitchen", members=[maya, leon], with_bot=True)
    async with kitchen(slack, channel) as app:
        await posted(app, channel)
        yield Counter(slack, app.client, channel, maya, leon)
    await slack.stop()


async def posted(app: AsyncApp, channel: str) -> None:
    await app.client.chat_postMessage(channel=channel, text="At the counter", blocks=counter())


def values(slack: LocalSlack) -> dict[str, Json]:
    """`state.values` of the last action that the app was sent, by action id; without the types."""
    state = as_object(as_object(slack.last_envelopes[-1].payload["state"])["values"])
    fields = {name: as_object(entry) for block in state.values() for name, entry in as_object(block).items()}
    return {name: {k: v for k, v in entry.items() if k != "type"} for name, entry in fields.items()}


async def test_a_message_keeps_what_each_reader_chose_and_typed_and_sends_it_with_the_next_press(
    here: Counter,
) -> None:
    maya, leon, slack = here.maya, here.leon, here.slack
    await maya.choose(here.message, "portion", "Large")
    await maya.choose(here.message, "side_field", "Radish")
    await maya.enter(here.message, "sides_field", ["Rice", "Radish"])
    await maya.choose(here.message, "extras_field", ["Leek"])
    await maya.enter(here.message, "remark_field", "No salt")
    await maya.click(here.message, "Serve")
    now = values(slack)
    assert now["portion"]["selected_option"]["value"] == "large"
    assert now["side_field"]["selected_option"]["value"] == "radish"
    assert [each["value"] for each in now["sides_field"]["selected_options"]] == ["rice", "radish"]
    assert [each["value"] for each in now["extras_field"]["selected_options"]] == ["leek"]
    assert (now["remark_field"], now["day"]) == ({"value": "No salt"}, {"selected_date": "2026-01-01"})

    await leon.click(here.message, "Serve")
    assert values(slack)["remark_field"] == {"value": None}
    assert values(slack)["portion"] == {"selected_option": None}
    await here.app.chat_update(channel=here.channel, ts=here.message.ts, text="Counter", blocks=counter()[1:])
    await maya.click(here.message, "Serve")
    assert "portion" not in values(slack)
    assert values(slack)["remark_field"] == {"value": "No salt"}
    assert slack.unexpected == []


async def test_the_app_hears_from_which_message_its_menu_is_asked_for(here: Counter) -> None:
    await here.maya.choose(here.message, "side_field", "Rice")
    (payload,) = [e.payload for e in here.slack.last_envelopes if e.payload["type"] == "block_suggestion"]
    where = {"type": "message", "message_ts": here.message.ts, "channel_id": here.channel, "is_ephemeral": False}
    assert payload["container"] == where
    assert (payload["action_id"], payload["value"]) == ("side_field", "Rice")
    assert as_object(payload["message"])["ts"] == here.message.ts
    assert payload["channel"] == {"id": here.channel, "name": "kitchen"}
