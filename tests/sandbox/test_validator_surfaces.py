"""What Slack refuses of a whole message or view, and what it takes."""

from typing import Any, cast

import pytest
from slack_sdk.models.views import View

from bot.sandbox.blockkit import Problem, validate_message, validate_view
from tests.sandbox.payloads import source_of

Json = dict[str, object]


def plain(text: str = "Words") -> Json:
    return {"type": "plain_text", "text": text}


def line(**more: object) -> Json:
    return {"type": "divider", **more}


def said(text: str = "Words") -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def asked(name: str = "what", **more: object) -> Json:
    element = {"type": "plain_text_input", "action_id": "typed", **more}
    return {"type": "input", "block_id": name, "label": plain(), "element": element}


def table() -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "cell"}]]}


def modal(**more: object) -> Json:
    return {"type": "modal", "title": plain(), "blocks": [said()], **more}


def pressed(name: str) -> Json:
    return {"type": "actions", "elements": [{"type": "button", "text": plain(), "action_id": name}]}


GOOD_MESSAGES: dict[str, Json] = {
    "words alone": {"channel": "C1", "text": "<!channel> it is down"},
    "fifty blocks": {"text": "Words", "blocks": [line()] * 50},
    "no blocks": {"text": "Words", "blocks": []},
    "blocks that are null": {"text": "Words", "blocks": None},
    "markdown alone": {"markdown_text": "**bold**"},
    "attachments alone": {"attachments": [{"color": "#f00", "blocks": [said()]}]},
    "one table": {"text": "Words", "blocks": [table()]},
    "metadata": {"text": "Words", "metadata": {"event_type": "sent", "event_payload": {"id": 1}}},
    "one action_id in two blocks": {"text": "Words", "blocks": [pressed("ack"), pressed("ack")]},
    "40,000 characters": {"text": "x" * 40_000},
}


@pytest.mark.parametrize("args", GOOD_MESSAGES.values(), ids=GOOD_MESSAGES.keys())
def test_slack_takes_the_message(args: Json) -> None:
    assert validate_message(args) == []


BAD_MESSAGES: dict[str, tuple[Json, str, str]] = {
    "nothing": ({"channel": "C1"}, "/text", "no_text"),
    "blocks without text": ({"blocks": [said()]}, "/text", "beside blocks"),
    "blocks with an empty text": ({"text": "", "blocks": [said()]}, "/text", "beside blocks"),
    "40,001 characters": ({"text": "x" * 40_001}, "/text", "at most 40000"),
    "a text that is a number": ({"text": 7}, "/text", "a string"),
    "51 blocks": ({"text": "Words", "blocks": [line()] * 51}, "/blocks", "at most 50"),
    "a block that is a string": ({"text": "Words", "blocks": ["line"]}, "/blocks/0", "an object"),
    "blocks that are one block": ({"text": "Words", "blocks": line()}, "/blocks", "an array"),
    "two tables": ({"text": "Words", "blocks": [table(), table()]}, "/attachments", "at most 1 table"),
    "a table in two places": (
        {"text": "Words", "blocks": [table()], "attachments": [{"blocks": [table()]}]},
        "/attachments",
        "at most 1 table",
    ),
    "one block_id twice": (
        {"text": "Words", "blocks": [line(block_id="a"), line(block_id="a")]},
        "/blocks/1/block_id",
        "unique",
    ),
    "markdown beyond 12,000 in all": (
        {"text": "Words", "blocks": [{"type": "markdown", "text": "x" * 7000}] * 2},
        "/blocks",
        "at most 12000",
    ),
    "markdown and text": ({"text": "Words", "markdown_text": "Words"}, "/markdown_text", "markdown_text_conflict"),
    "markdown of 12,001": ({"markdown_text": "x" * 12_001}, "/markdown_text", "at most 12000"),
    "101 attachments": ({"text": "Words", "attachments": [{}] * 101}, "/attachments", "at most 100"),
    "a bad block in an attachment": (
        {"text": "Words", "attachments": [{"blocks": [said("")]}]},
        "/attachments/0/blocks/0/text/text",
        "at least 1",
    ),
    "metadata without payload": (
        {"text": "Words", "metadata": {"event_type": "sent"}},
        "/metadata/event_payload",
        "required",
    ),
    "an alert": ({"text": "Words", "blocks": [{"type": "alert", "text": plain()}]}, "/blocks/0/type", "a message"),
}


@pytest.mark.parametrize(("args", "pointer", "reason"), BAD_MESSAGES.values(), ids=BAD_MESSAGES.keys())
def test_slack_refuses_the_message(args: Json, pointer: str, reason: str) -> None:
    found = validate_message(args)

    assert [each.pointer for each in found] == [pointer]
    assert reason in found[0].reason, source_of(args, pointer)


GOOD_VIEWS: dict[str, Json] = {
    "a modal to read": modal(close=plain("Close")),
    "a modal with an input": modal(submit=plain("Declare"), blocks=[asked()]),
    "a hundred blocks": modal(blocks=[line()] * 100),
    "a full modal": modal(
        title=plain("x" * 24), callback_id="c" * 255, private_metadata="m" * 3000, external_id="e", notify_on_close=True
    ),
    "an alert in a modal": modal(
        blocks=[{"type": "alert", "text": plain("SEV1 pages three teams"), "level": "warning"}]
    ),
    "a Home": {"type": "home", "blocks": [said(), pressed("ack")], "private_metadata": "m"},
}


@pytest.mark.parametrize("view", GOOD_VIEWS.values(), ids=GOOD_VIEWS.keys())
def test_slack_takes_the_view(view: Json) -> None:
    assert validate_view(view) == []
    parsed = View(**cast("dict[str, Any]", view)).to_dict()
    assert {**parsed, **view} == parsed


BAD_VIEWS: dict[str, tuple[Json, str, str]] = {
    "no type": ({"blocks": []}, "/type", "required"),
    "a view nobody knows": ({"type": "sidebar", "blocks": []}, "/type", "a view"),
    "no title": ({"type": "modal", "blocks": [said()]}, "/title", "required"),
    "no blocks": ({"type": "modal", "title": plain()}, "/blocks", "required"),
    "a title of 25": (modal(title=plain("x" * 25)), "/title/text", "at most 24"),
    "an empty title": (modal(title=plain("")), "/title/text", "at least 1"),
    "a title in mrkdwn": (modal(title={"type": "mrkdwn", "text": "a"}), "/title/type", "plain_text"),
    "a submit of 25": (modal(submit=plain("x" * 25)), "/submit/text", "at most 24"),
    "a close of 25": (modal(close=plain("x" * 25)), "/close/text", "at most 24"),
    "an input without submit": (modal(blocks=[asked()]), "/submit", "input block"),
    "101 blocks": (modal(blocks=[line()] * 101), "/blocks", "at most 100"),
    "private_metadata of 3001": (modal(private_metadata="x" * 3001), "/private_metadata", "at most 3000"),
    "a callback_id of 256": (modal(callback_id="x" * 256), "/callback_id", "at most 255"),
    "an external_id of 256": (modal(external_id="x" * 256), "/external_id", "at most 255"),
    "one block_id twice": (
        modal(submit=plain(), blocks=[asked(), asked()]),
        "/blocks/1/block_id",
        "unique",
    ),
    "two that want the focus": (
        modal(submit=plain(), blocks=[asked("one", focus_on_load=True), asked("two", focus_on_load=True)]),
        "/blocks/1/element/focus_on_load",
        "only one",
    ),
    "a table in a modal": (modal(blocks=[table()]), "/blocks/0/type", "a modal"),
    "markdown in Home": ({"type": "home", "blocks": [{"type": "markdown", "text": "a"}]}, "/blocks/0/type", "App Home"),
    "an alert of 201": (
        modal(blocks=[{"type": "alert", "text": plain("x" * 201)}]),
        "/blocks/0/text/text",
        "at most 200",
    ),
    "an empty Home": ({"type": "home", "blocks": []}, "/blocks", "at least 1"),
    "a title on Home": ({"type": "home", "title": plain(), "blocks": [said()]}, "/title", "not a field"),
    "an unknown key": (modal(colour="red"), "/colour", "not a field"),
    "more than 250 kB": (modal(blocks=[said("é" * 3000)] * 50), "", "at most 250000 bytes"),
}


@pytest.mark.parametrize(("view", "pointer", "reason"), BAD_VIEWS.values(), ids=BAD_VIEWS.keys())
def test_slack_refuses_the_view(view: Json, pointer: str, reason: str) -> None:
    found = validate_view(view)

    assert [each.pointer for each in found] == [pointer]
    assert reason in found[0].reason, source_of(view, pointer)


def test_every_problem_is_told_not_only_the_first() -> None:
    found = validate_view({"type": "modal", "title": plain("x" * 25), "blocks": [asked(), said("")]})

    assert {each.pointer for each in found} == {"/title/text", "/submit", "/blocks/1/text/text"}
    assert all(isinstance(each, Problem) for each in found)
