"""From bytes to plain values with line numbers: UTF-8, YAML 1.2, and `${NAME}` from the environment.

Every scalar is kept as the text that stands in the file, so that `09:00` stays a time of day, `no` a word, and a phone
number keeps its plus; the schema decides what each text means.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.directory.findings import DirectoryError, Finding, Path, dotted

Raw: TypeAlias = "str | list[Raw] | dict[str, Raw] | None"

START_WITH: Final = """\
people:
  maya: {email: maya@acme.test, phone: "+1 555 0100"}
journeys:
  checkout: {pain: Customers cannot place orders, owner: maya}
"""

_STANDARD_TAGS: Final = "tag:yaml.org,2002:"
_NULL: Final = _STANDARD_TAGS + "null"
_MERGE: Final = _STANDARD_TAGS + "merge"
_VARIABLE: Final = re.compile(r"\$(?P<escaped>\$)?\{(?P<name>[^{}]*)\}")
_IN_PLAIN_WORDS: Final = (
    (r"found character '\\t'", "indented with a tab; YAML wants spaces"),
    (r"found character '(.)' that cannot start", r"a value cannot begin with \1; put it in quotes"),
    (r"mapping values are not allowed", 'a colon where none can be; put a text that contains ": " in quotes'),
    (r"found unexpected end of stream", "a quote is opened and never closed"),
    (r"expected ',' or '}', but got '{'", "a value with { in it, such as ${NAME}, needs quotes within { }"),
    (r"expected ',' or '[\]}]'", "a bracket is opened and not closed, or a comma is missing"),
    (r"found undefined alias '(.*)'", r"*\1 refers to an anchor &\1 that stands nowhere before it"),
    (r"but found another document", "a second document begins here (---); a directory is one document"),
    (r"expected <block end>|expected '<document start>'", "the indentation does not fit the lines before"),
    (r"unacceptable character #x(\w+)", r"a control character (U+\1) that no text file should hold; delete it"),
    (
        r"found unknown escape character '(.)'",
        r"no such escape as \\\1 in double quotes; write \\\\\1 or single quotes",
    ),
)


@dataclass(slots=True)
class Source:
    """A file that could be read as YAML: its values, the line of each field, and what is wrong so far."""

    name: str
    environ: Mapping[str, str]
    values: Raw = None
    lines: dict[Path, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def line_of(self, path: Path) -> int:
        """The line of a field, or of the nearest thing around it that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def finding(self, path: Path, says: str, *, is_warning: bool = False) -> Finding:
        """A finding about the field at `path`."""
        return Finding(file=self.name, line=self.line_of(path), field=dotted(path), says=says, is_warning=is_warning)

    def report(self, path: Path, says: str) -> None:
        """Note an error about the field at `path`."""
        self.findings.append(self.finding(path, says))


def read(content: bytes, name: str, environ: Mapping[str, str]) -> Source:
    """Read a directory file's bytes. Raises DirectoryError where there is nothing to look at any further."""
    node = _compose(_decode(content, name), name)
    source = Source(name=name, environ=environ)
    source.values = None if node is None else _value(source, node, (), ())
    if source.values is None:
        raise DirectoryError([_whole(name, f"the file is empty; write one, for a start:\n{START_WITH}")])
    return source


def _whole(name: str, says: str, line: int | None = None) -> Finding:
    return Finding(file=name, line=line, field="", says=says)


def _decode(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        says = f"not UTF-8 text (byte 0x{content[error.start]:02x}); save the file as UTF-8"
        raise DirectoryError([_whole(name, says, line)]) from error


def _compose(text: str, name: str) -> Node | None:
    try:
        node: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        says = _plainly(str(error.problem))
        if error.context_mark is not None and mark is not None and error.context_mark.line < mark.line:
            says += f" (it begins on line {error.context_mark.line + 1})"
        raise DirectoryError([_whole(name, says, None if mark is None else mark.line + 1)]) from error
    except YAMLError as error:
        position = getattr(error, "position", None)
        line = text[:position].count("\n") + 1 if isinstance(position, int) else None
        raise DirectoryError([_whole(name, _plainly(str(error)), line)]) from error
    return node


def _plainly(problem: str) -> str:
    for pattern, words in _IN_PLAIN_WORDS:
        found = re.search(pattern, problem)
        if found is not None:
            return f"not YAML: {found.expand(words)}"
    return f"not YAML: {problem}"


def _value(source: Source, node: Node, path: Path, above: tuple[int, ...]) -> Raw:
    source.lines.setdefault(path, node.start_mark.line + 1)
    if id(node) in above:
        source.report(path, "an alias that contains itself; write the values out")
        return None
    tag = str(node.tag)
    if not tag.startswith(_STANDARD_TAGS):
        source.report(path, f"{tag} means nothing here; remove it")
    if isinstance(node, MappingNode):
        return _mapping(source, node, path, (*above, id(node)))
    if isinstance(node, SequenceNode):
        items = list(enumerate(node.value))
        return [_value(source, item, (*path, index), (*above, id(node))) for index, item in items]
    return None if tag == _NULL else _scalar(source, node, path)


def _mapping(source: Source, node: MappingNode, path: Path, above: tuple[int, ...]) -> dict[str, Raw]:
    values: dict[str, Raw] = {}
    merged: dict[str, Raw] = {}
    for key_node, value_node in node.value:
        if str(key_node.tag) == _MERGE:
            merged = _merged(source, value_node, path, above) | merged
            continue
        if not isinstance(key_node, ScalarNode):
            source.report(path, "a field's name must be a word, not a list or a map")
            continue
        key, line = str(key_node.value), key_node.start_mark.line + 1
        below = (*path, key)
        if key in values:
            says = f"written twice, first on line {source.lines[below]}; keep one"
            source.findings.append(Finding(file=source.name, line=line, field=dotted(below), says=says))
            continue
        source.lines[below] = line
        values[key] = _value(source, value_node, below, above)
    return merged | values


def _merged(source: Source, node: Node, path: Path, above: tuple[int, ...]) -> dict[str, Raw]:
    """The fields that `<<` brings in from one map or from a list of them; earlier maps win."""
    maps = node.value if isinstance(node, SequenceNode) else [node]
    fields: dict[str, Raw] = {}
    for one in maps:
        brought = _value(source, one, path, above)
        if isinstance(brought, dict):
            fields = brought | fields
        else:
            source.report(path, "<< takes the fields of a map, and this is none")
    return fields


def _scalar(source: Source, node: Node, path: Path) -> str:
    def substitute(variable: re.Match[str]) -> str:
        name = variable["name"]
        if variable["escaped"]:
            return f"${{{name}}}"
        if name not in source.environ:
            source.report(
                path, f"${{{name}}} is not set in the environment; set {name}, or write $${{{name}}} for the text"
            )
            return variable[0]
        return source.environ[name]

    return _VARIABLE.sub(substitute, str(node.value))
