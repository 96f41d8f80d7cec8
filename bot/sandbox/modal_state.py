"""A view as Slack keeps it, and its `state.values` as Slack computes them: untouched inputs hold initial values."""

from dataclasses import dataclass, field

from bot.sandbox.blocktext import interactive
from bot.sandbox.jsons import JsonObject, as_list, as_objects, as_text

# element type -> (key in the state, key of the initial value in the block, what an empty one reads)
STATEFUL: dict[str, tuple[str, str, object]] = {
    "plain_text_input": ("value", "initial_value", None),
    "email_text_input": ("value", "initial_value", None),
    "url_text_input": ("value", "initial_value", None),
    "number_input": ("value", "initial_value", None),
    "static_select": ("selected_option", "initial_option", None),
    "external_select": ("selected_option", "initial_option", None),
    "users_select": ("selected_user", "initial_user", None),
    "conversations_select": ("selected_conversation", "initial_conversation", None),
    "channels_select": ("selected_channel", "initial_channel", None),
    "radio_buttons": ("selected_option", "initial_option", None),
    "datepicker": ("selected_date", "initial_date", None),
    "timepicker": ("selected_time", "initial_time", None),
    "datetimepicker": ("selected_date_time", "initial_date_time", None),
    "rich_text_input": ("rich_text_value", "initial_value", None),
    "multi_static_select": ("selected_options", "initial_options", []),
    "multi_external_select": ("selected_options", "initial_options", []),
    "multi_users_select": ("selected_users", "initial_users", []),
    "multi_conversations_select": ("selected_conversations", "initial_conversations", []),
    "multi_channels_select": ("selected_channels", "initial_channels", []),
    "checkboxes": ("selected_options", "initial_options", []),
    "file_input": ("files", "initial_files", []),
}
Place = tuple[str, str]


def place_of(block: JsonObject, element: JsonObject) -> Place:
    """Where an element stands: its block's id and its action id."""
    return as_text(block.get("block_id")), as_text(element.get("action_id"))


def initial_entry(element: JsonObject) -> JsonObject:
    """What `state.values` holds for an element nobody touched."""
    kind = as_text(element.get("type"))
    key, initial, empty = STATEFUL[kind]
    return {"type": kind, key: element.get(initial, empty)}


def state_values(blocks: list[JsonObject], typed: dict[Place, JsonObject]) -> dict[str, dict[str, JsonObject]]:
    """`state.values` for these blocks, with what was typed where something was."""
    values: dict[str, dict[str, JsonObject]] = {}
    for block, element in interactive(blocks):
        if element.get("type") not in STATEFUL:
            continue
        place = (as_text(block.get("block_id")), as_text(element.get("action_id")))
        entry = typed.get(place)
        kept = entry if entry is not None and entry.get("type") == element.get("type") else initial_entry(element)
        values.setdefault(place[0], {})[place[1]] = kept
    return values


def is_empty(entry: JsonObject) -> bool:
    """Whether an input's state holds nothing."""
    key = STATEFUL[as_text(entry.get("type"))][0]
    return entry.get(key) in (None, "", [])


@dataclass(slots=True, kw_only=True)
class ModalView:
    """One modal or Home view, with what its reader typed and the errors shown beside the fields."""

    id: str
    user: str
    type: str
    content: JsonObject
    blocks: list[JsonObject]
    hash: str
    root_id: str
    previous_id: str | None = None
    typed: dict[Place, JsonObject] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def external_id(self) -> str:
        """The app's own id for the view, or empty."""
        return as_text(self.content.get("external_id"))

    def values(self) -> dict[str, dict[str, JsonObject]]:
        """`state.values` at this moment."""
        return state_values(self.blocks, self.typed)

    def replace(self, content: JsonObject, blocks: list[JsonObject], new_hash: str) -> None:
        """Take new content; what was typed stays where block and action ids stay."""
        self.content, self.blocks, self.hash, self.errors = content, blocks, new_hash, {}
        places = {(as_text(b.get("block_id")), as_text(e.get("action_id"))) for b, e in interactive(blocks)}
        self.typed = {place: entry for place, entry in self.typed.items() if place in places}

    def as_json(self, *, team: str, app: str, bot: str) -> JsonObject:
        """The view object of payloads and Web API answers."""
        content = self.content
        shown: JsonObject = {
            "id": self.id,
            "team_id": team,
            "type": self.type,
            "blocks": self.blocks,
            "private_metadata": as_text(content.get("private_metadata")),
            "callback_id": as_text(content.get("callback_id")),
            "state": {"values": self.values()},
            "hash": self.hash,
            "clear_on_close": bool(content.get("clear_on_close")),
            "notify_on_close": bool(content.get("notify_on_close")),
            "previous_view_id": self.previous_id,
            "root_view_id": self.root_id,
            "app_id": app,
            "external_id": self.external_id,
            "app_installed_team_id": team,
            "bot_id": bot,
        }
        for key in ("title", "close", "submit"):
            shown[key] = content.get(key)
        return shown


def missing_inputs(view: ModalView) -> dict[str, str]:
    """What Slack's own client refuses before it sends a submission: block id -> the words it shows."""
    values = view.values()
    wrong: dict[str, str] = {}
    for block, element in interactive(view.blocks):
        block_id, action_id = as_text(block.get("block_id")), as_text(element.get("action_id"))
        if block.get("type") != "input" or element.get("type") not in STATEFUL:
            continue
        entry = values[block_id][action_id]
        complaint = _complaint(block, element, entry)
        if complaint:
            wrong[block_id] = complaint
    return wrong


def _complaint(block: JsonObject, element: JsonObject, entry: JsonObject) -> str:
    if is_empty(entry):
        return "" if block.get("optional") else "Please complete this required field."
    value = as_text(entry.get("value"))
    shortest, longest = element.get("min_length"), element.get("max_length")
    if isinstance(longest, int) and len(value) > longest:
        return f"Please use at most {longest} characters."
    if isinstance(shortest, int) and len(value) < shortest:
        return f"Please use at least {shortest} characters."
    chosen, most = as_list(entry.get("selected_options")), element.get("max_selected_items")
    if isinstance(most, int) and len(as_objects(chosen)) > most:
        return f"Please choose at most {most}."
    return ""
