"""What a submitted form holds, as text by block, and the readers that turn it into what services take."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import inf

from bot.domain.declaring import Declare
from bot.domain.errors import Refusal
from bot.domain.prose import Who
from bot.domain.reading import ImpactForm
from bot.domain.recording import DecisionForm
from bot.domain.update import UpdateForm
from bot.slack.answers import Answer, object_at, objects_at, text_at
from bot.slack.ids import Block
from bot.slack.meta import Meta
from bot.slack.views.declare import SOMETHING_ELSE, DeclareDraft
from bot.slack.views.inputs import TICKED
from bot.slack.views.update import AT_A_TIME

LATEST = datetime(2100, 1, 1, tzinfo=UTC)
MOST = 10.0**12
DIGITS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form's inputs as text by block id (a menu's value, a moment in seconds, a tick as `yes`) and its metadata.

    `people` are those chosen in it whom the record knows, by Slack id.
    """

    values: Mapping[str, str]
    meta: Meta
    people: Mapping[str, Who] = field(default_factory=dict)

    def text(self, block: Block) -> str:
        """What was typed or chosen, empty if nothing was."""
        return self.values.get(block.value, "").strip()

    def ticked(self, block: Block) -> bool:
        """Whether a box was ticked."""
        return self.text(block) == TICKED

    def moment(self, block: Block) -> datetime | None:
        """A moment (aware UTC). Raises Refusal naming the block for one that is none."""
        given = self.text(block)
        if not given:
            return None
        try:
            at = datetime.fromtimestamp(int(float(given)), UTC)
        except (ValueError, OverflowError, OSError):
            at = LATEST
        if at >= LATEST:
            raise Refusal("This is not a time that can be used. Choose another one.", field=block.value)
        return at

    def number(self, block: Block) -> float | None:
        """A number. Raises Refusal naming the block for text that is none."""
        given = self.text(block)
        if not given:
            return None
        try:
            number = float(given)
        except ValueError:
            number = inf
        if not abs(number) < MOST:
            raise Refusal("Write a number, or leave it empty.", field=block.value)
        return number

    def person(self, block: Block) -> Who | None:
        """The member who was chosen; by their id where nobody knows their name."""
        user = self.text(block)
        return self.people.get(user, Who(name=user, user=user)) if user else None

    def written(self) -> str:
        """The inputs as text, to be sent again with a reason."""
        return json.dumps(dict(self.values), ensure_ascii=False)


def read_values(state: Answer) -> dict[str, str]:
    """Read `view.state.values`; block ids that end in `:something` are read by their beginning."""
    found: dict[str, str] = {}
    for block, actions in object_at(state, "values").items():
        for element in (actions if isinstance(actions, dict) else {}).values():
            if isinstance(element, dict):
                found[block.partition(":")[0]] = _value(element)
    return found


def written_values(written: str) -> dict[str, str]:
    """Read what `Filled.written` wrote; whatever is damaged counts as not given."""
    try:
        given = json.loads(written or "{}")
    except (ValueError, RecursionError):
        return {}
    found = given if isinstance(given, dict) else {}
    return {key: value for key, value in found.items() if isinstance(value, str)}


def read_draft(filled: Filled) -> DeclareDraft:
    """The declaration as it stands in the form."""
    return DeclareDraft(
        journey=_unless_other(filled.text(Block.JOURNEY)),
        severity=filled.text(Block.SEVERITY) or None,
        words=filled.text(Block.WORDS),
        since=filled.moment(Block.SINCE),
        service=_unless_other(filled.text(Block.SERVICE)),
        private=filled.ticked(Block.PRIVATE),
    )


def read_declare(filled: Filled, by: Who) -> Declare:
    """The declaration that is asked for. Raises Refusal naming the block at fault."""
    draft = read_draft(filled)
    return Declare(
        by=by,
        journey=draft.journey,
        words=draft.words,
        severity=draft.severity,
        since=draft.since,
        service=draft.service,
        private=draft.private,
        origin_channel=filled.meta.channel or None,
        link=filled.meta.link,
    )


def read_update(filled: Filled, now: datetime) -> UpdateForm:
    """The status update that is asked for. Raises Refusal naming the block at fault."""
    days = filled.number(Block.POSTMORTEM_WITHIN)
    return UpdateForm(
        status=filled.text(Block.STATUS),
        customers_see=filled.text(Block.CUSTOMERS_SEE),
        affected=filled.text(Block.AFFECTED),
        since=filled.moment(Block.SINCE),
        cause=filled.text(Block.CAUSE),
        confirmed=filled.ticked(Block.CONFIRMED),
        doing=filled.text(Block.DOING),
        estimate=filled.text(Block.ESTIMATE),
        next_at=_next_at(filled, now),
        postmortem_days=int(days) if days else None,
    )


def read_decision(filled: Filled) -> DecisionForm:
    """The decision that is recorded."""
    return DecisionForm(
        text=filled.text(Block.TEXT),
        why=filled.text(Block.WHY),
        alternatives=filled.text(Block.ALTERNATIVES),
        revisit_at=filled.moment(Block.REVISIT),
        source=filled.meta.link,
    )


def read_impact(filled: Filled) -> ImpactForm:
    """What it costs customers, as reported. Raises Refusal naming the block at fault."""
    customers = filled.number(Block.CUSTOMERS)
    return ImpactForm(
        percent=filled.number(Block.PERCENT),
        customers=int(customers) if customers is not None else None,
        scope=filled.text(Block.SCOPE),
        revenue=filled.text(Block.REVENUE),
        words=filled.text(Block.TEXT),
    )


def _next_at(filled: Filled, now: datetime) -> datetime | None:
    chosen = filled.text(Block.NEXT_UPDATE)
    if chosen == AT_A_TIME:
        at = filled.moment(Block.NEXT_UPDATE_AT)
        if at is None:
            raise Refusal("Choose the time of the next update.", field=Block.NEXT_UPDATE_AT.value)
        return at
    minutes = chosen if chosen.isascii() and chosen.isdigit() and len(chosen) <= DIGITS else ""
    return now + timedelta(minutes=int(minutes)) if minutes else None


def _unless_other(value: str) -> str | None:
    return None if value in {"", SOMETHING_ELSE} else value


def _value(element: Answer) -> str:
    if text_at(element, "type") == "checkboxes":
        return TICKED if objects_at(element, "selected_options") else ""
    moment = element.get("selected_date_time")
    if isinstance(moment, int):
        return str(moment)
    return (
        text_at(element, "selected_option", "value") or text_at(element, "selected_user") or text_at(element, "value")
    )
