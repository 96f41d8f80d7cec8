"""The scopes and the rate limit of each method, and the errors that all have, against Slack's documentation."""

import pytest

from bot.sandbox.models import Refusal
from bot.sandbox.rate_limits import SPECIAL, TIER_OF, TIERS, USUAL_TIER
from bot.sandbox.webapi.arguments import Arguments, read_arguments
from tests.sandbox.published import GENERAL, METHODS, PAGES, Place, a_place, arguments_of

KINDS = {"channels": "room", "groups": "closed", "im": "", "mpim": ""}
TYPES = {"channels": "public_channel", "groups": "private_channel", "im": "im", "mpim": "mpim"}


def _of_kind(place: Place, method: str, kind: str) -> dict[str, object]:
    args = place.right(method)
    if "types" in arguments_of(method):
        return args | {"types": TYPES[kind]}
    if method == "conversations.create":
        return args | {"is_private": kind == "groups"}
    direct = place.slack.workspace.direct(place.slack.bot_user, place.good["user"]).id
    return args | {"channel": place.channel(KINDS[kind]) if KINDS[kind] else direct}


async def test_without_a_scope_the_one_that_is_needed_is_named_and_each_documented_one_is_enough() -> None:
    for method, row in METHODS.items():
        for scope in row["scopes"]:
            place = a_place()
            kind = scope.partition(":")[0]
            by_kind = kind in KINDS and method not in {"conversations.join", "conversations.open"}
            args = _of_kind(place, method, kind) if by_kind else place.right(method)
            allowed = {each for each in row["scopes"] if not by_kind or each.startswith(f"{kind}:")}
            place.scoped("commands")
            answer = place.run(method, **args)
            assert (answer["error"], answer["provided"]) == ("missing_scope", "commands"), (method, scope, answer)
            assert answer["needed"] in allowed, (method, scope, answer)
            place.scoped("commands", scope)
            assert place.run(method, **args).get("error") != "missing_scope", (method, scope)


async def test_a_method_without_scopes_needs_none() -> None:
    for method, row in METHODS.items():
        if not row["scopes"]:
            place = a_place()
            place.scoped()
            assert place.run(method, **place.right(method))["ok"], method


def test_each_method_has_the_tier_of_its_page() -> None:
    served = {method: "special" if method in SPECIAL else TIER_OF.get(method, USUAL_TIER) for method in METHODS}
    assert served == {method: row["tier"] for method, row in METHODS.items()}
    assert {tier: calls for tier, calls in PAGES["tiers"].items() if tier != "source"} == TIERS


async def test_the_errors_of_every_method() -> None:
    place = a_place()
    api, none = place.slack.web_api, Arguments()
    for method, row in METHODS.items():
        if method != "api.test":
            other = place.slack.bot_token if row.get("token") == "app" else place.slack.app_token
            answers = [api.run(method, token, none)["error"] for token in ("", "xoxb-wrong", other)]
            assert answers == ["not_authed", "invalid_auth", "not_allowed_token_type"], method
    assert api.run("canvases.create", place.slack.bot_token, none)["error"] == "unknown_method"
    assert place.run("api.test", error="my_error", a="b")["error"] == "my_error"


@pytest.mark.parametrize(("body", "code"), [("{", "invalid_json"), ("[1]", "json_not_object")])
def test_a_body_that_is_no_json_object_is_refused(body: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_arguments({}, "application/json", body)
    assert refused.value.code == code
    assert code in GENERAL
