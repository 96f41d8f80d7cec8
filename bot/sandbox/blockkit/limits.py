"""Every length and count that Slack documents for Block Kit, in one table. Lengths are in characters."""

from typing import Final

TEXT_OBJECT: Final = 3000
ACTION_ID: Final = 255
BLOCK_ID: Final = 255
CALLBACK_ID: Final = 255
EXTERNAL_ID: Final = 255
PLACEHOLDER: Final = 150

MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100
MESSAGE_TEXT: Final = 40_000
MESSAGE_ATTACHMENTS: Final = 100
MARKDOWN_TEXT: Final = 12_000
MESSAGE_TABLES: Final = 1

VIEW_TITLE: Final = 24
PRIVATE_METADATA: Final = 3000
VIEW_BYTES: Final = 250_000

SECTION_TEXT: Final = 3000
SECTION_FIELDS: Final = 10
SECTION_FIELD: Final = 2000
HEADER_TEXT: Final = 150
CONTEXT_ELEMENTS: Final = 10
ACTIONS_ELEMENTS: Final = 25
INPUT_LABEL: Final = 2000
INPUT_HINT: Final = 2000
ALERT_TEXT: Final = 200
TABLE_ROWS: Final = 100
TABLE_COLUMNS: Final = 20

IMAGE_URL: Final = 3000
IMAGE_ALT: Final = 2000
IMAGE_TITLE: Final = 2000

BUTTON_TEXT: Final = 75
BUTTON_VALUE: Final = 2000
BUTTON_URL: Final = 3000
BUTTON_AUDIENCE: Final = 10
"""Those to whom alone a button is shown."""
ACCESSIBILITY_LABEL: Final = 75

OPTION_TEXT: Final = 75
OPTION_VALUE: Final = 150
OPTION_DESCRIPTION: Final = 75
OPTION_URL: Final = 3000
OPTION_GROUP_LABEL: Final = 75
SELECT_OPTIONS: Final = 100
OPTION_GROUPS: Final = 100
OVERFLOW_OPTIONS: Final = 5
CHOICE_OPTIONS: Final = 10
"""Checkboxes and radio buttons."""

CONFIRM_TITLE: Final = 100
CONFIRM_TEXT: Final = 300
CONFIRM_BUTTON: Final = 30

INPUT_VALUE: Final = 3000
UNIX_SECONDS_LOW: Final = 1_000_000_000
UNIX_SECONDS_HIGH: Final = 9_999_999_999
"""``initial_date_time`` is a timestamp of ten digits."""
