"""The client for a local Slack in another process: hands, eyes and levers; and what is recorded of all that passes."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession

from bot.sandbox.jsons import JsonObject, as_object
from bot.sandbox.remote import RemoteRefusalError, RemoteSlack
from bot.sandbox.server import LocalSlack
from tests.sandbox.conftest import Played
from tests.sandbox.tiny_app import MANIFEST


async def passage(slack: RemoteSlack, name: str) -> JsonObject:
    """The newest passage of this name, whole."""
    number = [each["number"] for each in await slack.passages() if each["name"] == name][-1]
    return await slack.get("backstage/passage", number=str(number))


async def call(slack: LocalSlack, method: str, **given: str) -> int:
    """Call the Web API as the app; the status, 0 where no answer came."""
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    try:
        async with ClientSession() as session:
            answer = await session.post(f"{slack.url}/api/{method}", headers=headers, json=given)
            return answer.status
    except ClientError:
        return 0


async def test_a_person_types_fills_sends_presses_and_reads_by_words_alone(played: Played) -> None:
    async with RemoteSlack(played.slack.url) as slack:
        maya = slack.person("maya")
        assert await maya.command("/tiny hello", channel="general") == "you said hello"
        assert "you said hello" in await maya.reads("#general")
        await maya.command("/tiny form", channel="general")
        with pytest.raises(RemoteRefusalError, match="has no field 'Colours'"):
            await maya.fill({"Colours": "Red"})
        form = await maya.fill({"Colour": "Blue"})
        assert as_object(as_object(form["state"])["values"])["what"]
        assert await maya.submit() == {"what": "Please complete this required field."}
        await maya.press_in_form("Next")
        await maya.act("view_close", view_id=(await maya.view())["id"])
        await maya.fill({"What": "help"})
        assert await maya.submit() == {}
        await slack.quiet(0.1)
        assert await maya.view() == {}
        await maya.press("Take")
        await slack.quiet(0.1)
        with pytest.raises(RemoteRefusalError, match=r"has a button 'Take'\. Nothing was pressed\."):
            await maya.press("Take")
        thread = await maya.say("Thanks", "general")
        assert (await maya.say("Bye", "general", thread=str(thread["ts"])))["thread_ts"] == thread["ts"]
        assert [m["text"] for m in await maya.messages("general")][-1] == "Thanks"
        with pytest.raises(RemoteRefusalError, match="There is nobody called 'nobody' here"):
            await slack.person("nobody").say("Boo")
        with pytest.raises(RemoteRefusalError, match=r"No form is open for maya\."):
            await maya.submit()
        assert await slack.unexpected() == []


async def test_the_levers_make_slack_slow_limited_down_and_normal_again(slack: LocalSlack) -> None:
    async with RemoteSlack(slack.url) as far:
        await far.make_slack("down")
        assert await call(slack, "team.info") == 503
        await far.make_slack("limited")
        assert await call(slack, "team.info") == 429
        assert as_object((await passage(far, "team.info"))["answer"])["Retry-After"] == "5"
        await far.make_slack("slow")
        assert slack.faults.strike("team.info", {}) == (2.0, None)
        await far.add_fault("team.info", "error", error="fatal_error", times=1)
        assert (await far.status())["slack"] == "faulty"
        await far.clear_faults()
        assert ((await far.status())["slack"], await call(slack, "team.info")) == ("normal", 200)
        with pytest.raises(RemoteRefusalError, match="Slack cannot be 'sleepy'; it can be normal, slow, limited, down"):
            await far.make_slack("sleepy")


async def test_what_is_not_ours_to_move_is_left_alone_in_a_sentence(slack: LocalSlack) -> None:
    async with RemoteSlack(slack.url) as far:
        with pytest.raises(RemoteRefusalError, match="The clock was not moved"):
            await far.advance(60)
        for order in (far.kill_app, far.start_app):
            with pytest.raises(RemoteRefusalError, match="The app runs outside this local Slack"):
                await order()
        with pytest.raises(RemoteRefusalError, match="No demo is playing"):
            await far.post("demo", {"do": "pause"})
        with pytest.raises(RemoteRefusalError, match="not kept any more"):
            await far.get("backstage/passage", number="99")
        assert await far.drop_sockets() == 0


async def test_the_clock_is_moved_on_from_where_it_stands(tmp_path: Path) -> None:
    slack = await LocalSlack.start(manifest=MANIFEST, clock_offset_file=tmp_path / "offset")
    async with RemoteSlack(slack.url) as far:
        before = slack.clock.wall()
        assert (await far.advance(60), await far.advance(30)) == (60, 90)
        assert (slack.clock.wall() >= before + 90, (await far.status())["offset"]) == (True, 90)
    await slack.stop()


async def test_each_passage_is_kept_with_what_was_sent_and_answered(played: Played) -> None:
    async with RemoteSlack(played.slack.url) as slack:
        await slack.person("maya").command("/tiny hello", channel="general")
        await slack.quiet(0.1)
        told = await passage(slack, "/tiny hello")
        asked = await passage(slack, "auth.test")
        assert (told["kind"], told["outcome"]) == ("envelope", "ok")
        assert "you said hello" in str(told["answer"])
        assert (asked["kind"], as_object(asked["answer"])["ok"]) == ("call", True)
        assert "xoxb" not in str(await slack.get("backstage"))
        assert "xoxb" not in str(asked)


async def test_a_lost_answer_and_a_refusal_are_seen_as_such(slack: LocalSlack) -> None:
    async with RemoteSlack(slack.url) as far:
        slack.faults.add("team.info", "reset", times=1)
        assert await call(slack, "team.info") == 0
        assert ((await passage(far, "team.info"))["outcome"], await call(slack, "team.info")) == ("no answer", 200)
        await call(slack, "chat.postMessage", channel="C404", text="Anybody?")
        assert (await passage(far, "chat.postMessage"))["outcome"] == "channel_not_found"


async def test_quiet_waits_for_what_is_under_way_and_names_it_when_it_takes_too_long(slack: LocalSlack) -> None:
    async with RemoteSlack(slack.url) as far:
        gate = slack.faults.hold("team.info")
        held = asyncio.create_task(call(slack, "team.info"))
        await slack.until(lambda: slack.backstage.recording.in_flight)
        with pytest.raises(RemoteRefusalError, match=r"It was not quiet within 0\.2 s; still under way: team\.info\."):
            await far.quiet(0.05, timeout=0.2)
        gate.open()
        await far.quiet(0.05)
        assert await held == 200


async def test_a_page_is_told_of_what_passes_when_it_begins_and_when_it_ends(slack: LocalSlack) -> None:
    async with ClientSession() as session, session.ws_connect(f"{slack.url}/sandbox/backstage/live") as live:
        status = (await live.receive_json())["status"]
        assert (status["slack"], status["process"], status["connections"]) == ("normal", None, 0)
        await call(slack, "team.info")
        told = [(await live.receive_json())["passage"] for _ in range(2)]
    assert [(each["name"], each["outcome"]) for each in told] == [("team.info", ""), ("team.info", "ok")]
    assert [each["seconds"] is None for each in told] == [True, False]
