"""Small payloads of Block Kit for the validator's tests: each is right until a test bends it."""

from collections.abc import Mapping

Json = dict[str, object]
PAGES: dict[str, str] = {
    **{kind: f"blocks/{kind}-block" for kind in ("section", "header", "context", "divider", "actions", "input")},
    **{kind: f"blocks/{kind}-block" for kind in ("markdown", "table", "alert")},
    **dict.fromkeys(("image",), "blocks/image-block"),
    "rich_text": "blocks/rich-text-block",
    "button": "block-elements/button-element",
    "overflow": "block-elements/overflow-menu-element",
    "checkboxes": "block-elements/checkboxes-element",
    "radio_buttons": "block-elements/radio-button-group-element",
    "datepicker": "block-elements/date-picker-element",
    "timepicker": "block-elements/time-picker-element",
    "datetimepicker": "block-elements/datetime-picker-element",
    "plain_text_input": "block-elements/plain-text-input-element",
    "number_input": "block-elements/number-input-element",
    "email_text_input": "block-elements/email-input-element",
    "url_text_input": "block-elements/url-input-element",
    "rich_text_input": "block-elements/rich-text-input-element",
    **{f"{kind}_select": "block-elements/select-menu-element" for kind in ("static", "external", "users")},
    **{f"{kind}_select": "block-elements/select-menu-element" for kind in ("conversations", "channels")},
    **{f"multi_{kind}_select": "block-elements/multi-select-menu-element" for kind in ("static", "external", "users")},
    **{f"multi_{kind}_select": "block-elements/multi-select-menu-element" for kind in ("conversations", "channels")},
}
"""Slack's page on each block and element."""
COMPOSED = {
    "confirm": "composition-objects/confirmation-dialog-object",
    "options": "composition-objects/option-object",
    "option_groups": "composition-objects/option-group-object",
    "emoji": "composition-objects/text-object",
    "verbatim": "composition-objects/text-object",
}
"""Slack's page on what stands under these keys."""


def source(page: str) -> str:
    """The address of a page of Slack's reference."""
    return f"https://docs.slack.dev/reference/{page}"


def source_of(payload: Mapping[str, object], pointer: str) -> str:
    """The page that documents what is wrong at a place of a message, a view or a block: the innermost object's."""
    kind = payload.get("type")
    page = {"modal": "views/modal-views", "home": "views/home-tab-views", None: "methods/chat.postMessage"}.get(
        kind if isinstance(kind, str) else None, "block-kit/blocks"
    )
    node: object = payload
    parts = [*pointer.split("/")[1:], ""]
    for part in parts[:-2] if pointer.endswith("/type") else parts:  # what may stand there is its holder's matter
        if isinstance(node, Mapping) and node.get("type") in PAGES:
            page = f"block-kit/{PAGES[str(node['type'])]}"
        if part in COMPOSED and not (part == "options" and pointer.endswith(part)):
            page = f"block-kit/{COMPOSED[part]}"
        node = _inside(node, part)
    return source(page)


def _inside(node: object, part: str) -> object:
    if isinstance(node, Mapping):
        return node.get(part)
    return node[int(part)] if isinstance(node, list) and part.isdigit() and int(part) < len(node) else None


def plain(text: str = "Words") -> Json:
    return {"type": "plain_text", "text": text}


def marked(text: str = "Words") -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str = "one", text: str = "One", **more: object) -> Json:
    return {"text": plain(text), "value": value, **more}


def options(count: int) -> list[Json]:
    return [option(f"v{index}", f"Option {index}") for index in range(count)]


def section(**more: object) -> Json:
    return {"type": "section", **more}


def beside(element: Json) -> Json:
    return section(text=marked(), accessory=element)


def button(**more: object) -> Json:
    return {"type": "button", "text": plain("Acknowledge"), "action_id": "ack", **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def asked(element: Json, **more: object) -> Json:
    return {"type": "input", "label": plain("Label"), "element": element, **more}


def element(kind: str, **more: object) -> Json:
    return {"type": kind, "action_id": "a", **more}


def confirm(**more: object) -> Json:
    return {"title": plain(), "text": marked(), "confirm": plain("Yes"), "deny": plain("No"), **more}


def rich(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(parts)}]}


def table(rows: int = 2, cells: int = 2) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "cell"}] * cells] * rows}


def message(*blocks: Json) -> Json:
    return {"text": "In words", "blocks": list(blocks)}
