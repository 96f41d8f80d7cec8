"""Answers that no Slack should give, and that proxies, balancers and bad days give all the same."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from aiohttp import web

from bot.services.ports import RetryLater, Unknown
from bot.slack.answers import flag_at, number_at, objects_at, text_at
from bot.slack.api import OUTCOMES, Errand, Rejected, SlackApi, uncounted, web_client
from bot.slack.limits import Limits
from bot.slack.remedies import refusal

Answering = Callable[[], web.Response]


@asynccontextmanager
async def answered(answer: Answering, count: Callable[[str, str], None] = uncounted) -> AsyncIterator[SlackApi]:
    """An API whose every call is answered so."""

    async def answer_all(_request: web.Request) -> web.Response:
        return answer()

    application = web.Application()
    application.router.add_route("*", "/api/{method}", answer_all)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with web_client("xoxb-local-1", f"http://127.0.0.1:{runner.addresses[0][1]}/api", 2) as client:
            yield SlackApi(client, Limits(lambda: 1000.0), count=count)
    finally:
        await runner.cleanup()


def body(text: str, kind: str, status: int = 200) -> Answering:
    return lambda: web.Response(text=text, content_type=kind, status=status)


LOST = {
    "a page for people": body("<html>Welcome</html>", "text/html"),
    "half of an answer": body('{"ok": true, "ch', "application/json"),
    "a list": body("[1, 2]", "application/json"),
    "plain words": body("fine", "text/plain"),
    "nothing": body("", "application/json"),
    "a balancer's word": body("upstream connect error", "text/plain", 503),
    "a gateway's page": body("<html>Bad gateway</html>", "text/html", 502),
    "an error without a name": body('{"ok": false}', "application/json"),
    "Slack's own trouble": body('{"ok": false, "error": "internal_error"}', "application/json"),
}


@pytest.mark.parametrize("name", LOST)
async def test_what_cannot_be_understood_leaves_the_outcome_unknown(name: str) -> None:
    async with answered(LOST[name]) as api:
        with pytest.raises(Unknown):
            await api.call("chat.postMessage", Errand(row="row"), {"channel": "C1"})


@pytest.mark.parametrize("name", LOST)
async def test_a_mere_question_is_asked_again_later(name: str) -> None:
    async with answered(LOST[name]) as api:
        with pytest.raises(RetryLater):
            await api.call("users.info", Errand(row="row"), {"user": "U1"})


async def test_each_call_is_counted_with_what_came_of_it() -> None:
    answers = iter(
        (
            web.json_response({"ok": True}),
            web.json_response({"ok": False, "error": "is_archived"}),
            web.Response(status=503),
            web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "7"}),
        )
    )
    counted: list[tuple[str, str]] = []
    async with answered(lambda: next(answers), lambda *what: counted.append(what)) as api:
        for _ in range(5):
            with suppress(Rejected, Unknown, RetryLater):
                await api.call("chat.postMessage", Errand(row="row"), {"channel": "C1"})
    came_of_it = ["accepted", "refused", "unanswered", "put_off", "held_back"]
    assert counted == [("chat.postMessage", outcome) for outcome in came_of_it]
    assert set(came_of_it) == set(OUTCOMES)


async def test_a_proxys_refusal_is_no_refusal_of_slacks() -> None:
    async with answered(body("<html>Log in first</html>", "text/html", 407)) as api:
        with pytest.raises(RetryLater, match=re.escape("not by Slack")):
            await api.call("chat.postMessage", Errand(row="row"), {"channel": "C1"})


@pytest.mark.parametrize(("header", "seconds"), [("7", 7), ("", 5), ("soon", 5), ("0", 1)])
async def test_too_much_waits_as_long_as_slack_says(header: str, seconds: float) -> None:
    def answer() -> web.Response:
        headers = {"Retry-After": header} if header else {}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)

    async with answered(answer) as api:
        for _ in range(2):
            with pytest.raises(RetryLater) as later:
                await api.call("chat.postMessage", Errand(row="row"), {"channel": "C1"})
            assert later.value.seconds == pytest.approx(seconds, abs=0.1)


async def test_a_missing_scope_is_named() -> None:
    answer = {"ok": False, "error": "missing_scope", "needed": "dnd:read", "provided": "chat:write"}
    async with answered(lambda: web.json_response(answer)) as api:
        with pytest.raises(Rejected) as rejected:
            await api.call("dnd.info", Errand(row="row"), {})
        assert "dnd:read" in refusal(rejected.value).remedy


def test_an_unreachable_slack_is_left_alone_longer_each_time() -> None:
    pauses = [Errand(row="row", attempts=attempts).pause for attempts in (1, 2, 3, 4, 5, 50)]
    assert pauses == [2, 4, 8, 16, 30, 30]


def test_an_answer_of_another_shape_reads_as_empty() -> None:
    answer = {"channel": [1], "ok": "yes", "at": "soon", "list": [1, {"a": 1}], "deep": {"name": 5}}
    assert text_at(answer, "channel", "id") == ""
    assert text_at(answer, "deep", "name") == ""
    assert flag_at(answer, "ok") is False
    assert number_at(answer, "at") == 0
    assert objects_at(answer, "list") == ({"a": 1},)
    assert objects_at(answer, "channel", "x") == ()
