"""Prose from templates: `Texts.render(name, context)` with strict fields, times in a zone, and nothing else.

Templates give plain text or Markdown; whoever shows it on a surface escapes it for that surface, once. A template may
open with front matter (`---` lines) that says who reviewed it; that part is never rendered.
"""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateRuntimeError,
    meta,
    pass_context,
)
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

T = TypeVar("T")

WRONG: Final = (ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError)
"""What a template can do wrong while it is rendered, beside what Jinja itself finds."""

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_ALWAYS = r"[\\`*\[<|]"
_UNDERSCORE = r"(?<![^\W_])_|_(?![^\W_])"
"""Between two letters it means nothing."""
_ENTITY = r"&(?=#?\w+;)"
_STRUCK = r"~(?=.*~)|(?<=~)~"
_OPENS_A_LINE = r"\A(?:>|#(?=#{0,5}(?: |\Z))|[+-](?= |\Z)|[-=](?=[-= ]*\Z))"
_CLOSES_A_HEADING = r"(?<= )#(?=#*\Z)"
_MARKDOWN = re.compile(f"{_ALWAYS}|{_UNDERSCORE}|{_ENTITY}|{_STRUCK}|{_OPENS_A_LINE}|{_CLOSES_A_HEADING}")
_NUMBERED = re.compile(r"\A(\d{1,9})(?=[.)](?: |\Z))")
_SPACE = re.compile(r"[ \t-\r\x1c-\x1f\x85\u2028\u2029]+")


class TextError(Exception):
    """A template that cannot be rendered; the message names the file and what is wrong with it."""


class _Loader(FileSystemLoader):
    """Loads templates without their front matter, keeping line numbers for error messages; none from outside."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, path, fresh = super().get_source(environment, template)
        if not any(_inside(Path(path), Path(root)) for root in self.searchpath):
            raise TemplateRuntimeError(f"{template} is a link that leads out of its folder")
        found = _FRONT_MATTER.match(source)
        if found:
            source = "{# #}" + "{#\n#}" * found.group(0).count("\n") + source[found.end() :]
        return source, path, fresh


class Texts:
    """The templates of one folder. They run sandboxed: they read the fields they are given, and nothing else.

    Only `shipped` ones do not: they come with the program, as its code does, and a long page takes half the time.
    """

    def __init__(
        self,
        folder: Path,
        *,
        markup: bool = False,
        behind: tuple[Path, ...] = (),
        called: str = "templates",
        shipped: bool = False,
    ) -> None:
        """Read templates from `folder`, at each rendering as they are then; `markup` where they give HTML or XML.

        What they include may also come from the folders `behind`. `called` is how errors name the folder.
        """
        self._folder = folder
        self.called = called
        made: type[Environment] = Environment if shipped else ImmutableSandboxedEnvironment
        self._environment = made(
            loader=_Loader((folder, *behind)),
            undefined=StrictUndefined,
            autoescape=markup,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
        )
        self._environment.filters.update(
            clock=_clock, sentence=sentence, md=escape_markdown, duration=_duration, plural=_plural
        )

    def render(self, template: str, context: dict[str, object]) -> str:
        """Render a template by its path below the folder.

        Raises TextError naming the file when it is missing, broken, or uses a field that the context does not have.
        """
        return self._told(template, lambda: self._environment.get_template(template).render(context).strip())

    def fields(self, template: str) -> frozenset[str]:
        """The fields that a template names, in any of its branches. Raises TextError for one that is broken."""
        loader = self._environment.loader

        def read() -> frozenset[str]:
            source = loader.get_source(self._environment, template)[0] if loader else ""
            named = meta.find_undeclared_variables(self._environment.parse(source))
            return frozenset(named - self._environment.globals.keys())

        return self._told(template, read)

    def _told(self, template: str, read: Callable[[], T]) -> T:
        called = self.called
        try:
            return read()
        except TemplateNotFound as error:
            raise TextError(f"{called}/{error.name}: there is no such template; restore the shipped one") from error
        except TemplateError as error:
            line = getattr(error, "lineno", None)
            place = f"{called}/{template}" + (f", line {line}" if line else "")
            raise TextError(f"{place}: {error.message}") from error
        except WRONG as error:
            raise TextError(f"{called}/{template}: {str(error) or type(error).__name__}") from error

    def front_matter(self, template: str) -> dict[str, str]:
        """The `name: value` lines at the top of a template; empty when it has none. Raises TextError as `render`."""
        file = self._folder / template
        if not _inside(file, self._folder):
            raise TextError(f"{self.called}/{template}: it is a link that leads out of its folder")
        found = _FRONT_MATTER.match(self._told(template, lambda: file.read_text(encoding="utf-8")))
        lines = found.group(1).splitlines() if found else []
        pairs = (line.partition(":") for line in lines if ":" in line)
        return {name.strip(): value.strip() for name, _, value in pairs}


def _inside(file: Path, folder: Path) -> bool:
    return file.resolve().is_relative_to(folder.resolve())


def sentence(text: str) -> str:
    """Make typed words read as a sentence: a capital first, a full stop last."""
    text = " ".join(text.split())
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?…" else ".")


def escape_markdown(text: str) -> str:
    """Escape what CommonMark (and the strikes and tables that sites add to it) would take for markup; one line."""
    line = _SPACE.sub(" ", text).strip(" ")
    return _NUMBERED.sub(r"\1\\", _MARKDOWN.sub(r"\\\g<0>", line))


def zone_name(at: datetime) -> str:
    """The zone's usual letters (EST), or its offset where it has none (UTC-03)."""
    name = at.tzname() or "UTC"
    return name if name.isalpha() else f"UTC{name}"


def in_zone(at: datetime, zone: ZoneInfo, now: datetime | None = None) -> str:
    """A moment as people write it: `02:17 EST`, with the day where that is not today's."""
    local = at.astimezone(zone)
    words = f"{local:%H:%M} {zone_name(local)}"
    if now is not None and now.astimezone(zone).date() == local.date():
        return words
    return f"{words} on {local.day} {local:%B}" if now is not None else f"{local:%Y-%m-%d} {words}"


def spoken(at: datetime, zone: ZoneInfo) -> str:
    """A moment in full: `18 November 2026, 02:17 EST`."""
    local = at.astimezone(zone)
    return f"{local.day} {local:%B} {local:%Y}, {local:%H:%M} {zone_name(local)}"


@pass_context
def _clock(context: Context, at: datetime | None) -> str:
    if not isinstance(at, datetime):
        raise TemplateRuntimeError("`clock` was given no time; ask first, as in {% if next_at %} … {% endif %}")
    zone, now = context["zone"], context.get("now")
    return in_zone(at, zone, now)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (0 if hours else rest, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def _plural(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
