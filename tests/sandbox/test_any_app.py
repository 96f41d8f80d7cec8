"""An unrelated Bolt app runs here unchanged, in Socket Mode and over signed HTTP."""

import pytest

from bot.sandbox.screens import ScreenError
from tests.sandbox.conftest import Played


async def test_a_command_is_answered_with_names_as_ids(played: Played) -> None:
    answer = await played.maya.command("/tiny hello @maya in #general <b>", "general")
    general = played.slack.channel("general").id
    assert answer.text == f"you said hello <@{played.maya.id}|maya> in <#{general}|general> &lt;b&gt;"
    assert answer.response_type == "ephemeral"
    assert [message.text for message in played.slack.ephemerals_of(played.maya)] == [answer.text]


async def test_an_answer_through_the_response_url_can_be_for_the_channel(played: Played) -> None:
    answer = await played.maya.command("/tiny later", "general")
    await played.slack.until(lambda: answer.text, why="the later answer")
    assert played.slack.channel("general").messages[-1].text == "answered later"


async def test_a_command_nobody_registered_is_unknown(played: Played) -> None:
    assert (await played.maya.command("/huge", "general")).error == "unknown_command"


async def test_a_form_is_filled_refused_and_accepted(played: Played) -> None:
    opened = (await played.maya.command("/tiny form", "general")).view
    assert opened is not None
    assert opened.labels() == ["What", "Colour", "More"]

    empty = await played.maya.submit(opened)
    assert empty.errors == {"What": "Please complete this required field."}
    assert not played.saw(type="view_submission")

    await played.maya.fill(opened, {"What": "bad", "More": "this and more"})
    refused = await played.maya.submit(opened)
    assert refused.errors == {"What": "Not that."}
    refused_view = played.maya.view
    assert refused_view is not None
    assert refused_view.errors == {"what": "Not that."}

    await played.maya.fill(opened, {"What": "change"})
    await played.maya.submit(opened)
    changed = played.maya.view
    assert changed is not None
    assert changed.title == "Changed"
    assert changed.values["what"]["typed"]["value"] == "change"

    await played.maya.fill(changed, {"What": "good", "Colour": "Blue"})
    accepted = await played.maya.submit(changed)
    assert accepted.closed
    assert played.maya.view is None
    values = played.seen[-1]["values"]
    assert values["colour"]["chosen"]["selected_option"]["value"] == "blue"
    assert values["more"]["sought"]["selected_option"]["value"] == "found"
    assert played.slack.unexpected == []


async def test_untouched_inputs_hold_their_initial_values(played: Played) -> None:
    opened = (await played.maya.shortcut("open")).view
    assert opened is not None
    assert opened.values["what"]["typed"] == {"type": "plain_text_input", "value": None}
    assert opened.values["colour"]["chosen"]["selected_option"] == {
        "text": {"type": "plain_text", "text": "Red"},
        "value": "red",
    }


async def test_a_button_in_a_direct_message_works_and_a_stale_press_reaches_the_app(played: Played) -> None:
    opened = (await played.maya.command("/tiny form", "general")).view
    assert opened is not None
    await played.maya.fill(opened, {"What": "help"})
    await played.maya.submit(opened)
    await played.slack.until(lambda: played.maya.dms, why="the direct message")
    asked = played.maya.dms[0]
    assert asked.text == "You asked: help"
    assert asked.buttons() == ["Take"]
    await played.maya.click(asked, "Take")
    await played.slack.until(lambda: played.maya.dms[0].edited, why="the edit")
    assert played.maya.dms[0].text == f"Taken by <@{played.maya.id}>"
    assert played.maya.dms[0].buttons() == []
    with pytest.raises(ScreenError, match="No 'Take' on this message"):
        await played.maya.click(played.maya.dms[0], "Take")
    assert (await played.maya.click(asked, "Take")).error == ""


async def test_modals_stack_three_deep_and_tell_when_they_close(played: Played) -> None:
    await played.maya.shortcut("open")
    for depth in (2, 3):
        top = played.maya.view
        assert top is not None
        await played.maya.press(top, "Next")
        assert len(played.slack.workspace.modals[played.maya.id]) == depth
    top = played.maya.view
    assert top is not None
    assert top.title == "Next form"
    await played.maya.close(top)
    assert played.saw(type="view_closed", is_cleared=False)
    below = played.maya.view
    assert below is not None
    await played.maya.close(below, whole_stack=True)
    assert played.saw(type="view_closed", is_cleared=True)
    assert played.maya.view is None


async def test_home_is_published_when_it_is_opened(played: Played) -> None:
    await played.maya.open_home()
    await played.slack.until(lambda: played.maya.home is not None, why="the Home tab")
    assert played.maya.home is not None
    assert played.maya.home.plain == "*Welcome*"


async def test_a_message_shortcut_carries_the_message(played: Played) -> None:
    played.slack.channel("general").members.append(played.slack.bot_user)
    said = await played.maya.say("general", "look at this")
    await played.maya.message_shortcut("quote", said)
    await played.slack.until(lambda: played.slack.ephemerals_of(played.maya), why="the quote")
    assert played.slack.ephemerals_of(played.maya)[0].text == "> look at this"


async def test_events_reach_the_app_only_from_where_it_is(played: Played) -> None:
    await played.maya.say("general", "unheard")
    played.slack.add_channel("room", members=[played.maya], with_bot=True)
    leon = played.slack.add_person("leon")
    await played.maya.say("room", "heard")
    await leon.join("room")
    await played.maya.rename("room", "salon")
    await played.maya.archive("salon")
    await played.slack.until(lambda: played.saw(type="channel_archive"), why="the last event")
    assert played.saw(type="message", text="heard", channel_type="channel")
    assert played.saw(type="member_joined_channel", user=leon.id)
    assert played.saw(type="channel_rename")
    assert not played.saw(text="unheard")


async def test_what_is_delivered_twice_has_the_same_event_id(played: Played) -> None:
    played.slack.add_channel("room", members=[played.maya], with_bot=True)
    await played.maya.say("room", "once")
    await played.slack.until(lambda: played.saw(text="once"))
    envelope = played.slack.last_envelopes[-1]
    acks = await played.slack.deliver(envelope, times=3)
    assert [ack.error for ack in acks] == ["", "", ""]
    assert len([event for event in played.seen if event.get("text") == "once"]) == 4
