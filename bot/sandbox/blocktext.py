"""What a person sees in blocks: words, buttons, and the elements that can be used."""

from collections.abc import Iterable, Iterator

from bot.sandbox.jsons import JsonObject, as_list, as_objects, as_text, objects_within, text_of

# Keys whose text never shows on the screen by itself.
_UNSEEN = frozenset({"value", "action_id", "block_id", "url", "type", "style", "private_metadata", "callback_id"})


def elements_of(block: JsonObject) -> list[JsonObject]:
    """The interactive elements of one block: an input's, an accessory, or those of an actions block."""
    found: list[JsonObject] = []
    for key in ("element", "accessory"):
        inner = block.get(key)
        if isinstance(inner, dict):
            found.append(inner)
    if block.get("type") == "actions":
        found.extend(as_objects(block.get("elements")))
    for key in ("actions", "child_blocks", "blocks"):
        for inner in as_objects(block.get(key)):
            found.extend(elements_of(inner) if "elements" in inner or "element" in inner else [inner])
    return found


def interactive(blocks: Iterable[JsonObject]) -> Iterator[tuple[JsonObject, JsonObject]]:
    """Each (block, element) that can be clicked, chosen or filled, in reading order."""
    for block in blocks:
        for element in elements_of(block):
            yield block, element


def buttons_of(blocks: Iterable[JsonObject]) -> list[str]:
    """The words on the buttons, in reading order."""
    return [text_of(element.get("text")) for _, element in interactive(blocks) if element.get("type") == "button"]


def options_of(element: JsonObject) -> list[JsonObject]:
    """The options of a select, groups flattened."""
    options = as_objects(element.get("options"))
    for group in as_objects(element.get("option_groups")):
        options.extend(as_objects(group.get("options")))
    return options


def plain_of(blocks: Iterable[JsonObject]) -> str:
    """All words in the blocks, a line for each text."""
    return "\n".join(text for block in blocks for text in _texts(block) if text)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in {"text", "alt_text", "title", "markdown", "initial_value"} and isinstance(inner, str):
                yield inner
            elif key not in _UNSEEN:
                yield from _texts(inner)
    else:
        for inner in as_list(value):
            yield from _texts(inner)


def named(blocks: Iterable[JsonObject], *, text: str = "", action_id: str = "") -> tuple[JsonObject, JsonObject] | None:
    """The (block, element) with this action id, or the button with these words; None where there is none."""
    for block, element in interactive(blocks):
        if action_id and as_text(element.get("action_id")) != action_id:
            continue
        if text and text_of(element.get("text")) != text:
            continue
        return block, element
    return None


def with_ids(blocks: Iterable[JsonObject], prefix: str) -> list[JsonObject]:
    """The blocks as Slack keeps them: every block has a `block_id`, every interactive element an `action_id`."""
    kept: list[JsonObject] = []
    for index, block in enumerate(blocks):
        block_id = as_text(block.get("block_id")) or f"{prefix}{index}"
        copied: JsonObject = {**block, "block_id": block_id}
        kept.append(copied)
        for number, element in enumerate(elements_of(copied)):
            if not element.get("action_id") and element.get("type") != "image":
                element["action_id"] = f"{prefix}{index}-{number}"
    return kept


def mentions(blocks: Iterable[JsonObject], user: str) -> bool:
    """Whether any text in the blocks mentions this user."""
    return any(f"<@{user}" in text_of(found.get("text")) for found in objects_within(list(blocks)))
