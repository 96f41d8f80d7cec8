"""`views.*`: modals and Home tabs, as the app asks for them."""

from bot.sandbox import modals
from bot.sandbox.jsons import JsonObject
from bot.sandbox.modal_state import ModalView
from bot.sandbox.models import Refusal
from bot.sandbox.webapi.arguments import invalid_arguments, missing_field
from bot.sandbox.webapi.call import ApiCall, Entry


def _content(call: ApiCall, kind: str) -> JsonObject:
    view = call.view()
    if view.get("type") != kind:
        raise invalid_arguments(f"view.type must be {kind}")
    return view


def _answer(view: ModalView) -> JsonObject:
    return {"view": modals.shown(view)}


def open_view(call: ApiCall) -> JsonObject:
    """`views.open`."""
    content = _content(call, "modal")
    trigger = call.triggers.exchange(_trigger_id(call))
    return _answer(modals.open_modal(call.workspace, trigger, content))


def _trigger_id(call: ApiCall) -> str:
    return call.args.text("interactivity_pointer") or call.args.required("trigger_id", "invalid_trigger_id")


def push(call: ApiCall) -> JsonObject:
    """`views.push`: only with a trigger from an interaction in a modal."""
    content = _content(call, "modal")
    trigger = call.triggers.exchange(_trigger_id(call))
    view = modals.push_modal(call.workspace, trigger.user, content)
    trigger.opened = view.id
    return _answer(view)


def update(call: ApiCall) -> JsonObject:
    """`views.update`, by id or external id; with `hash` only if nobody was faster."""
    content = _content(call, "modal")
    wanted = call.args.text("view_id") or call.args.text("external_id")
    if not wanted:
        raise missing_field("view_id")
    return _answer(modals.update_view(call.workspace, wanted, content, call.args.text("hash")))


def publish(call: ApiCall) -> JsonObject:
    """`views.publish`: somebody's Home tab."""
    content = _content(call, "home")
    if not call.workspace.manifest.home_tab:
        raise Refusal("not_enabled")
    user_id = call.args.required("user_id")
    if user_id not in call.workspace.users:
        raise invalid_arguments("invalid `user_id`")
    return _answer(modals.publish_home(call.workspace, user_id, content, call.args.text("hash")))


METHODS: dict[str, Entry] = {
    "views.open": Entry(open_view),
    "views.push": Entry(push),
    "views.update": Entry(update),
    "views.publish": Entry(publish),
}
