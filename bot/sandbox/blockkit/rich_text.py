"""The rich_text block: sections, lists, quotes and code made of inline parts."""

from bot.sandbox.blockkit import limits
from bot.sandbox.blockkit.checks import Check, array, boolean, by_type, integer, one_of, record, string

_STYLE = record(
    optional=dict.fromkeys(
        ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), boolean
    )
)
_WORDS = string()


def _inline(kind: str, *, optional: dict[str, Check] | None = None, **required: Check) -> Check:
    return record(required={"type": one_of(kind), **required}, optional={"style": _STYLE, **(optional or {})})


_TEXT = _inline("text", text=_WORDS)
_LINK = _inline("link", url=string(longest=limits.BUTTON_URL), optional={"text": _WORDS, "unsafe": boolean})

_inlines = by_type(
    {
        "text": _TEXT,
        "link": _LINK,
        "user": _inline("user", user_id=_WORDS),
        "usergroup": _inline("usergroup", usergroup_id=_WORDS),
        "channel": _inline("channel", channel_id=_WORDS),
        "team": _inline("team", team_id=_WORDS),
        "emoji": _inline("emoji", name=_WORDS, optional={"unicode": _WORDS, "skin_tone": integer(low=1, high=6)}),
        "date": _inline("date", timestamp=integer(), format=_WORDS, optional={"url": _WORDS, "fallback": _WORDS}),
        "broadcast": _inline("broadcast", range=one_of("here", "channel", "everyone")),
        "color": _inline("color", value=_WORDS),
    },
    what="an inline part of rich text",
)

_section = record(required={"type": one_of("rich_text_section"), "elements": array(_inlines)})
_BORDER = integer(low=0, high=1)

_list = record(
    required={
        "type": one_of("rich_text_list"),
        "style": one_of("bullet", "ordered"),
        "elements": array(by_type({"rich_text_section": _section}, what="allowed in a list")),
    },
    optional={"indent": integer(low=0, high=8), "offset": integer(low=0), "border": _BORDER},
)
_preformatted = record(
    required={
        "type": one_of("rich_text_preformatted"),
        "elements": array(by_type({"text": _TEXT, "link": _LINK}, what="allowed in preformatted text")),
    },
    optional={"border": _BORDER, "language": _WORDS},
)
_quote = record(required={"type": one_of("rich_text_quote"), "elements": array(_inlines)}, optional={"border": _BORDER})

rich_text = record(
    required={
        "type": one_of("rich_text"),
        "elements": array(
            by_type(
                {
                    "rich_text_section": _section,
                    "rich_text_list": _list,
                    "rich_text_preformatted": _preformatted,
                    "rich_text_quote": _quote,
                },
                what="an element of rich text",
            ),
            least=1,
            what="elements",
        ),
    },
    optional={"block_id": string(longest=limits.BLOCK_ID)},
)
