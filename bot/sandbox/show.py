"""A show: people of this Slack who act by themselves at a watchable pace, with captions for those who look at the page.

What they do is a script, written elsewhere, in the verbs of `Show`. Whatever they do goes the way that a person's own
keyboard and mouse go. The page follows: it stands where the scene is, and sees what is typed and pressed.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.sandbox.backstage import Backstage
from bot.sandbox.client import Person
from bot.sandbox.jsons import JsonObject
from bot.sandbox.models import Channel, Message, Refusal
from bot.sandbox.screens import ScreenError, View
from bot.sandbox.workspace import BOT_USER

READ_SECONDS = 1.5
WORD_SECONDS = 0.27
HAND_SECONDS = 1.6
PATIENCE_SECONDS = 30.0


class Playing(StrEnum):
    """Where a show stands. `over`: played to its end; `stopped`: by a visitor, or because something did not come."""

    WAITING = "waiting"
    PLAYING = "playing"
    PAUSED = "paused"
    STOPPED = "stopped"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the page shows: who, where, the caption, and what their hands do, for the eyes only; numbered."""

    number: int = 0
    person: str = ""
    channel: str = ""
    caption: str = ""
    typing: str = ""
    pressing: str = ""
    filling: Mapping[str, str] = field(default_factory=dict)


class ShowStoppedError(Exception):
    """Something that the script waits for did not come; the message says what."""


@dataclass(slots=True, kw_only=True)
class Show:
    """One performance. `pace` stretches every pause: 1 is to be read, 0 does not wait for readers at all."""

    backstage: Backstage
    pace: float = 1.0
    state: Playing = Playing.WAITING
    scene: Scene = Scene()
    _going: asyncio.Event = field(default_factory=asyncio.Event)
    _task: "asyncio.Task[None] | None" = None

    def as_json(self) -> JsonObject:
        """What the page is told."""
        scene = self.scene
        return {
            "state": self.state,
            "scene": scene.number,
            "as": scene.person,
            "channel": scene.channel,
            "caption": scene.caption,
            "typing": scene.typing,
            "pressing": scene.pressing,
            "filling": dict(scene.filling),
        }

    async def run(self, script: "Callable[[Show], Awaitable[None]]") -> None:
        """Play the script as soon as a page is open; ends with it, or when a visitor stops it."""
        self.backstage.demo = self
        await self.backstage.stage.changed.wait_for(lambda: self.backstage.watched, math.inf)
        self.state = Playing.PLAYING
        self._going.set()
        self._task = asyncio.create_task(self._play(script))
        try:
            await asyncio.wait({self._task})
        finally:
            self._task.cancel()
        if not self._task.cancelled():
            self._task.result()  # whatever no script should raise is not kept from whoever started it

    async def _play(self, script: "Callable[[Show], Awaitable[None]]") -> None:
        try:
            await script(self)
        except (ScreenError, Refusal, ShowStoppedError) as problem:
            words = f"The demo ends here, because {str(problem).rstrip('.')}. The stage is yours."
            self._ends(Playing.STOPPED, words)
        else:
            self._ends(Playing.OVER, self.scene.caption)

    def _ends(self, state: Playing, caption: str) -> None:
        self.state = state
        self._show(caption=caption, typing="", pressing="", filling={})

    def pause(self) -> None:
        """Hold the show at its next pause."""
        if self.state is Playing.PLAYING:
            self.state = Playing.PAUSED
            self._going.clear()

    def resume(self) -> None:
        """Let it go on."""
        if self.state is Playing.PAUSED:
            self.state = Playing.PLAYING
            self._going.set()

    def stop(self) -> None:
        """End it; the visitor takes over."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            self._ends(Playing.STOPPED, "You have taken over. The demo has ended; everything stays as it stands.")

    def person(self, name: str) -> Person:
        """Somebody of this workspace, by name. Raises ShowStoppedError when there is nobody of that name."""
        found = self.backstage.stage.workspace.id_of(name)
        if not found:
            raise ShowStoppedError(f"there is nobody called {name} here")
        return Person(found, self.backstage.stage)

    # --- The verbs of a script ---------------------------------------------------------------------------------------

    async def at(self, person: Person, place: str | None, caption: str) -> None:
        """Stand somewhere as somebody, once they are in there, and say this; without a `place` it is the app itself."""
        workspace = self.backstage.stage.workspace

        def there() -> Channel | None:
            found = workspace.by_name(place) if place else workspace.direct(BOT_USER, person.id)
            return found if found is not None and person.id in found.members else None

        await self.until(there, f"{person.name} in {place}")
        channel = there()
        if channel is None:
            raise ShowStoppedError(f"{person.name} has left {place}")
        self._show(number=self.scene.number + 1, person=person.id, channel=channel.id)
        await self.say(caption)

    async def say(self, caption: str) -> None:
        """Change the caption, and wait until it can have been read."""
        self._show(caption=caption)
        await self._breathe(READ_SECONDS + WORD_SECONDS * len(caption.split()))

    async def types(self, person: Person, text: str) -> None:
        """Type in the channel of the scene, and send it: a command where it begins with a slash."""
        self._show(typing=text)
        await self._breathe(HAND_SECONDS + len(text) * 0.03)
        self._show(typing="")
        if text.startswith("/"):
            answer = await person.command(text, self.scene.channel)
            if answer.error:
                raise ShowStoppedError(f"{text} was not taken: {answer.error}")
        else:
            await person.say(self.scene.channel, text)

    async def presses(self, person: Person, button: str, *, on: str = "") -> None:
        """Press a button of the newest message of the scene's channel that has it, and holds the words `on`."""
        message = await self.message_with(person, on, button=button)
        self._show(pressing=button)
        await self._breathe(HAND_SECONDS)
        self._show(pressing="")
        await person.click(message, button)

    async def form(self, person: Person) -> View:
        """The form that opens, or is open."""
        await self.until(lambda: person.view, f"a form for {person.name}")
        view = person.view
        if view is None:
            raise ShowStoppedError(f"the form for {person.name} is closed")
        return view

    async def fills(self, person: Person, answers: Mapping[str, str]) -> None:
        """Fill fields of the open form by their labels."""
        view = await self.form(person)
        for label, wanted in answers.items():
            self._show(filling={label: wanted})
            await self._breathe(HAND_SECONDS + len(wanted) * 0.03)
            await person.fill(view, {label: wanted})
        self._show(filling={})

    async def presses_in_form(self, person: Person, button: str) -> None:
        """Press a button of the open form: its submit button by its words, or one inside it once it is there."""
        view = await self.form(person)
        await self.until(
            lambda: person.view and button in {person.view.submit, *person.view.buttons()}, f"the button {button!r}"
        )
        self._show(pressing=button)
        await self._breathe(HAND_SECONDS)
        self._show(pressing="")
        view = await self.form(person)
        if button != view.submit:
            await person.press(view, button)
            return
        outcome = await person.submit(view)
        if outcome.error or outcome.errors:
            reason = outcome.error or ", ".join(outcome.errors.values())
            raise ShowStoppedError(f"{button} in {view.title!r} was not taken: {reason}")

    async def message_with(self, person: Person, words: str, *, button: str = "", place: str = "") -> Message:
        """The newest message with these words and this button, once it is there: in the scene's channel, or `place`."""
        channel = place or self.scene.channel

        def found() -> Message | None:
            if self.backstage.stage.workspace.by_name(channel) is None and place:
                return None
            return person.sees(words, channel, button=button)

        await self.until(found, f"a message with {words or button!r} for {person.name}")
        message = found()
        if message is None:
            raise ShowStoppedError(f"the message with {words or button!r} for {person.name} is gone")
        return message

    async def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait for something. Raises ShowStoppedError, with `what`, where it does not come."""
        if not await self.backstage.stage.changed.wait_for(condition, PATIENCE_SECONDS):
            raise ShowStoppedError(f"{what} did not come")

    async def clock_moves(self, seconds: float) -> None:
        """Move the clock, the app's too."""
        stage = self.backstage.stage
        stage.workspace.touch("clock", offset=stage.clock.advance(seconds))
        self.backstage.tell_status()
        await self._breathe(HAND_SECONDS)

    async def app_dies(self) -> None:
        """Kill the app, as `kill -9` does. Does nothing where the app is not ours."""
        if self.backstage.app is not None:
            await self.backstage.app.kill()

    async def app_starts(self) -> None:
        """Start the app, and wait until it is connected."""
        if self.backstage.app is not None:
            self.backstage.app.start()
            await self.until(lambda: self.backstage.stage.delivery.sockets.count, "the app to connect")

    def _show(self, **changes: object) -> None:
        self.scene = replace(self.scene, **changes)  # type: ignore[arg-type]
        self.backstage.tell_status()

    async def _breathe(self, seconds: float) -> None:
        """Let time pass for those who watch, at this show's pace; a pause lasts until it is over."""
        await asyncio.sleep(seconds * self.pace)
        await self._going.wait()
