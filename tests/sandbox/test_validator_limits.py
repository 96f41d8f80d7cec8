"""Every limit of the validator, with Slack's page as its source: what stands at the limit passes, one more does not.

And the pages of the other refusals: each row of the tables of bad payloads has the page of the object that is wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bot.sandbox.blockkit import limits, size_of, validate_message, validate_view
from tests.sandbox.payloads import (
    Json,
    actions,
    asked,
    beside,
    button,
    confirm,
    element,
    marked,
    message,
    option,
    options,
    plain,
    section,
    source,
    source_of,
    table,
)
from tests.sandbox.test_validator_blocks import BAD as BAD_BLOCKS
from tests.sandbox.test_validator_elements import BAD as BAD_ELEMENTS
from tests.sandbox.test_validator_elements import BAD_INPUT
from tests.sandbox.test_validator_surfaces import BAD_MESSAGES, BAD_VIEWS


@dataclass(frozen=True)
class Case:
    """A payload of a given size, where the validator speaks of it, and the page that documents the limit."""

    of: Callable[[int], Json]
    pointer: str
    page: str
    step: int = 1

    @property
    def source(self) -> str:
        return self.page if self.page.startswith("https:") else source(self.page)


def block(of: Callable[[int], Json], pointer: str, page: str, step: int = 1) -> Case:
    return Case(lambda size: message(of(size)), f"/blocks/0{pointer}", f"block-kit/{page}", step)


def words(size: int) -> Json:
    return plain("x" * size)


def modal(**more: object) -> Json:
    return {"type": "modal", "title": plain(), "submit": plain(), "blocks": [{"type": "divider"}], **more}


def heavy(size: int) -> Json:
    """A view of so many bytes: some eighty long sections, and what is missing as private metadata."""
    blocks = [section(text=words(3000))] * (size // 3100)
    missing = size - size_of(modal(blocks=blocks, private_metadata=""))
    blocks += [section(text=words(3000))] * (missing // 3100)
    missing = size - size_of(modal(blocks=blocks, private_metadata=""))
    return modal(blocks=blocks, private_metadata="x" * missing)


def picture(**more: object) -> Json:
    return {"type": "image", "image_url": "https://a.test", "alt_text": "A", **more}


def confirmed(**more: object) -> Json:
    return actions(button(confirm=confirm(**more)))


def menu(**more: object) -> Json:
    return beside(element("static_select", **more))


def grouped(label: str = "Label", count: int = 1) -> Json:
    return menu(option_groups=[{"label": plain(label), "options": options(1)}] * count)


LINE: list[Json] = [{"type": "divider"}]
CASES: dict[str, Case] = {
    "TEXT_OBJECT": block(
        lambda n: {"type": "context", "elements": [words(n)]}, "/elements/0/text", "composition-objects/text-object"
    ),
    "ACTION_ID": block(
        lambda n: actions(button(action_id="x" * n)), "/elements/0/action_id", "block-elements/button-element"
    ),
    "BLOCK_ID": block(lambda n: {"type": "divider", "block_id": "x" * n}, "/block_id", "blocks/divider-block"),
    "CALLBACK_ID": Case(lambda n: modal(callback_id="x" * n), "/callback_id", "views/modal-views"),
    "EXTERNAL_ID": Case(lambda n: modal(external_id="x" * n), "/external_id", "methods/views.update"),
    "PLACEHOLDER": block(
        lambda n: menu(options=options(1), placeholder=words(n)),
        "/accessory/placeholder/text",
        "block-elements/select-menu-element",
    ),
    "MESSAGE_BLOCKS": Case(lambda n: message(*LINE * n), "/blocks", "block-kit/blocks"),
    "VIEW_BLOCKS": Case(lambda n: modal(blocks=LINE * n), "/blocks", "block-kit/blocks"),
    "MESSAGE_TEXT": Case(lambda n: {"text": "x" * n}, "/text", "methods/chat.postMessage"),
    "MESSAGE_ATTACHMENTS": Case(
        lambda n: {"text": "x", "attachments": [{}] * n}, "/attachments", "methods/chat.postMessage"
    ),
    "MARKDOWN_TEXT": block(lambda n: {"type": "markdown", "text": "x" * n}, "/text", "blocks/markdown-block"),
    "MESSAGE_TABLES": Case(lambda n: message(*[table()] * n), "/attachments", "block-kit/blocks/table-block"),
    "VIEW_TITLE": Case(lambda n: modal(title=words(n)), "/title/text", "views/modal-views"),
    "PRIVATE_METADATA": Case(lambda n: modal(private_metadata="x" * n), "/private_metadata", "views/modal-views"),
    "VIEW_BYTES": Case(heavy, "", "methods/views.update"),
    "SECTION_TEXT": block(lambda n: section(text=words(n)), "/text/text", "blocks/section-block"),
    "SECTION_FIELDS": block(lambda n: section(fields=[marked()] * n), "/fields", "blocks/section-block"),
    "SECTION_FIELD": block(lambda n: section(fields=[words(n)]), "/fields/0/text", "blocks/section-block"),
    "HEADER_TEXT": block(lambda n: {"type": "header", "text": words(n)}, "/text/text", "blocks/header-block"),
    "CONTEXT_ELEMENTS": block(
        lambda n: {"type": "context", "elements": [marked()] * n}, "/elements", "blocks/context-block"
    ),
    "ACTIONS_ELEMENTS": block(
        lambda n: actions(*(button(action_id=f"b{index}") for index in range(n))), "/elements", "blocks/actions-block"
    ),
    "INPUT_LABEL": block(
        lambda n: asked(element("plain_text_input"), label=words(n)), "/label/text", "blocks/input-block"
    ),
    "INPUT_HINT": block(
        lambda n: asked(element("plain_text_input"), hint=words(n)), "/hint/text", "blocks/input-block"
    ),
    # Slack's page on the alert block names no length; this is the one that slackblocks holds to.
    "ALERT_TEXT": Case(
        lambda n: modal(blocks=[{"type": "alert", "text": words(n)}]),
        "/blocks/0/text/text",
        "https://github.com/nicklambourne/slackblocks",
    ),
    "TABLE_ROWS": block(lambda n: table(rows=n), "/rows", "blocks/table-block"),
    "TABLE_COLUMNS": block(lambda n: table(rows=1, cells=n), "/rows/0", "blocks/table-block"),
    "IMAGE_URL": block(lambda n: picture(image_url="x" * n), "/image_url", "blocks/image-block"),
    "IMAGE_ALT": block(lambda n: picture(alt_text="x" * n), "/alt_text", "blocks/image-block"),
    "IMAGE_TITLE": block(lambda n: picture(title=words(n)), "/title/text", "blocks/image-block"),
    "BUTTON_TEXT": block(
        lambda n: actions(button(text=words(n))), "/elements/0/text/text", "block-elements/button-element"
    ),
    "BUTTON_VALUE": block(
        lambda n: actions(button(value="x" * n)), "/elements/0/value", "block-elements/button-element"
    ),
    "BUTTON_URL": block(lambda n: actions(button(url="x" * n)), "/elements/0/url", "block-elements/button-element"),
    "BUTTON_AUDIENCE": block(
        lambda n: actions(button(visible_to_user_ids=["U1"] * n)),
        "/elements/0/visible_to_user_ids",
        "block-elements/button-element",
    ),
    "ACCESSIBILITY_LABEL": block(
        lambda n: actions(button(accessibility_label="x" * n)),
        "/elements/0/accessibility_label",
        "block-elements/button-element",
    ),
    "OPTION_TEXT": block(
        lambda n: menu(options=[option(text="x" * n)]),
        "/accessory/options/0/text/text",
        "composition-objects/option-object",
    ),
    "OPTION_VALUE": block(
        lambda n: menu(options=[option("x" * n)]), "/accessory/options/0/value", "composition-objects/option-object"
    ),
    "OPTION_DESCRIPTION": block(
        lambda n: menu(options=[option(description=words(n))]),
        "/accessory/options/0/description/text",
        "composition-objects/option-object",
    ),
    "OPTION_URL": block(
        lambda n: beside(element("overflow", options=[option(url="x" * n)])),
        "/accessory/options/0/url",
        "composition-objects/option-object",
    ),
    "OPTION_GROUP_LABEL": block(
        lambda n: grouped("x" * n),
        "/accessory/option_groups/0/label/text",
        "composition-objects/option-group-object",
    ),
    "SELECT_OPTIONS": block(
        lambda n: menu(options=options(n)), "/accessory/options", "block-elements/select-menu-element"
    ),
    "OPTION_GROUPS": block(
        lambda n: grouped(count=n), "/accessory/option_groups", "block-elements/select-menu-element"
    ),
    "OVERFLOW_OPTIONS": block(
        lambda n: beside(element("overflow", options=options(n))),
        "/accessory/options",
        "block-elements/overflow-menu-element",
    ),
    "CHOICE_OPTIONS": block(
        lambda n: actions(element("checkboxes", options=options(n))),
        "/elements/0/options",
        "block-elements/checkboxes-element",
    ),
    "CONFIRM_TITLE": block(
        lambda n: confirmed(title=words(n)),
        "/elements/0/confirm/title/text",
        "composition-objects/confirmation-dialog-object",
    ),
    "CONFIRM_TEXT": block(
        lambda n: confirmed(text=words(n)),
        "/elements/0/confirm/text/text",
        "composition-objects/confirmation-dialog-object",
    ),
    "CONFIRM_BUTTON": block(
        lambda n: confirmed(confirm=words(n)),
        "/elements/0/confirm/confirm/text",
        "composition-objects/confirmation-dialog-object",
    ),
    "INPUT_VALUE": block(
        lambda n: asked(element("plain_text_input", max_length=n)),
        "/element/max_length",
        "block-elements/plain-text-input-element",
    ),
    "UNIX_SECONDS_LOW": block(
        lambda n: actions(element("datetimepicker", initial_date_time=n)),
        "/elements/0/initial_date_time",
        "block-elements/datetime-picker-element",
        step=-1,
    ),
    "UNIX_SECONDS_HIGH": block(
        lambda n: actions(element("datetimepicker", initial_date_time=n)),
        "/elements/0/initial_date_time",
        "block-elements/datetime-picker-element",
    ),
}


def pointers(payload: Json) -> list[str]:
    found = validate_view(payload) if "type" in payload else validate_message(payload)
    return [each.pointer for each in found]


def test_every_limit_has_its_case() -> None:
    assert {name for name in vars(limits) if name.isupper()} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_at_the_limit_slack_takes_it_and_beyond_it_does_not(name: str) -> None:
    case, limit = CASES[name], vars(limits)[name]
    assert pointers(case.of(limit)) == [], case.source
    assert pointers(case.of(limit + case.step))[:1] == [case.pointer], case.source


ROWS = [*BAD_BLOCKS.values(), *BAD_ELEMENTS.values(), *BAD_INPUT.values(), *BAD_MESSAGES.values(), *BAD_VIEWS.values()]


def test_each_bad_payload_has_the_page_of_what_is_wrong_in_it() -> None:
    pages = {source_of(payload, pointer) for payload, pointer, _ in ROWS}
    assert all(page.startswith(source("")) for page in pages)
    assert len(pages) > 20
    for name, page in (
        ("a header of 151", "block-kit/blocks/header-block"),
        ("emoji in mrkdwn", "block-kit/composition-objects/text-object"),
        ("a button in a context", "block-kit/blocks/context-block"),
        ("rich text with an empty text", "block-kit/blocks/rich-text-block"),
    ):
        payload, pointer, _ = BAD_BLOCKS[name]
        assert source_of(payload, pointer) == source(page)
