"""A person of the local Slack, for tests: what they see, and what they do with their hands."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.sandbox import conversations, messages
from bot.sandbox.acting import Actor
from bot.sandbox.blocktext import named, options_of
from bot.sandbox.jsons import JsonObject, as_text, text_of
from bot.sandbox.messages import Draft
from bot.sandbox.modal_state import place_of
from bot.sandbox.models import Channel, Message, User
from bot.sandbox.payloads import as_sent
from bot.sandbox.screens import Answer, ScreenError, Submission, View, view_of
from bot.sandbox.stage import Stage
from bot.sandbox.workspace import BOT_USER


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts. Channels are given by name (with or without `#`) or id."""

    id: str
    stage: Stage = field(repr=False, compare=False)

    @property
    def user(self) -> User:
        """The record of this person, to read or to change (deleted, muted …)."""
        return self.stage.workspace.users[self.id]

    @property
    def name(self) -> str:
        """The name after the `@`."""
        return self.user.name

    @property
    def mention(self) -> str:
        """How a message mentions this person."""
        return f"<@{self.id}>"

    @property
    def _actor(self) -> Actor:
        return Actor(self.stage, self.id)

    @property
    def dms(self) -> list[Message]:
        """The direct message with the app, oldest first; replies are in their threads."""
        return self.stage.workspace.direct(BOT_USER, self.id).messages

    @property
    def view(self) -> View | None:
        """The modal on top of the stack, or None."""
        stack = self.stage.workspace.modals.get(self.id, [])
        return view_of(stack[-1] if stack else None)

    @property
    def home(self) -> View | None:
        """The Home tab that the app published to this person, or None."""
        return view_of(self.stage.workspace.homes.get(self.id))

    def _channel(self, name: str | None) -> Channel:
        workspace = self.stage.workspace
        if name is None:
            return workspace.direct(BOT_USER, self.id)
        channel = workspace.channels.get(name) or workspace.by_name(name)
        if channel is None or (channel.kind != "channel" and self.id not in channel.members):
            raise ScreenError(f"{self.name} sees no channel {name!r}.")
        return channel

    async def command(self, line: str, channel: str | None = None) -> Answer:
        """Type a slash command; without a channel, in the direct message with the app."""
        place = self._channel(channel)
        if self.id not in place.members:
            raise ScreenError(f"{self.name} is not in #{place.name}, so the composer is not there.")
        return await self._actor.command(line, place)

    async def click(self, message: Message, text: str = "", *, action_id: str = "", value: str | None = None) -> Answer:
        """Press a button of a message, by its words or action id; on an old copy, it is a press on a stale screen."""
        block, element = self._element(message, text, action_id)
        pressed = element if value is None else {**element, "value": value}
        return await self._actor.message_action(message, block, pressed, {})

    async def choose(self, message: Message, action_id: str, option: object) -> Answer:
        """Choose in a menu (a select, an overflow, radio buttons, checkboxes) of a message."""
        block, element = self._element(message, "", action_id)
        if element.get("type") == "overflow":
            chosen = next((o for o in options_of(element) if text_of(o.get("text")) == option), None)
            if chosen is None:
                raise ScreenError(f"There is no option {option!r}.")
            entry: JsonObject = {"type": "overflow", "selected_option": chosen}
        else:
            entry = await self._actor.entry(message, block, element, option)
        return await self._actor.message_action(message, block, element, entry)

    async def enter(self, message: Message, action_id: str, wanted: object) -> None:
        """Fill a field of a message that waits for a button: nothing is sent yet."""
        block, element = self._element(message, "", action_id)
        entry = await self._actor.entry(message, block, element, wanted)
        self.stage.workspace.chosen(self.id, message)[place_of(block, element)] = entry

    def _element(self, message: Message, text: str, action_id: str) -> tuple[JsonObject, JsonObject]:
        found = named(message.blocks, text=text, action_id=action_id)
        if found is None:
            raise ScreenError(f"No {text or action_id!r} on this message, only {message.buttons()}:\n{message.plain}")
        return found

    async def press(self, view: View, text: str = "", *, action_id: str = "") -> Answer:
        """Press a button inside a modal or the Home tab."""
        found = named(view.blocks, text=text, action_id=action_id)
        if found is None:
            raise ScreenError(f"No {text or action_id!r} on {view.title!r}, only {view.buttons()}.")
        return await self._actor.view_action(view.state, *found, {})

    async def fill(self, view: View, answers: Mapping[str, object]) -> View:
        """Fill fields by label; returns the view as it then stands."""
        for label, wanted in answers.items():
            await self._actor.fill(self._current(view), label, wanted)
        return self._current(view)

    def _current(self, view: View) -> View:
        return view_of(self.stage.workspace.view_by_id(view.id)) or view

    async def submit(self, view: View) -> Submission:
        """Press the submit button."""
        return await self._actor.submit(self._current(view))

    async def close(self, view: View, *, whole_stack: bool = False) -> None:
        """Cancel a modal; `whole_stack` is the cross that closes those beneath, too."""
        await self._actor.close(view, whole_stack=whole_stack)

    async def shortcut(self, callback_id: str) -> Answer:
        """Use a global shortcut of the manifest."""
        self._offered(callback_id, "global")
        return await self._actor.shortcut(callback_id)

    async def message_shortcut(self, callback_id: str, message: Message) -> Answer:
        """Use a message shortcut of the manifest on a message."""
        self._offered(callback_id, "message")
        return await self._actor.message_shortcut(callback_id, message)

    def _offered(self, callback_id: str, kind: str) -> None:
        shortcuts = self.stage.workspace.manifest.shortcuts
        if not any(shortcut.callback_id == callback_id and shortcut.kind == kind for shortcut in shortcuts):
            raise ScreenError(f"The manifest has no {kind} shortcut {callback_id!r}.")

    async def open_home(self) -> None:
        """Open the app's Home tab: the app hears `app_home_opened`."""
        workspace = self.stage.workspace
        direct = workspace.direct(BOT_USER, self.id)
        workspace.emit({"type": "app_home_opened", "user": self.id, "channel": direct.id, "tab": "home"})

    async def say(
        self, channel: str | None, text: str, *, thread: str | None = None, broadcast: bool = False
    ) -> Message:
        """Write a message; @names and #channels become ids; `channel` None is the direct message with the app.

        `broadcast` sends a reply in a thread to the channel, too.
        """
        place = self._channel(channel)
        if self.id not in place.members or place.archived:
            raise ScreenError(f"{self.name} cannot write in #{place.name}.")
        workspace = self.stage.workspace
        typed = as_sent(workspace, text, labelled=False)
        return messages.post(workspace, self.id, place, Draft(text=typed, thread_ts=thread, broadcast=broadcast))

    async def delete(self, message: Message) -> None:
        """Delete one's own message."""
        workspace = self.stage.workspace
        messages.delete(workspace, self.id, workspace.channels[message.channel], message.ts)

    async def join(self, channel: str) -> None:
        """Join a public channel."""
        conversations.join(self.stage.workspace, self.id, self._channel(channel))

    async def leave(self, channel: str) -> None:
        """Leave a channel."""
        conversations.leave(self.stage.workspace, self.id, self._channel(channel))

    async def rename(self, channel: str, name: str) -> None:
        """Rename a channel, as people do."""
        conversations.rename(self.stage.workspace, self.id, self._channel(channel), name)

    async def archive(self, channel: str) -> None:
        """Archive a channel."""
        conversations.archive(self.stage.workspace, self.id, self._channel(channel))

    async def invite(self, channel: str, *people: "Person | str") -> None:
        """Invite people (or, by its user id, the app) to a channel."""
        ids = [person if isinstance(person, str) else person.id for person in people]
        conversations.invite(self.stage.workspace, self.id, self._channel(channel), ids, force=False)

    def ephemerals(self) -> list[Message]:
        """What only this person saw, oldest first."""
        return [message for message in self.stage.workspace.ephemerals if message.ephemeral_to == self.id]

    def find(self, text: str, channel: str | None = None) -> Message | None:
        """The newest message with these words in a channel (None: the direct message with the app)."""
        found = [m for m in self._channel(channel).log.values() if text in m.plain]
        return found[-1] if found else None

    def sees(self, words: str = "", channel: str | None = None, *, button: str = "") -> Message | None:
        """The newest message with these words and this button that this person sees there, whispers included."""
        place = self._channel(channel)
        whispers = [message for message in self.ephemerals() if message.channel == place.id]
        shown = sorted([*place.log.values(), *whispers], key=lambda message: message.ts)
        fitting = [m for m in shown if words in m.plain and (not button or button in m.buttons())]
        return fitting[-1] if fitting else None

    def described(self) -> str:
        """This person in one line."""
        return f"@{self.name} ({as_text(self.user.real_name)})"
