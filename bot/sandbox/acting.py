"""What happens when a person acts: the payload goes to the app, and what the app answers takes effect."""

from dataclasses import dataclass

from bot.sandbox import modals, payloads
from bot.sandbox.blockkit import validate_message, validate_view
from bot.sandbox.filling import entry_for, offered_by
from bot.sandbox.jsons import JsonObject, as_list, as_object, as_objects, as_text
from bot.sandbox.modal_state import STATEFUL, ModalView, missing_inputs, place_of
from bot.sandbox.models import Channel, Message, Refusal
from bot.sandbox.response_urls import ResponseUrl
from bot.sandbox.screens import Answer, ScreenError, Submission, View
from bot.sandbox.sockets import Ack, Envelope
from bot.sandbox.stage import Stage


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting on a stage; each method is one thing a person can do."""

    stage: Stage
    user: str

    async def command(self, line: str, channel: Channel) -> Answer:
        """Send a slash command from a channel."""
        word, _, text = line.strip().partition(" ")
        stage = self.stage
        known = next((known for known in stage.workspace.manifest.commands if known.command == word), None)
        if known is None:
            return Answer(ack=Ack(error="unknown_command"), workspace=stage.workspace)
        if known.should_escape:
            text = payloads.as_sent(stage.workspace, text, labelled=True)
        trigger = stage.trigger(self.user)
        url = stage.response_urls.issue(self.user, channel.id)
        payload = payloads.command_payload(stage, self.user, channel, word, text.strip(), url, trigger.id)
        ack = await stage.delivery.ask(Envelope(kind="slash_commands", payload=payload))
        self._respond(word, url, ack)
        return Answer(ack=ack, workspace=stage.workspace, url=url, trigger=trigger)

    def _respond(self, word: str, url: ResponseUrl, ack: Ack) -> None:
        """Show what the acknowledgement of a command says."""
        said = {"text": ack.text, **ack.body} if ack.text else ack.body
        if ack.error or (not said.get("text") and not said.get("blocks") and not said.get("attachments")):
            return
        if said.get("blocks") and validate_message(said):
            reason = validate_message(said)[0]
            self.stage.complain(word, "invalid_blocks", f"{reason.pointer}: {reason.reason}", said)
            return
        self.stage.response_urls.respond(url, said)

    async def message_action(
        self, message: Message, block: JsonObject, element: JsonObject, entry: JsonObject
    ) -> Answer:
        """Use a button or a menu of a message; the payload carries the message, and its fields, as they are now."""
        stage = self.stage
        channel = stage.workspace.channels[message.channel]
        current = message if message.ephemeral_to else channel.log.get(message.ts, message)
        if element.get("type") in STATEFUL:
            stage.workspace.chosen(self.user, current)[place_of(block, element)] = entry
        trigger = stage.trigger(self.user)
        url = stage.response_urls.issue(self.user, channel.id, current)
        action = payloads.action_of(block, element, entry, stage.workspace.event_ts())
        payload = payloads.message_action_payload(stage, self.user, current, channel, action, url, trigger.id)
        ack = await stage.delivery.ask(Envelope(kind="interactive", payload=payload))
        return Answer(ack=ack, workspace=stage.workspace, url=url, trigger=trigger)

    async def view_action(self, view: ModalView, block: JsonObject, element: JsonObject, entry: JsonObject) -> Answer:
        """Use a button or a dispatching input of a view."""
        stage = self.stage
        trigger = stage.trigger(self.user, view.id)
        action = payloads.action_of(block, element, entry, stage.workspace.event_ts())
        payload = payloads.view_action_payload(stage, view, action, trigger.id)
        ack = await stage.delivery.ask(Envelope(kind="interactive", payload=payload))
        return Answer(ack=ack, workspace=stage.workspace, trigger=trigger)

    async def shortcut(self, callback_id: str) -> Answer:
        """A global shortcut."""
        trigger = self.stage.trigger(self.user)
        payload = payloads.shortcut_payload(self.stage, self.user, callback_id, trigger.id)
        ack = await self.stage.delivery.ask(Envelope(kind="interactive", payload=payload))
        return Answer(ack=ack, workspace=self.stage.workspace, trigger=trigger)

    async def message_shortcut(self, callback_id: str, message: Message) -> Answer:
        """A shortcut on a message."""
        stage = self.stage
        channel = stage.workspace.channels[message.channel]
        trigger = stage.trigger(self.user)
        url = stage.response_urls.issue(self.user, channel.id, message)
        payload = payloads.message_shortcut_payload(stage, self.user, callback_id, message, channel, url, trigger.id)
        ack = await stage.delivery.ask(Envelope(kind="interactive", payload=payload))
        return Answer(ack=ack, workspace=stage.workspace, url=url, trigger=trigger)

    async def suggestions(
        self, where: ModalView | Message, block: JsonObject, element: JsonObject, typed: str
    ) -> JsonObject:
        """What an external select of a view or a message offers for these letters: `options` or `option_groups`."""
        payload = payloads.suggestion_payload(self.stage, self.user, where, place_of(block, element), typed)
        ack = await self.stage.delivery.ask(Envelope(kind="interactive", payload=payload))
        return ack.body

    async def entry(
        self, where: ModalView | Message, block: JsonObject, element: JsonObject, wanted: object
    ) -> JsonObject:
        """The state of a field once `wanted` is chosen or typed there; the app is asked for what it offers itself."""
        offered = offered_by(element)
        if as_text(element.get("type")).endswith("external_select") and wanted is not None:
            words = as_list(wanted) or [wanted]
            found = [await self.suggestions(where, block, element, as_text(word)) for word in words]
            offered = [option for body in found for option in offered_by(body)]
        return entry_for(self.stage.workspace, element, wanted, offered)

    async def fill(self, view: View, name: str, wanted: object) -> Answer | None:
        """Fill one field; the answer of the app where the field reports at once, else None."""
        block, element = view.field(name)
        entry = await self.entry(view.state, block, element, wanted)
        place = place_of(block, element)
        view.state.typed[place] = entry
        view.state.errors.pop(place[0], None)
        self.stage.workspace.touch("view", user=self.user, view=view.id)
        if block.get("type") == "input" and not block.get("dispatch_action"):
            return None
        return await self.view_action(view.state, block, element, entry)

    async def submit(self, view: View) -> Submission:
        """Press the view's submit button, unless Slack's client refuses it before."""
        state = view.state
        if state not in self.stage.workspace.modals.get(self.user, []):
            raise ScreenError(f"{view.title!r} is not open any more.")
        if not state.content.get("submit"):
            raise ScreenError(f"{view.title!r} has no submit button.")
        missing = missing_inputs(state)
        if missing:
            state.errors = missing
            return Submission(errors=_by_label(state, missing))
        state.errors = {}
        trigger = self.stage.trigger(self.user, state.id)
        payload = payloads.submission_payload(self.stage, state, trigger.id)
        ack = await self.stage.delivery.ask(Envelope(kind="interactive", payload=payload))
        if ack.error:
            return Submission(error=ack.error, seconds=ack.seconds)
        try:
            self._act_on(state, ack.body)
        except Refusal as refusal:
            self.stage.complain("view_submission", refusal.code, str(refusal.extra), ack.body)
            return Submission(error=refusal.code, seconds=ack.seconds)
        open_still = state in self.stage.workspace.modals.get(self.user, [])
        return Submission(errors=_by_label(state, state.errors), closed=not open_still, seconds=ack.seconds)

    def _act_on(self, state: ModalView, body: JsonObject) -> None:
        """Carry out the `response_action` of a submission; none closes the view."""
        workspace = self.stage.workspace
        match as_text(body.get("response_action")):
            case "errors":
                self._show_errors(state, as_object(body.get("errors")))
            case "update":
                modals.update_view(workspace, state.id, self._checked(body), "")
            case "push":
                modals.push_modal(workspace, self.user, self._checked(body))
            case "clear":
                modals.close_views(workspace, state, whole_stack=True)
            case "":
                modals.close_views(workspace, state, whole_stack=False)
            case other:
                raise Refusal("invalid_response_action", action=other)

    def _checked(self, body: JsonObject) -> JsonObject:
        view = as_object(body.get("view"))
        problems = validate_view(view)
        if problems:
            raise Refusal("invalid_view", reasons=[f"{p.pointer}: {p.reason}" for p in problems])
        return view

    def _show_errors(self, state: ModalView, errors: JsonObject) -> None:
        inputs = {as_text(block.get("block_id")) for block in state.blocks if block.get("type") == "input"}
        unknown = set(errors) - inputs
        if unknown or not errors:
            raise Refusal("invalid_errors", reasons=f"no input has these block ids: {sorted(unknown)}")
        state.errors = {block_id: as_text(words) for block_id, words in errors.items()}
        self.stage.workspace.touch("view", user=self.user, view=state.id)

    async def close(self, view: View, *, whole_stack: bool) -> None:
        """Cancel a modal; the app hears of it where the view asked for that."""
        for closed in modals.close_views(self.stage.workspace, view.state, whole_stack=whole_stack):
            if closed.content.get("notify_on_close"):
                payload = payloads.closed_payload(self.stage, closed, cleared=whole_stack)
                await self.stage.delivery.ask(Envelope(kind="interactive", payload=payload))


def _by_label(state: ModalView, errors: dict[str, str]) -> dict[str, str]:
    labels = {
        as_text(block.get("block_id")): as_text(as_object(block.get("label")).get("text"))
        for block in as_objects(state.blocks)
    }
    return {labels.get(block_id) or block_id: words for block_id, words in errors.items()}
