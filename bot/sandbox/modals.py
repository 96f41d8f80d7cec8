"""What happens to modals and Home tabs: opened, pushed, updated, published, closed."""

from bot.sandbox.blocktext import with_ids
from bot.sandbox.jsons import JsonObject, as_objects, as_text
from bot.sandbox.modal_state import ModalView
from bot.sandbox.models import Refusal
from bot.sandbox.triggers import Trigger
from bot.sandbox.workspace import APP_ID, BOT_ID, TEAM_ID, Workspace

DEEPEST_STACK = 3


def shown(view: ModalView) -> JsonObject:
    """The view as payloads and answers carry it."""
    return view.as_json(team=TEAM_ID, app=APP_ID, bot=BOT_ID)


def _new(workspace: Workspace, user: str, content: JsonObject) -> ModalView:
    view_id = workspace.new_id("V")
    blocks = with_ids(as_objects(content.get("blocks")), "v")
    view = ModalView(
        id=view_id,
        user=user,
        type=as_text(content.get("type"), "modal"),
        content=content,
        blocks=blocks,
        hash=_fresh_hash(workspace),
        root_id=view_id,
    )
    if view.external_id and workspace.view_by_id(view.external_id) is not None:
        raise Refusal("duplicate_external_id")
    return view


def _fresh_hash(workspace: Workspace) -> str:
    return f"{workspace.seconds()}.{workspace.new_id('h')}"


def open_modal(workspace: Workspace, trigger: Trigger, content: JsonObject) -> ModalView:
    """A new modal for whoever pulled the trigger; it takes the place of what was open."""
    view = _new(workspace, trigger.user, content)
    workspace.modals[trigger.user] = [view]
    trigger.opened = view.id
    workspace.touch("view", user=trigger.user, view=view.id)
    return view


def push_modal(workspace: Workspace, user: str, content: JsonObject) -> ModalView:
    """One more modal on top of the user's stack, of three at most."""
    stack = workspace.modals.get(user, [])
    if not stack:
        raise Refusal("not_found")
    if len(stack) >= DEEPEST_STACK:
        raise Refusal("push_limit_reached")
    view = _new(workspace, user, content)
    view.previous_id, view.root_id = stack[-1].id, stack[0].id
    stack.append(view)
    workspace.touch("view", user=user, view=view.id)
    return view


def update_view(workspace: Workspace, view_id: str, content: JsonObject, expected_hash: str) -> ModalView:
    """New content for an open view; refused when `expected_hash` is given and is not the view's."""
    view = workspace.view_by_id(view_id)
    if view is None:
        raise Refusal("not_found")
    if expected_hash and expected_hash != view.hash:
        raise Refusal("hash_conflict")
    view.replace(content, with_ids(as_objects(content.get("blocks")), "v"), _fresh_hash(workspace))
    workspace.touch("home" if view.type == "home" else "view", user=view.user, view=view.id)
    return view


def publish_home(workspace: Workspace, user: str, content: JsonObject, expected_hash: str) -> ModalView:
    """The Home tab of one person."""
    old = workspace.homes.get(user)
    if old is not None:
        return update_view(workspace, old.id, content, expected_hash)
    view = _new(workspace, user, content)
    workspace.homes[user] = view
    workspace.touch("home", user=user, view=view.id)
    return view


def close_views(workspace: Workspace, view: ModalView, *, whole_stack: bool) -> list[ModalView]:
    """Close a modal (and what lies on it), or the whole stack; returns what was closed, the top first."""
    stack = workspace.modals.get(view.user, [])
    if view not in stack:
        return []
    start = 0 if whole_stack else stack.index(view)
    closed = stack[start:]
    del stack[start:]
    workspace.touch("view", user=view.user, view=view.id)
    return closed[::-1]
