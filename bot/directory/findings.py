"""What is wrong with a directory file, said so that the reader can put it right: file, line, field, remedy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.nearest import nearest

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to put right. `line` counts from 1; None where the file as a whole is meant."""

    file: str
    line: int | None
    field: str
    says: str
    is_warning: bool = False

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{where}, {self.field}: {self.says}" if self.field else f"{where}: {self.says}"


class DirectoryError(Exception):
    """The file cannot be used. `findings` holds every error at once, by line."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


def dotted(path: Path) -> str:
    """A field as people write it: `rules[0].match[1]`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By line, then in the order found; the same finding once."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: finding.line or 0))


def unknown(what: str, word: str, known: Iterable[str]) -> str:
    """The sentence for a name that refers to nothing: the nearest one, else all there are."""
    names = list(dict.fromkeys(known))
    close = nearest(word, names)
    if close is not None:
        return f'no {what} "{word}"; did you mean "{close}"?'
    if names:
        return f'no {what} "{word}"; there is {", ".join(names)}'
    return f'no {what} "{word}"; the file has none'
