"""Slack over HTTP: only what Slack signed, just now and byte for byte, gets in; whatever else comes leaves no trace."""

import asyncio
import hashlib
import hmac
import json
import os
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import inspect, text

from bot.sandbox.server import SIGNING_SECRET
from bot.sandbox.workspace import TEAM_ID
from bot.slack.api import web_client
from bot.slack.app import build_app
from bot.slack.http import SignedHttp
from bot.slack.identity import Presence
from bot.slack.members import SlackMembers
from tests.fakes.clock import FakeClock
from tests.faults.process import a_field
from tests.scenarios.world import NIGHT, World, world
from tests.slack.outbound import a_company

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
NOW = int(NIGHT.timestamp())
Answered = tuple[int, str]
OTHERS = {
    "SLACK_CLIENT_ID": "1111.2222",
    "SLACK_CLIENT_SECRET": "another program's",
    "SLACK_SCOPES": "commands,chat:write",
    "SLACK_REDIRECT_URI": "https://another.test/slack/oauth_redirect",
    "SLACK_STATE_COOKIE_NAME": "another",
    "SLACK_VERIFICATION_TOKEN": "another program's",
}
"""What another Slack program may have left in the environment; Bolt reads some of it by itself."""


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, mode="http") as opened:
        yield opened


def signed(body: bytes, stamp: int | str = NOW, kind: str = FORM, secret: str = SIGNING_SECRET) -> dict[str, str]:
    """The headers of a request as Slack signs it: its version, the stamp and the body, with colons between."""
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"Content-Type": kind, "X-Slack-Request-Timestamp": str(stamp), "X-Slack-Signature": f"v0={digest}"}


def command(here: World, line: str = "declare sev1 checkout Cards are declined", trigger: str = "1.2.abc") -> bytes:
    """The body of a slash command of Ana's."""
    fields = {
        "command": "/incident",
        "text": line,
        "trigger_id": trigger,
        "team_id": TEAM_ID,
        "user_id": here["ana"].id,
        "user_name": "ana",
        "channel_id": here.slack.channel("general").id,
        "channel_name": "general",
    }
    return urlencode(fields).encode()


async def posted(here: World, body: bytes, headers: Mapping[str, str]) -> Answered:
    """Present a request at the bot's door."""
    url = f"http://127.0.0.1:{here.bot.port}/slack/events"
    async with here.http.post(url, data=body, headers=headers) as answer:
        return answer.status, await answer.text()


def rows(here: World) -> dict[str, int]:
    """How many rows each table has."""
    tables = inspect(here.database).get_table_names()
    with here.database.connect() as connection:
        return {
            table: connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar() or 0  # noqa: S608 - our own
            for table in tables
        }


def without(headers: Mapping[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in headers.items() if key != name}


async def test_what_slack_did_not_sign_just_now_is_told_so_and_leaves_no_row(
    here: World, record_property: Callable[[str, object], None]
) -> None:
    record_property("row", "23")
    record_property("on", "SQLite")
    body = command(here)
    good = signed(body)
    stamp, signature = "X-Slack-Request-Timestamp", "X-Slack-Signature"
    refused: dict[str, tuple[bytes, Mapping[str, str]]] = {
        "no signature": (body, without(good, signature)),
        "an empty signature": (body, {**good, signature: ""}),
        "another secret": (body, signed(body, secret="guessed")),
        "another version": (body, {**good, signature: good[signature].replace("v0=", "v1=")}),
        "not hexadecimal": (body, {**good, signature: "v0=\xe9"}),
        "no stamp": (body, without(good, stamp)),
        "an empty stamp": (body, {**good, stamp: ""}),
        "a stamp in words": (body, signed(body, "yesterday")),
        "a stamp with a sign": (body, signed(body, f"-{NOW}")),
        "a fraction": (body, signed(body, f"{NOW}.0")),
        "a huge stamp": (body, signed(body, "9" * 400)),
        "an endless stamp": (body, signed(body, "9" * 5000)),
        "five minutes old": (body, signed(body, NOW - 301)),
        "five minutes ahead": (body, signed(body, NOW + 301)),
        "a newer stamp on an old signature": (body, {**signed(body, NOW - 301), stamp: str(NOW)}),
        "a tampered body": (body.replace(b"sev1", b"sev2"), good),
        "a body with more behind it": (body + b"&x=1", good),
        "no body": (b"", good),
        "a body that is not UTF-8, not signed": (b"text=\xff", signed(b"text=")),
        "broken JSON, not signed": (b"{", {**signed(b"{}", kind=JSON)}),
    }
    before = rows(here)
    answers = {name: await posted(here, *request) for name, request in refused.items()}
    said = "The signature is missing, wrong or too old. Nothing was done."
    assert answers == dict.fromkeys(refused, (401, said))
    assert rows(here) == before
    record_property(
        "shown", f"{len(refused)} kinds of requests that Slack did not sign so, or not just now: 401, no rows"
    )

    assert (await posted(here, body, good))[0] == 200
    assert rows(here)["incident"] == 1


async def test_what_is_signed_and_cannot_be_read_is_refused_in_a_sentence_and_leaves_no_row(here: World) -> None:
    unreadable: dict[str, tuple[bytes, str, str]] = {
        "not UTF-8": (b"command=%2Fincident&text=\xff", FORM, "The body is not UTF-8."),
        "broken JSON": (b'{"type": "event_callback"', JSON, "The body is not a JSON object."),
        "a list": (b"[1, 2]", JSON, "The body is not a JSON object."),
        "a number": (b"7", JSON, "The body is not a JSON object."),
        "no object in the payload": (b"payload=%5B%5D", FORM, "The payload is not a JSON object."),
        "a broken payload": (b"payload=%7B", FORM, "The payload is not a JSON object."),
        "a bottomless payload": (b"payload=" + b"%5B" * 100_000, FORM, "The payload is not a JSON object."),
        "a number too long": (b'{"type": ' + b"9" * 5000 + b"}", JSON, "The body is not a JSON object."),
        "plain text": (command(here), "text/plain", "The content type is not one that Slack sends."),
        "parts": (command(here), "multipart/form-data; boundary=x", "The content type is not one that Slack sends."),
        "no type": (command(here), "", "The content type is not one that Slack sends."),
        "a form called JSON": (command(here), JSON, "The body is not a JSON object."),
        "JSON called a form": (b'{"type": "url_verification"}', FORM, "The body is not a form."),
        "nothing": (b"", FORM, "The body is not a form."),
    }
    before = rows(here)
    answers = {name: await posted(here, body, signed(body, kind=kind)) for name, (body, kind, _) in unreadable.items()}
    assert answers == {name: (400, f"{said} Nothing was done.") for name, (_, _, said) in unreadable.items()}

    long = b"text=" + b"x" * 1_000_000
    status, said = await posted(here, long, signed(long))
    assert (status, "longer than 1,000,000 bytes" in said) == (413, True)
    assert rows(here) == before


async def test_a_signature_holds_for_five_minutes_either_way_and_the_type_may_name_its_letters(here: World) -> None:
    challenge = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB", "token": "old"}).encode()
    before = rows(here)
    for stamp, kind in ((NOW - 300, JSON), (NOW + 300, "Application/JSON; charset=utf-8")):
        status, said = await posted(here, challenge, signed(challenge, stamp, kind))
        assert (status, json.loads(said)) == (200, {"challenge": "3eZbrw1aB"})
    assert rows(here) == before
    here.clock.advance(301)
    assert (await posted(here, challenge, signed(challenge, kind=JSON)))[0] == 401


async def test_one_signed_request_a_hundred_times_is_one_incident(
    here: World, record_property: Callable[[str, object], None]
) -> None:
    record_property("row", "23")
    record_property("on", "SQLite")
    words = "The webhook's payload= is cut off & {broken"  # words that a hasty reader takes for something else
    body = command(here, f"declare sev1 checkout {words}")
    first = await posted(here, body, signed(body))
    assert (first[0], "INC-1 is declared" in first[1]) == (200, True)
    assert (await here.incident()).words == words
    await here.settled()
    before, pages = rows(here), len(here["maya"].dms)
    again = await asyncio.gather(*(posted(here, body, signed(body)) for _ in range(99)))
    await here.settled()
    assert {status for status, _ in again} == {200}
    assert all("INC-1" in said for _, said in again)
    assert rows(here) == before
    assert (before["incident"], len(here["maya"].dms)) == (1, pages)
    record_property("shown", f"one signed declaration {1 + len(again)} times: 1 incident, {pages} page, 0 doubled")


async def test_a_process_starts_and_works_beside_what_another_slack_program_left(tmp_path: Path) -> None:
    async with a_field(tmp_path, mode="http") as field:
        field.more.update(OTHERS, SLACK_APP_TOKEN="")
        await field.start()
        assert "INC-1 is declared" in (await field.declare("Cards are declined")).text
        await field.settle()
        assert len(field.people["maya"].dms) == 1
        assert await field.stop() == 0


async def test_the_app_never_becomes_one_that_others_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in OTHERS.items():
        monkeypatch.setenv(name, value)
    async with a_company() as company, web_client("xoxb-local-1", company.slack.url) as client:
        app = build_app(company.desk, client, SlackMembers(company.api), Presence(company.api, lambda: 0.0))
    assert app.oauth_flow is None
    assert app.installation_store is None
    assert {name: os.environ.get(name) for name in OTHERS} == OTHERS


async def test_a_press_and_a_form_replayed_change_nothing_more(here: World) -> None:
    ana, maya = here["ana"], here["maya"]
    await ana.command("/incident declare", channel="general")
    form = ana.view
    assert form is not None
    await ana.fill(form, {"Journey": "Checkout", "What is happening": "Cards are declined"})
    await ana.submit(form)
    await replayed(here, times=20)
    await maya.click(here.page_of(maya), "Acknowledge")
    await replayed(here, times=20)
    assert rows(here)["incident"] == 1


async def replayed(here: World, times: int) -> None:
    """Present the last delivery again, as it was signed, and see that nothing changed."""
    await here.settled()
    before = rows(here)
    payload = urlencode({"payload": json.dumps(here.slack.last_envelopes[-1].payload)}).encode()
    answers = await asyncio.gather(*(posted(here, payload, signed(payload)) for _ in range(times)))
    await here.settled()
    assert {status for status, _ in answers} == {200}
    assert rows(here) == before


@cache
def door(secret: str = SIGNING_SECRET, now: float = NOW) -> SignedHttp:
    """A door behind which nobody is: what is let in is answered 404."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=None)

    app = AsyncApp(client=AsyncWebClient(), authorize=authorize, request_verification_enabled=False)
    return SignedHttp(app, secret, FakeClock(datetime.fromtimestamp(now, UTC)))


@given(
    stamp=st.text(max_size=30),
    signature=st.text(max_size=80),
    body=st.binary(max_size=50),
)
@example(stamp="9" * 400, signature="", body=b"")
@example(stamp="9" * 5000, signature="", body=b"")
@example(stamp=str(NOW), signature="v0=\ud800", body=b"")
def test_whatever_is_made_up_is_refused_without_a_word_more(stamp: str, signature: str, body: bytes) -> None:
    headers = {"X-Slack-Request-Timestamp": stamp, "x-slack-signature": signature}
    assert asyncio.run(door().answer(headers, body))[0] == 401


def test_the_example_in_slacks_documentation_is_let_in() -> None:
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    headers = {
        "Content-Type": FORM,
        "X-Slack-Request-Timestamp": "1531420618",
        "X-Slack-Signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }
    assert asyncio.run(door("8f742231b10e8888abcd99yyyzzz85a5", 1531420618).answer(headers, body))[0] == 404


def test_no_bit_of_a_signed_body_can_be_turned() -> None:
    shut = door()
    body = b"payload=%7B%22type%22%3A%22block_actions%22%7D"
    headers = signed(body)
    for bit in range(8 * len(body)):
        turned = bytearray(body)
        turned[bit // 8] ^= 1 << bit % 8
        assert asyncio.run(shut.answer(headers, bytes(turned)))[0] == 401
