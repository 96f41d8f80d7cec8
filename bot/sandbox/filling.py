"""From what a person says they type or choose to the state that Slack keeps for that input."""

from collections.abc import Iterable

from bot.sandbox.blocktext import options_of
from bot.sandbox.jsons import JsonObject, as_list, as_text, text_of
from bot.sandbox.modal_state import STATEFUL
from bot.sandbox.screens import ScreenError
from bot.sandbox.workspace import Workspace


def entry_for(workspace: Workspace, element: JsonObject, wanted: object, offered: Iterable[JsonObject]) -> JsonObject:
    """The `state.values` entry for `wanted`; None empties the field.

    Options are named by their words (or value), people by name or id, channels by name or id; a datetime picker takes
    Unix seconds; a checkbox True or False, or the words of its options. Raises ScreenError for what is not offered.
    """
    kind = as_text(element.get("type"))
    if kind not in STATEFUL:
        raise ScreenError(f"A {kind} cannot be filled.")
    key, _, empty = STATEFUL[kind]
    if wanted is None:
        return {"type": kind, key: empty}
    if key in {"selected_option", "selected_options"}:
        return {"type": kind, key: _chosen(key, list(offered), wanted)}
    if "user" in kind or "conversation" in kind or "channel" in kind:
        return {"type": kind, key: _ids(workspace, kind, wanted)}
    if kind == "datetimepicker":
        return {"type": kind, key: int(float(as_text(wanted)))}
    return {"type": kind, key: wanted if isinstance(wanted, dict) else as_text(wanted)}


def offered_by(element: JsonObject) -> list[JsonObject]:
    """The options in the element itself (an external select has none)."""
    return options_of(element)


def _chosen(key: str, offered: list[JsonObject], wanted: object) -> object:
    if wanted is True:
        return offered if key == "selected_options" else offered[0]
    if wanted is False:
        return []
    if key == "selected_option":
        return _option(offered, as_text(wanted))
    names = as_list(wanted) if isinstance(wanted, list | tuple) else [wanted]
    return [_option(offered, as_text(name)) for name in names]


def _option(offered: list[JsonObject], name: str) -> JsonObject:
    found = next((option for option in offered if text_of(option.get("text")) == name), None)
    found = found or next((option for option in offered if as_text(option.get("value")) == name), None)
    if found is not None:
        return found
    raise ScreenError(f"There is no option {name!r}; there are {[text_of(o.get('text')) for o in offered]}.")


def _ids(workspace: Workspace, kind: str, wanted: object) -> object:
    if kind.startswith("multi_"):
        names = as_list(wanted) if isinstance(wanted, list | tuple) else [wanted]
        return [_id(workspace, name) for name in names]
    return _id(workspace, wanted)


def _id(workspace: Workspace, wanted: object) -> str:
    named = getattr(wanted, "id", None)
    name = named if isinstance(named, str) else as_text(wanted)
    if name in workspace.users or name in workspace.channels:
        return name
    user = next((user for user in workspace.users.values() if user.name == name.removeprefix("@")), None)
    if user is not None:
        return user.id
    channel = workspace.by_name(name)
    if channel is None:
        raise ScreenError(f"Nobody and nothing is called {name!r} here.")
    return channel.id
