"""`POST /sandbox/act`: what the page, or a test beside a bot in another process, does as a person.

A body is `{"as": PERSON, "do": VERB, …}`; its answer `{"ok": true, …}` or `{"ok": false, "error": code or sentence}`.
An act answers once the app acknowledged, or after 3 s: `ok` with `answer.error` = `operation_timeout`. `answer` is
`{"text", "response_type", "error", "seconds"}`; an ephemeral answer is stored as an ephemeral message as well. People
and channels are named by id or name; no channel is the direct message with the app.

    command          channel, text ("/incident declare …"; @handle and #name become ids with should_escape) → answer
    say              channel, text (raw; escaped here), thread_ts?, reply_broadcast? → message
    click, select    channel, ts, action, state? → answer  (one code path; ts of an ephemeral message, too)
    view_action      view_id, action, state → answer
    view_submit      view_id, state → errors {block_id: text}, view (the new top or null), closed, answer
    view_close       view_id, all? (the whole stack) → view
    press            button (its words), channel, words? (of the message) → answer; with form: true, in the open form
    fill             answers {label: words, list, number, true or false} → view (the open form, as it then stands)
    submit           – → as view_submit, of the open form
    options          where {view_id} or {channel, ts}, block_id, action_id, value, state? → options or option_groups
    shortcut         callback_id → answer
    message_shortcut callback_id, channel, ts → answer
    open_home        –
    open_dm          user? (absent: the app) → channel
    join, leave      channel
    create_channel   name, private → channel
    read             channel
    react, pin       channel, ts, name (of the reaction)    (again: takes it back)
    edit, delete     channel, ts, text (of an edit)         (one's own message)

`action` is Slack's `actions[0]` without `action_ts`: type, block_id, action_id and the choice. It is refused unless the
stored message or view has that element. `state` is Slack's `state.values`; it is kept with the view or, for this
person, with the message.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.sandbox import conversations, gestures, page
from bot.sandbox.acting import Actor
from bot.sandbox.blocktext import interactive
from bot.sandbox.client import Person
from bot.sandbox.jsons import JsonObject, as_flag, as_object, as_text
from bot.sandbox.modal_state import STATEFUL, ModalView, Place, place_of
from bot.sandbox.models import Channel, Message, Refusal
from bot.sandbox.screens import Answer, ScreenError, View, view_of
from bot.sandbox.stage import Stage
from bot.sandbox.workspace import BOT_USER


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a person asks for, and its fields."""

    stage: Stage
    person: Person
    body: JsonObject

    def text(self, name: str) -> str:
        """A field as text."""
        return as_text(self.body.get(name))

    @property
    def actor(self) -> Actor:
        """The person's hands."""
        return Actor(self.stage, self.person.id)

    def channel(self) -> Channel:
        """The channel in the body, if this person may see it; without one, the direct message with the app."""
        if not self.text("channel"):
            return self.stage.workspace.direct(BOT_USER, self.person.id)
        return self.stage.workspace.seen_by(self.person.id, self.text("channel"))

    def message(self) -> Message:
        """The message in the body: in the channel's log, or shown to this person alone."""
        channel, ts = self.channel(), self.text("ts")
        whispers = self.person.ephemerals()
        found = channel.log.get(ts) or next((m for m in whispers if m.ts == ts and m.channel == channel.id), None)
        if found is None:
            raise Refusal("message_not_found")
        return found

    def form(self) -> View:
        """The form that is open for this person."""
        found = self.person.view
        if found is None:
            raise ScreenError(f"No form is open for {self.person.name}. Nothing was done.")
        return found

    def view(self, view_id: str = "") -> ModalView:
        """The view in the body, if it is this person's, with what they typed so far."""
        view = self.stage.workspace.view_by_id(view_id or self.text("view_id"))
        if view is None or view.user != self.person.id:
            raise Refusal("That form is not open any more. Nothing was sent.")
        view.typed.update(self.state())
        return view

    def state(self) -> dict[Place, JsonObject]:
        """What stands in the fields, as far as the body tells it."""
        return {
            (block_id, action_id): as_object(entry)
            for block_id, entries in as_object(self.body.get("state")).items()
            for action_id, entry in as_object(entries).items()
        }


def _used(blocks: list[JsonObject], action: JsonObject) -> tuple[JsonObject, JsonObject, JsonObject]:
    """The block, the element and its new state that an action speaks of."""
    place = (as_text(action.get("block_id")), as_text(action.get("action_id")))
    for block, element in interactive(blocks):
        if place_of(block, element) == place:
            kind = as_text(element.get("type"))
            key = "selected_option" if kind == "overflow" else STATEFUL.get(kind, ("",))[0]
            entry: JsonObject = {"type": kind, key: action.get(key)} if key else {}
            return block, element, entry
    raise Refusal("That button is not there any more. Nothing was sent.")


def _answer(answer: Answer) -> JsonObject:
    return {
        "answer": {
            "text": answer.text or None,
            "response_type": answer.response_type or None,
            "error": answer.error or None,
            "seconds": answer.seconds,
        }
    }


async def _command(act: Act) -> JsonObject:
    if act.text("thread_ts"):
        return {"ok": False, "error": "Slack does not run commands in threads. Nothing was sent."}
    return _answer(await act.person.command(act.text("text"), act.channel().id))


async def _say(act: Act) -> JsonObject:
    broadcast = as_flag(act.body.get("reply_broadcast"))
    message = await act.person.say(
        act.channel().id, act.text("text"), thread=act.text("thread_ts") or None, broadcast=broadcast
    )
    return {"message": page.message_json(act.channel(), message)}


async def _click(act: Act) -> JsonObject:
    message = act.message()
    act.stage.workspace.chosen(act.person.id, message).update(act.state())
    used = _used(list(message.blocks), as_object(act.body.get("action")))
    return _answer(await act.actor.message_action(message, *used))


async def _view_action(act: Act) -> JsonObject:
    view = act.view()
    block, element, entry = _used(view.blocks, as_object(act.body.get("action")))
    if entry and element.get("type") != "overflow":
        view.typed[place_of(block, element)] = entry
    return _answer(await act.actor.view_action(view, block, element, entry))


async def _view_submit(act: Act) -> JsonObject:
    view = act.view()
    shown = view_of(view)
    if shown is None:
        raise Refusal("That form is not open any more. Nothing was sent.")
    outcome = await act.actor.submit(shown)
    answer = {"text": None, "response_type": None, "error": outcome.error or None, "seconds": outcome.seconds}
    errors = {} if outcome.closed else dict(view.errors)
    top = page.top_view(act.stage.workspace, act.person.id)["view"]
    return {"errors": errors, "closed": outcome.closed, "view": top, "answer": answer}


async def _view_close(act: Act) -> JsonObject:
    view = view_of(act.view())
    if view is not None:
        await act.actor.close(view, whole_stack=as_flag(act.body.get("all")))
    return {"view": page.top_view(act.stage.workspace, act.person.id)["view"]}


async def _press(act: Act) -> JsonObject:
    button = act.text("button")
    if as_flag(act.body.get("form")):
        return _answer(await act.person.press(act.form(), button))
    message = act.person.sees(act.text("words"), act.channel().id, button=button)
    if message is None:
        raise ScreenError(f"No message there has a button {button!r}. Nothing was pressed.")
    return _answer(await act.person.click(message, button))


async def _fill(act: Act) -> JsonObject:
    await act.person.fill(act.form(), as_object(act.body.get("answers")))
    return {"view": page.top_view(act.stage.workspace, act.person.id)["view"]}


async def _submit(act: Act) -> JsonObject:
    act.body["view_id"] = act.form().id
    return await _view_submit(act)


async def _options(act: Act) -> JsonObject:
    named = as_object(act.body.get("where"))
    act.body.update({key: named[key] for key in ("channel", "ts") if key in named})
    where = act.view(as_text(named.get("view_id"))) if "view_id" in named else act.message()
    block, element, _ = _used(list(where.blocks), act.body)
    found = await act.actor.suggestions(where, block, element, act.text("value"))
    return {key: found[key] for key in ("options", "option_groups") if key in found}


async def _shortcut(act: Act) -> JsonObject:
    return _answer(await act.person.shortcut(act.text("callback_id")))


async def _message_shortcut(act: Act) -> JsonObject:
    return _answer(await act.person.message_shortcut(act.text("callback_id"), act.message()))


async def _open_home(act: Act) -> JsonObject:
    await act.person.open_home()
    return {}


async def _open_dm(act: Act) -> JsonObject:
    other = act.stage.workspace.user(act.text("user") or BOT_USER)
    return {"channel": act.stage.workspace.direct(other.id, act.person.id).id}


async def _join(act: Act) -> JsonObject:
    await act.person.join(act.text("channel"))
    return {}


async def _leave(act: Act) -> JsonObject:
    await act.person.leave(act.text("channel"))
    return {}


async def _create_channel(act: Act) -> JsonObject:
    private = as_flag(act.body.get("private"))
    return {"channel": conversations.create(act.stage.workspace, act.person.id, act.text("name"), private=private).id}


async def _read(act: Act) -> JsonObject:
    channel = act.channel()
    if channel.log:
        act.stage.workspace.read_marks[(act.person.id, channel.id)] = max(channel.log)
        act.stage.workspace.touch("channel", channel=channel.id, user=act.person.id)
    return {}


async def _gesture(act: Act) -> JsonObject:
    gestures.make(act.text("do"), act.stage.workspace, act.person.id, act.channel(), act.body)
    return {}


VERBS: dict[str, Callable[[Act], Awaitable[JsonObject]]] = {
    "command": _command,
    "say": _say,
    "click": _click,
    "select": _click,
    "view_action": _view_action,
    "view_submit": _view_submit,
    "view_close": _view_close,
    "press": _press,
    "fill": _fill,
    "submit": _submit,
    "options": _options,
    "shortcut": _shortcut,
    "message_shortcut": _message_shortcut,
    "open_home": _open_home,
    "open_dm": _open_dm,
    "join": _join,
    "leave": _leave,
    "create_channel": _create_channel,
    "read": _read,
    **dict.fromkeys(gestures.VERBS, _gesture),
}


async def perform(stage: Stage, body: JsonObject) -> tuple[int, JsonObject]:
    """Carry out one act; the HTTP status and the answer."""
    user, verb = stage.workspace.id_of(as_text(body.get("as"))), as_text(body.get("do"))
    if not user:
        return 404, {"ok": False, "error": f"There is nobody called {as_text(body.get('as'))!r} here."}
    if verb not in VERBS:
        return 404, {"ok": False, "error": f"There is nothing called {verb!r} to do; there are {', '.join(VERBS)}."}
    try:
        done = await VERBS[verb](Act(stage, Person(user, stage), body))
    except (Refusal, ScreenError) as refusal:
        return 200, {"ok": False, "error": str(refusal)}
    return 200, {"ok": True, **done}
