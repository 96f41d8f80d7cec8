"""Each method against its page in Slack's documentation: its arguments, its errors, its scopes, its rate limit."""

import ast
import inspect
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

import bot.sandbox
from bot.sandbox.webapi import dispatch
from bot.sandbox.webapi.dispatch import UNEXPECTED_ERRORS
from tests.sandbox.published import GENERAL, METHODS, Place, a_place, arguments_of, listed, wrong_values
from tests.sandbox.test_refusals import REFUSED
from tests.sandbox.tiny_app import form

BELOW_THE_WEB_API = ("conversations", "files", "gestures", "messages", "modals", "triggers", "workspace")
CLIENTS_OWN = {"self", "kwargs", "app_token"}
NOT_ON_THE_PAGE = {("chat.postMessage", "container_id"), ("team.info", "include_slackbot_availability")}
"""Arguments of the Python SDK that the pages do not have."""


def test_every_method_is_in_the_table_with_its_page() -> None:
    assert set(METHODS) == set(dispatch.METHODS)
    for method, row in METHODS.items():
        assert row["source"] == f"https://docs.slack.dev/reference/methods/{method}"
        assert set(row.get("missing", {})) <= set(arguments_of(method)), method
        assert len(arguments_of(method)) == len(set(arguments_of(method))), method
        assert set(row.get("missing", {}).values()) <= set(row["errors"]), method
        assert not set(row["errors"]) & {*row.get("elsewhere", {}), *GENERAL}, method
        assert all(source.startswith("https://") for source in row.get("elsewhere", {}).values()), method


def test_the_python_sdk_knows_the_same_arguments() -> None:
    called = {name.replace("_", "").lower(): getattr(AsyncWebClient, name) for name in dir(AsyncWebClient)}
    for method in METHODS:
        parameters = inspect.signature(called[method.replace(".", "").lower()]).parameters
        known = {name for name in parameters if name not in CLIENTS_OWN and (method, name) not in NOT_ON_THE_PAGE}
        needed = {name for name in known if parameters[name].default is inspect.Parameter.empty}
        assert known <= set(arguments_of(method)), method
        assert set(METHODS[method].get("required", ())) <= needed, method


async def test_right_arguments_are_answered() -> None:
    for method in METHODS:
        place = a_place()
        answer = place.run(method, **place.right(method))
        assert answer["ok"], (method, answer)
        assert place.slack.unexpected == []


async def test_an_argument_that_is_missing_gives_the_documented_error() -> None:
    for method, row in METHODS.items():
        for name in {*row.get("required", ()), *row.get("missing", {})}:
            place = a_place()
            answer = place.run(method, **{k: v for k, v in place.right(method).items() if k != name})
            expected = row.get("missing", {}).get(name, "invalid_arguments")
            assert answer.get("error") == expected, (method, name, answer)
            if expected == "invalid_arguments":
                assert answer["response_metadata"]["messages"] == [f"[ERROR] missing required field: {name}"]


async def test_an_argument_of_another_type_is_refused_with_its_place() -> None:
    for method, row in METHODS.items():
        for name in set(row.get("required", ())) - {"files", "view", "users"}:
            place = a_place()
            answer = place.run(method, **place.right(method) | {name: {"a": 1}})
            assert answer["error"] == "invalid_arguments", (method, name, answer)
            assert answer["response_metadata"]["messages"] == [f"[ERROR] must be a string [json-pointer:/{name}]"]


@cache
def walked() -> dict[str, set[str]]:
    """Every error that a method gives when one argument after another is wrong, or two are."""
    found: dict[str, set[str]] = defaultdict(set)
    for method in METHODS:
        place = a_place()
        for args in _mistakes(place, method):
            answer = place.run(method, **args)
            found[method] |= {str(answer["error"])} if not answer["ok"] else set()
    return found


def _mistakes(place: Place, method: str) -> Iterator[dict[str, object]]:
    for name in arguments_of(method):
        for value in wrong_values(place, name):
            yield place.right(method) | {name: value}
            if "text" in place.right(method):
                yield {k: v for k, v in place.right(method).items() if k != "text"} | {name: value}


async def test_no_method_gives_an_error_that_slack_does_not_document() -> None:
    undocumented = {method: found - listed(method) - GENERAL for method, found in walked().items()}
    assert {method: found for method, found in undocumented.items() if found and method != "api.test"} == {}


# --- Refusals that need something to have happened before ------------------------------------------------------------


def used_trigger(place: Place, method: str) -> dict[str, object]:
    trigger = place.trigger()
    place.run("views.open", trigger_id=trigger, view=form())
    return {**place.right(method), "trigger_id": trigger}


def old_trigger(place: Place, method: str) -> dict[str, object]:
    trigger = place.slack.stage.triggers.issue(place.good["user"])
    trigger.issued -= 4
    return {**place.right(method), "trigger_id": trigger.id}


def twice(place: Place, method: str) -> dict[str, object]:
    args = place.right(method)
    place.run(method, **args)
    return args


def by_another(place: Place, method: str) -> dict[str, object]:
    place.slack.workspace.users.update({"U0OTHER": place.slack.workspace.users[place.good["user"]]})
    file = place.slack.web_api.files.expected("b.md", 1, "U0OTHER")
    file.content = b"x"
    return {**place.right(method), "file": file.id, "ts": place.good["theirs"]}


def external_id(place: Place, method: str) -> dict[str, object]:
    place.run("views.open", trigger_id=place.trigger(), view={**form(), "external_id": "mine"})
    right = place.right(method)
    return {**right, "view": {**right["view"], "external_id": "mine"}}


def full_stack(place: Place, method: str) -> dict[str, object]:
    for _ in range(2):
        place.run(method, **place.right(method))
    return place.right(method)


def no_stack(place: Place, method: str) -> dict[str, object]:
    place.slack.workspace.modals.clear()
    return place.right(method)


def a_hash(place: Place, method: str) -> dict[str, object]:
    return {**twice(place, method), "hash": "1.other"}


def without_messages_tab(place: Place, method: str) -> dict[str, object]:
    place.without_tabs()
    return {**place.right(method), "channel": place.good["user"]}


def without_home(place: Place, method: str) -> dict[str, object]:
    place.without_tabs()
    return place.right(method)


def forbidden(place: Place, method: str) -> dict[str, object]:
    policy = place.slack.workspace.policy
    policy.forbid_archiving = policy.forbid_channel_creation = policy.forbid_inviting = True
    return place.right(method)


def oneself(place: Place, method: str) -> dict[str, object]:
    return {**place.right(method), "user": place.slack.bot_user}


def alone(place: Place, method: str) -> dict[str, object]:
    return {**place.right(method), "channel": place.channel("own")}


def after_archiving(place: Place, method: str) -> dict[str, object]:
    place.slack.channel("room").archived = True
    return place.right(method)


def no_such_file(place: Place, method: str) -> dict[str, object]:
    return {**place.right(method), "files": [{"id": "F404"}]}


def another_group(place: Place, method: str) -> dict[str, object]:
    place.run("usergroups.create", name="Another", handle="another")
    return {**place.right(method), "handle": "another"}


def its_name(place: Place, method: str) -> dict[str, object]:
    return {**another_group(place, method), "name": "Another", "handle": "third"}


Story = Callable[[Place, str], dict[str, object]]
STORIES: list[tuple[str, str, Story]] = [
    *((method, "exchanged_trigger_id", used_trigger) for method in ("views.open", "views.push")),
    *((method, "expired_trigger_id", old_trigger) for method in ("views.open", "views.push")),
    *((method, "duplicate_external_id", external_id) for method in ("views.open", "views.push", "views.publish")),
    *((method, "hash_conflict", a_hash) for method in ("views.update", "views.publish")),
    *((f"chat.{name}", "messages_tab_disabled", without_messages_tab) for name in ("postMessage", "postEphemeral")),
    ("chat.scheduleMessage", "messages_tab_disabled", without_messages_tab),
    ("views.push", "push_limit_reached", full_stack),
    ("views.push", "not_found", no_stack),
    ("views.publish", "not_enabled", without_home),
    ("conversations.create", "restricted_action", forbidden),
    ("conversations.archive", "restricted_action", forbidden),
    ("conversations.invite", "no_permission", forbidden),
    ("conversations.archive", "already_archived", twice),
    ("conversations.unarchive", "not_archived", twice),
    ("conversations.create", "name_taken", twice),
    ("conversations.invite", "already_in_channel", twice),
    ("conversations.kick", "cant_kick_self", oneself),
    ("conversations.kick", "not_in_channel", twice),
    ("conversations.leave", "last_member", alone),
    ("reactions.add", "already_reacted", twice),
    ("reactions.remove", "no_reaction", twice),
    ("pins.add", "already_pinned", twice),
    ("pins.remove", "no_pin", twice),
    ("bookmarks.remove", "not_found", twice),
    ("chat.delete", "message_not_found", twice),
    ("chat.delete", "cant_delete_message", by_another),
    ("chat.update", "cant_update_message", by_another),
    ("chat.deleteScheduledMessage", "invalid_scheduled_message_id", twice),
    ("files.delete", "file_not_found", twice),
    ("files.delete", "cant_delete_file", by_another),
    *((f"usergroups.{verb}", "handle_already_exists", another_group) for verb in ("create", "update")),
    *((f"usergroups.{verb}", "name_already_exists", its_name) for verb in ("create", "update")),
    ("pins.add", "restricted_action", after_archiving),
    ("reactions.add", "is_archived", after_archiving),
    ("files.completeUploadExternal", "file_not_found", no_such_file),
]


@pytest.mark.parametrize(("method", "code", "story"), STORIES, ids=[f"{m}-{c}" for m, c, _ in STORIES])
async def test_what_happened_before_is_refused_as_documented(method: str, code: str, story: Story) -> None:
    place = a_place()
    assert place.run(method, **story(place, method))["error"] == code
    assert code in listed(method)


async def test_each_error_in_the_table_is_given_somewhere_here() -> None:
    given = {(method, code) for method, found in walked().items() for code in found}
    given |= {(method, code) for method, code, _ in STORIES} | {(method, code) for method, _, code in REFUSED}
    given |= {(method, code) for method, row in METHODS.items() for code in row.get("missing", {}).values()}
    never = [(method, code) for method in METHODS for code in listed(method) if (method, code) not in given]
    assert never == []


def test_a_refusal_in_the_other_tests_is_documented_too() -> None:
    for method, _, code in REFUSED:
        assert code in GENERAL | (listed(method) if method in METHODS else set()), (method, code)


def _codes(node: ast.expr) -> set[str]:
    """What a call of `Refusal` may be given, as far as it is written there."""
    chosen = [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]
    return {each.value for each in chosen if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def test_no_source_names_an_error_that_slack_does_not_have() -> None:
    documented = GENERAL.union(*(listed(method) for method in METHODS))
    named = set()
    home = Path(bot.sandbox.__file__).parent
    for module in (*home.glob("webapi/*.py"), *(home / f"{name}.py" for name in BELOW_THE_WEB_API)):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refusal":
                named |= {code for code in _codes(node.args[0]) if code.isidentifier()}
    assert len(named) > 60
    assert named - documented == set()
    assert UNEXPECTED_ERRORS - documented == set()
