"""What a person sees and gets back: the answer to a command, an open view, the outcome of a submission."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.sandbox.blocktext import buttons_of, interactive, options_of, plain_of
from bot.sandbox.jsons import JsonObject, as_objects, as_text, text_of
from bot.sandbox.modal_state import ModalView
from bot.sandbox.response_urls import ResponseUrl
from bot.sandbox.sockets import Ack
from bot.sandbox.triggers import Trigger
from bot.sandbox.workspace import Workspace


class ScreenError(AssertionError):
    """Somebody tried what their screen does not offer: no such button, field, option or channel."""


@dataclass(frozen=True, slots=True)
class View:
    """A modal or Home tab as it stood when it was read."""

    state: ModalView = field(repr=False)
    content: JsonObject
    blocks: list[JsonObject]
    errors: Mapping[str, str]

    @property
    def id(self) -> str:
        """Slack's id of the view; the same after an update."""
        return self.state.id

    @property
    def title(self) -> str:
        """The words in its head."""
        return text_of(self.content.get("title"))

    @property
    def callback_id(self) -> str:
        """The app's name for this kind of view."""
        return as_text(self.content.get("callback_id"))

    @property
    def private_metadata(self) -> str:
        """What the app put into the view for itself."""
        return as_text(self.content.get("private_metadata"))

    @property
    def submit(self) -> str:
        """The words on the submit button; empty when there is none."""
        return text_of(self.content.get("submit"))

    @property
    def values(self) -> dict[str, dict[str, JsonObject]]:
        """`state.values` now."""
        return self.state.values()

    @property
    def plain(self) -> str:
        """All visible words."""
        return "\n".join(part for part in (self.title, plain_of(self.blocks)) if part)

    def labels(self) -> list[str]:
        """The labels of the inputs, in reading order."""
        return [text_of(block.get("label")) for block in self.blocks if block.get("type") == "input"]

    def buttons(self) -> list[str]:
        """The words on the buttons, in reading order."""
        return buttons_of(self.blocks)

    def options(self, label: str) -> list[str]:
        """The options offered under a label."""
        _, element = self.field(label)
        return [text_of(option.get("text")) for option in options_of(element)]

    def field(self, name: str) -> tuple[JsonObject, JsonObject]:
        """The (block, element) with this label, or else this action or block id."""
        for block, element in interactive(self.blocks):
            names = {text_of(block.get("label")), text_of(block.get("text"))}
            if name in names | {as_text(element.get("action_id")), as_text(block.get("block_id"))}:
                return block, element
        raise ScreenError(f"{self.title!r} has no field {name!r}; it has {self.labels()}.")


def view_of(state: ModalView | None) -> View | None:
    """A copy of a view to look at, or None."""
    if state is None:
        return None
    return View(state, state.content, list(state.blocks), dict(state.errors))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a command, a click or a shortcut. Reads what has been posted through its response URL, too."""

    ack: Ack
    workspace: Workspace = field(repr=False)
    url: ResponseUrl | None = field(default=None, repr=False)
    trigger: Trigger | None = field(default=None, repr=False)

    @property
    def _said(self) -> JsonObject:
        return self.url.posts[-1] if self.url is not None and self.url.posts else {}

    @property
    def text(self) -> str:
        """The words of the answer; empty when there was none."""
        return as_text(self._said.get("text"))

    @property
    def blocks(self) -> list[JsonObject]:
        """The blocks of the answer."""
        return as_objects(self._said.get("blocks"))

    @property
    def plain(self) -> str:
        """All visible words of the answer."""
        return "\n".join(part for part in (self.text, plain_of(self.blocks)) if part)

    @property
    def response_type(self) -> str:
        """`ephemeral` unless the app said otherwise; empty when it said nothing."""
        return as_text(self._said.get("response_type"), "ephemeral") if self._said else ""

    @property
    def error(self) -> str:
        """Empty, or why the person sees a failure: `operation_timeout`, `dispatch_failed`, `http_error`."""
        return self.ack.error

    @property
    def seconds(self) -> float:
        """Until the app acknowledged."""
        return self.ack.seconds

    @property
    def view(self) -> View | None:
        """The modal that this opened, while it is open."""
        opened = self.trigger.opened if self.trigger is not None else ""
        return view_of(self.workspace.view_by_id(opened)) if opened else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What came of submitting a view: errors by label, whether it closed, how long the app took."""

    errors: Mapping[str, str] = field(default_factory=dict)
    closed: bool = False
    seconds: float = 0.0
    error: str = ""
