"""Cursors: a list is answered a page at a time, as Slack does."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from bot.sandbox.jsons import JsonObject
from bot.sandbox.models import Refusal
from bot.sandbox.webapi.arguments import Arguments

Item = TypeVar("Item")
LARGEST_PAGE = 1000


def page_of(
    items: Sequence[Item],
    args: Arguments,
    *,
    usual: int = 100,
    largest: int = LARGEST_PAGE,
    refusal: str = "invalid_limit",
) -> tuple[list[Item], str]:
    """The items that `cursor` and `limit` ask for, and the next cursor (empty at the end).

    `refusal` is the method's error for a `limit` that is none, or above `largest`.
    """
    limit = int(args.number("limit", -1 if args.has("limit") else usual)) or usual
    if not 0 < limit <= largest:
        raise Refusal(refusal)
    start = _offset(args.text("cursor"))
    rest = start + limit
    following = base64.b64encode(f"offset:{rest}".encode()).decode() if rest < len(items) else ""
    return list(items[start:rest]), following


def cursor_fields(following: str) -> JsonObject:
    """The `response_metadata` of a paged answer."""
    return {"response_metadata": {"next_cursor": following}}


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("offset:"))
    except (binascii.Error, ValueError) as error:
        raise Refusal("invalid_cursor") from error
