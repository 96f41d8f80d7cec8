"""Reports for one person: a sentence for each figure in the text, and the same as a table to look at."""

from collections.abc import Sequence
from typing import Final

from slack_sdk.models.blocks import ButtonElement

from bot.domain.comms_report import Choice, CommsReport, Row, Tally, month_before, month_name
from bot.domain.prose import Sentence, Strong, Words
from bot.slack.ids import Action
from bot.slack.views.parts import Message, actions, button, context, in_lines, message, preformatted, section
from bot.slack.views.phrases import lasting

SHOWN: Final = 20
WIDEST: Final = 28
ABOUT: Final[Sentence] = (
    "A promise counts once it was kept or missed, in the month it was due. Incidents you may not see do not count.",
)


def comms_report(made: CommsReport) -> Message:
    """How promises of updates were kept."""
    title: Sentence = (Strong("Promised updates"), ": ", Words(_scope(made.choice)))
    total: Sentence = (_said(made.total) if made.total.counted else "No update was due, so there is nothing to count",)
    tables = [
        (name, rows)
        for name, rows in (
            ("Audience", made.audiences),
            ("Severity", made.severities),
            ("Owner", made.owners),
            ("Month", made.months),
            ("Incident", made.incidents),
        )
        if rows and not (name == "Month" and made.choice.month)
    ]
    return message(
        in_lines(title, total, *(_spoken(name, rows) for name, rows in tables)),
        section(in_lines(title, total)),
        *(preformatted(_table(name, rows)) for name, rows in tables),
        actions(*_elsewhere(made.choice)),
        context(ABOUT),
    )


def _elsewhere(choice: Choice) -> list[ButtonElement]:
    """The same question about the month before, and about all months."""
    if choice.month is None:
        return []
    rest = " ".join(each for each in (choice.owner, choice.severity) if each)
    before = month_before(choice.month)
    return [
        button(Action.REPORT, month_name(before), f"comms:{before:%Y-%m} {rest}".rstrip()),
        button(Action.REPORT_ALL, "All months", f"comms:all {rest}".rstrip()),
    ]


def _scope(choice: Choice) -> str:
    parts = [month_name(choice.month) if choice.month else "all months", choice.owner, choice.severity]
    return ", ".join(part for part in parts if part)


def _said(tally: Tally) -> str:
    late = f", the latest by {lasting(tally.latest)}" if tally.latest is not None else ""
    return f"{tally.kept} of {tally.counted} in time ({tally.percent} %){late}"


def _spoken(name: str, rows: Sequence[Row]) -> Sentence:
    lines: list[Sentence] = [(Words(row.name), f": {_said(row.tally)}") for row in rows[:SHOWN]]
    return in_lines((Strong(f"By {name.lower()}"),), *lines, _more(rows))


def _more(rows: Sequence[Row]) -> Sentence | None:
    return (f"and {len(rows) - SHOWN} more",) if len(rows) > SHOWN else None


def _table(name: str, rows: Sequence[Row]) -> str:
    head = (name, "in time", "missed", "%", "latest by")
    body = [
        (
            row.name[:WIDEST],
            str(row.tally.kept),
            str(row.tally.missed),
            str(row.tally.percent),
            lasting(row.tally.latest) if row.tally.latest is not None else "",
        )
        for row in rows[:SHOWN]
    ]
    widths = [max(len(line[place]) for line in (head, *body)) for place in range(len(head))]
    written = ["  ".join([line[0].ljust(widths[0]), *_right(line[1:], widths[1:])]) for line in (head, *body)]
    rest = [f"and {len(rows) - SHOWN} more"] if len(rows) > SHOWN else []
    return "\n".join([*written, *rest])


def _right(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [cell.rjust(width) for cell, width in zip(cells, widths, strict=True)]
