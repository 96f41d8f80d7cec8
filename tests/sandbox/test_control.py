"""The control interface: what the page, or a test beside a bot in another process, reads and does."""

from typing import Any

import pytest
from aiohttp import ClientSession

from tests.sandbox.conftest import Played


class Browser:
    """A page open for one person."""

    def __init__(self, played: Played, session: ClientSession, me: str) -> None:
        self.url, self.session, self.me = played.slack.url, session, me

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        async with self.session.get(f"{self.url}/sandbox/{path}", params={"as": self.me, **query}) as answer:
            found: dict[str, Any] = await answer.json()
            return found

    async def act(self, verb: str, **fields: object) -> dict[str, Any]:
        async with self.session.post(f"{self.url}/sandbox/act", json={"as": self.me, "do": verb, **fields}) as answer:
            found: dict[str, Any] = await answer.json()
            return found


async def test_a_person_sees_their_channels_and_never_a_strangers_private_one(played: Played) -> None:
    leon = played.slack.add_person("leon")
    played.slack.add_channel("secret", private=True, members=[leon])
    async with ClientSession() as session:
        mine = await Browser(played, session, played.maya.id).get("state")
        theirs = await Browser(played, session, leon.id).get("state")
        secret = played.slack.channel("secret").id
        hidden = await Browser(played, session, played.maya.id).get("messages", channel=secret)
    assert [channel["name"] for channel in mine["channels"]] == ["general"]
    assert [channel["name"] for channel in theirs["channels"]] == ["general", "secret"]
    assert mine["commands"][0]["command"] == "/tiny"
    assert mine["dms"][0]["user"] == played.slack.bot_user
    assert hidden == {"ok": False, "error": "channel_not_found"}


async def test_a_command_a_form_and_a_button_work_from_a_page(played: Played) -> None:
    async with ClientSession() as session:
        page = Browser(played, session, played.maya.id)
        general = played.slack.channel("general").id
        answered = await page.act("command", channel=general, text="/tiny hello")
        assert answered["answer"]["text"] == "you said hello"
        assert (await page.get("messages", channel=general))["messages"][0]["ephemeral"]

        await page.act("command", channel=general, text="/tiny form")
        view = (await page.get("view"))["view"]
        values = view["state"]["values"]
        missing = await page.act("view_submit", view_id=view["id"], state=values)
        assert missing["errors"] == {"what": "Please complete this required field."}
        where = {"view_id": view["id"]}
        offered = await page.act("options", where=where, block_id="more", action_id="sought", value="abc")
        assert offered["options"][0]["text"]["text"] == "abc"
        values["what"]["typed"]["value"] = "help"
        done = await page.act("view_submit", view_id=view["id"], state=values)
        assert (done["ok"], done["closed"], done["view"], done["errors"]) == (True, True, None, {})

        await played.slack.until(lambda: played.maya.dms, why="the direct message")
        direct = (await page.get("state"))["dms"][0]["id"]
        message = (await page.get("messages", channel=direct))["messages"][0]
        element = message["blocks"][0]["elements"][0]
        place = {"block_id": message["blocks"][0]["block_id"], "action_id": element["action_id"]}
        pressed = await page.act("click", channel=direct, ts=message["ts"], action={"type": "button", **place})
        assert pressed["ok"]
        await played.slack.until(lambda: played.maya.dms[0].edited, why="the edit")
        gone = await page.act("click", channel=direct, ts=message["ts"], action={"type": "button", **place})
        assert gone["error"] == "That button is not there any more. Nothing was sent."


async def test_the_page_hears_what_changes_and_only_what_concerns_it(played: Played) -> None:
    leon = played.slack.add_person("leon")
    played.slack.add_channel("secret", private=True, members=[leon])
    async with (
        ClientSession() as session,
        session.ws_connect(f"{played.slack.url}/sandbox/events", params={"as": played.maya.id}) as stream,
    ):
        await leon.say("secret", "psst")
        said = await played.maya.say("general", "hello")
        heard = await stream.receive_json()
    assert (heard["type"], heard["ts"]) == ("message", said.ts)


async def test_a_browser_asks_each_time_whether_the_pages_scripts_are_still_the_newest(played: Played) -> None:
    async with ClientSession() as session:
        for path in ("/", "/static/js/main.js"):
            async with session.get(played.slack.url + path) as answer:
                assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache")


async def test_unread_messages_are_counted_until_they_are_read(played: Played) -> None:
    leon = played.slack.add_person("leon")
    await leon.join("general")
    await leon.say("general", "look, @maya")
    async with ClientSession() as session:
        page = Browser(played, session, played.maya.id)
        before = (await page.get("state"))["channels"][0]
        await page.act("read", channel=before["id"])
        after = (await page.get("state"))["channels"][0]
    assert (before["unread"], before["mentions"]) == (1, 1)
    assert (after["unread"], after["mentions"]) == (0, 0)


async def test_faults_are_set_and_cleared_over_http(played: Played) -> None:
    async with ClientSession() as session:
        address = f"{played.slack.url}/sandbox/faults"
        await session.post(address, json={"add": {"method": "team.info", "kind": "error", "error": "fatal_error"}})
        headers = {"Authorization": f"Bearer {played.slack.bot_token}"}
        team = await (await session.post(f"{played.slack.url}/api/team.info", headers=headers)).json()
        assert team == {"ok": False, "error": "fatal_error"}
        await session.post(address, json={"clear": True})
        team = await (await session.post(f"{played.slack.url}/api/team.info", headers=headers)).json()
        assert team["ok"]
        refused = await session.post(address, json={"add": {"kind": "gremlin"}})
        assert (refused.status, (await refused.json())["ok"]) == (400, False)


@pytest.mark.parametrize(
    ("body", "status"),
    [("nonsense", 400), ({"as": "U404", "do": "say"}, 404), ({"as": "maya", "do": "dance"}, 404)],
)
async def test_a_malformed_act_is_refused_in_a_sentence(played: Played, body: object, status: int) -> None:
    if isinstance(body, dict) and body.get("as") == "maya":
        body = {**body, "as": played.maya.id}
    async with ClientSession() as session:
        answer = await session.post(f"{played.slack.url}/sandbox/act", json=body)
        assert answer.status == status
        assert (await answer.json())["error"].endswith(".")
