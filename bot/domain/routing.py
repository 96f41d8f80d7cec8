"""Which journey an alert hurts: rules in order, the first match wins, and every answer says why."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class MatchOp(StrEnum):
    """The four comparisons of Alertmanager; regular expressions must match the whole value."""

    EQUAL = "="
    NOT_EQUAL = "!="
    MATCHES = "=~"
    NOT_MATCHES = "!~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """One comparison. A label that the alert does not carry counts as empty, as in Alertmanager."""

    label: str
    op: MatchOp
    value: str

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether an alert with these labels passes."""
        actual = labels.get(self.label, "")
        match self.op:
            case MatchOp.EQUAL:
                return actual == self.value
            case MatchOp.NOT_EQUAL:
                return actual != self.value
            case MatchOp.MATCHES:
                return re.fullmatch(self.value, actual) is not None
            case MatchOp.NOT_MATCHES:
                return re.fullmatch(self.value, actual) is None

    def __str__(self) -> str:
        quoted = self.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'{self.label}{self.op}"{quoted}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """All matchers must match. `number` counts from 1 in the file; `service` names the repair owner's service."""

    number: int
    matchers: tuple[Matcher, ...]
    journey: str
    service: str | None = None
    severity: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """The alert hurts this journey. `rule_number` is None when the alert's own label named it."""

    journey: str
    rule_number: int | None
    why: str
    service: str | None = None
    severity: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrouted:
    """No journey is known to hurt: the alert belongs in the triage channel, with this reason."""

    why: str


def route(rules: Sequence[Rule], labels: Mapping[str, str], journeys: Collection[str]) -> Routed | Unrouted:
    """Find the journey that an alert with `labels` hurts: the first rule that matches, else the label `journey`."""
    for rule in rules:
        if all(matcher.matches(labels) for matcher in rule.matchers):
            reason = ", ".join(str(matcher) for matcher in rule.matchers)
            return Routed(
                journey=rule.journey,
                rule_number=rule.number,
                why=f"rule {rule.number}: {reason}",
                service=rule.service,
                severity=rule.severity,
            )
    named = labels.get("journey")
    if named is None:
        return Unrouted(why=f"{_none_matched(rules)}, and the alert carries no label journey")
    if named not in journeys:
        return Unrouted(why=f'{_none_matched(rules)}, and its label journey="{named}" is no journey of the directory')
    return Routed(journey=named, rule_number=None, why=f'{_none_matched(rules)}; its label says journey="{named}"')


def _none_matched(rules: Sequence[Rule]) -> str:
    match len(rules):
        case 0:
            return "there are no rules"
        case 1:
            return "the only rule does not match"
        case count:
            return f"none of {count} rules matches"


class BadMatcher(ValueError):
    """A matcher that cannot be read; the message says what would be right."""


_PARTS: Final = re.compile(r"\s*(?P<label>[A-Za-z_:][\w:.\-/]*)\s*(?P<op>=~|!~|!=|=)\s*(?P<value>.*?)\s*", re.DOTALL)
_QUOTED: Final = re.compile(r'"(?P<inside>(?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPE: Final = re.compile(r'\\(["\\n])')


def parse_matcher(text: str) -> Matcher:
    r"""Read one matcher as Alertmanager writes it: `label="value"`, with `=`, `!=`, `=~` or `!~`.

    Quotes may be left out; within them `\"`, `\\` and `\n` are escapes. Raises BadMatcher with a sentence.
    """
    parts = _PARTS.fullmatch(text)
    if parts is None:
        raise BadMatcher(f'"{text}" is not a matcher; write label="value", label!="value", label=~"regex" or !~')
    op, value = MatchOp(parts["op"]), _unquote(parts["value"], text)
    if op in (MatchOp.MATCHES, MatchOp.NOT_MATCHES):
        try:
            re.compile(value)
        except re.error as error:
            raise BadMatcher(f'"{value}" is not a regular expression: {error}') from error
    return Matcher(label=parts["label"], op=op, value=value)


def _unquote(value: str, text: str) -> str:
    quoted = _QUOTED.fullmatch(value)
    if quoted is not None:
        return _ESCAPE.sub(lambda escape: "\n" if escape[1] == "n" else escape[1], quoted["inside"])
    if '"' in value:
        raise BadMatcher(f'the quotes in {text} do not match; write label="value"')
    return value
