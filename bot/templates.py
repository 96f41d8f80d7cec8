"""The templates in use: a team's own where they can be used, else the shipped ones; and what is to be said of each."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from bot.domain.directory import Directory
from bot.domain.nearest import nearest
from bot.text import TextError, Texts

SHIPPED: Final = Path(__file__).parent.parent / "templates"
REVIEWED: Final = ("status_update/public/", "status_update/targeted/", "status_update/executive/")
"""What people outside may read is reviewed by communications or legal."""
REVIEWED_BY, REVIEWED_ON = "reviewed_by", "reviewed_on"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A team's own templates: where they are, and how the directory file names that place."""

    path: Path
    called: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """A template as it reads for some facts: whose it is, and what is wrong with it, in sentences.

    `fault` is why the team's own could not be used; `text` is the shipped one's then.
    """

    text: str
    own: bool
    fault: str = ""


def no_folder() -> Folder | None:
    """A team without templates of its own."""
    return None


def own_folder(directory_file: Path, directory: Directory) -> Folder | None:
    """Where a directory file says that its team's own templates are: beside it, or below."""
    called = directory.workspace.templates
    return Folder(path=directory_file.parent / called, called=called) if called else None


class Templates:
    """Templates by name. A file in the team's folder stands for the shipped one of that name, from its next use on."""

    def __init__(
        self,
        own: Callable[[], Folder | None] = no_folder,
        *,
        shipped: Path = SHIPPED,
        markup: bool = False,
        quiet: bool = False,
    ) -> None:
        """Ask `own` at each use, so that a folder named while the bot runs is looked at; `markup` as in Texts.

        `quiet` logs nothing, for whoever says it all elsewhere.
        """
        self._log = log.debug if quiet else log.warning
        self._own = own
        self._markup = markup
        self._folder = shipped
        self._shipped = Texts(shipped, markup=markup, shipped=True)
        self._owned: tuple[Folder, Texts] | None = None
        self._faults: dict[str, str] = {}

    def render(self, template: str, context: Mapping[str, object]) -> str:
        """Render a template; the shipped one where the team's own is broken, which is logged once for each fault.

        Raises TextError when the shipped one cannot be rendered either.
        """
        return self.rendering(template, context).text

    def rendering(self, template: str, context: Mapping[str, object]) -> Rendering:
        """The same, with whose words they are."""
        facts = dict(context)
        owned = self._owned_texts(template)
        fault = ""
        if owned is not None:
            try:
                text = _in_full(owned, template, facts)
            except TextError as error:
                fault = str(error)
            else:
                self._faults.pop(template, None)
                return Rendering(text=text, own=True)
        self._note(template, fault)
        return Rendering(text=self._shipped.render(template, facts), own=False, fault=fault)

    def remarks(self, template: str) -> tuple[str, ...]:
        """What to say to whoever is about to publish a template's words: that yours was not used, or not reviewed."""
        fault = self._faults.get(template, "")
        said = (f"Your own template could not be used, so these are the shipped words: {fault}.",) if fault else ()
        missing = self.review(template)
        return (*said, f"Nobody has reviewed this template yet ({missing}).") if missing else said

    def review(self, template: str) -> str:
        """What a text for outsiders lacks of its review; empty when it lacks nothing, or needs none."""
        if not template.startswith(REVIEWED):
            return ""
        given = self._front_matter(template)
        missing = [name for name in (REVIEWED_BY, REVIEWED_ON) if not given.get(name)]
        if missing:
            return f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set"
        return "" if _is_a_day(given[REVIEWED_ON]) else f"{REVIEWED_ON} is no date like 2026-11-21"

    def reviewed(self, template: str) -> str:
        """Who reviewed a text for outsiders, and when; empty where `review` says what is missing, or none is needed."""
        if not template.startswith(REVIEWED) or self.review(template):
            return ""
        given = self._front_matter(template)
        return f"reviewed by {given[REVIEWED_BY]} on {given[REVIEWED_ON]}"

    def _front_matter(self, template: str) -> Mapping[str, str]:
        owned = None if template in self._faults else self._owned_texts(template)
        try:
            return (owned or self._shipped).front_matter(template)
        except TextError:
            return {}

    def strangers(self) -> tuple[str, ...]:
        """Sentences about the team's folder itself: that it is not there, and files that stand for no template."""
        folder = self._own()
        if folder is None:
            return ()
        if not folder.path.is_dir():
            return (f"{folder.called}: there is no such folder, so that the shipped templates are used; make it",)
        known = sorted(_names(self._folder))
        return tuple(
            f"{folder.called}/{name}: no template is called so, and nothing uses it{_meant(name, known)}"
            for name in sorted(_names(folder.path))
            if name not in known
        )

    def _owned_texts(self, template: str) -> Texts | None:
        """The team's own texts, where they have a file for this template."""
        folder = self._own()
        if folder is None:
            return None
        if self._owned is None or self._owned[0] != folder:
            texts = Texts(folder.path, markup=self._markup, behind=(self._folder,), called=folder.called)
            self._owned = (folder, texts)
            for stranger in self.strangers():
                self._log("%s.", stranger)
        return self._owned[1] if _is_there(folder.path / template) else None

    def _note(self, template: str, fault: str) -> None:
        if fault and self._faults.get(template) != fault:
            self._log("A template of your own could not be used; the shipped one was: %s.", fault)
        if fault:
            self._faults[template] = fault
        else:
            self._faults.pop(template, None)


def _in_full(texts: Texts, template: str, facts: dict[str, object]) -> str:
    """A team's words, held to naming only fields that there are, in every branch, and to saying something."""
    for name in sorted(texts.fields(template) - facts.keys()):
        close = nearest(name, list(facts))
        meant = f'; did you mean "{close}"?' if close else ""
        raise TextError(f'{texts.called}/{template}: there is no field "{name}"{meant}')
    text = texts.render(template, facts)
    if not text:
        raise TextError(f"{texts.called}/{template}: it says nothing")
    return text


def _is_there(file: Path) -> bool:
    """Whether there is anything of this name; what cannot be read is there, and is told of when it is used."""
    try:
        file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _is_a_day(given: str) -> bool:
    try:
        date.fromisoformat(given)
    except ValueError:
        return False
    return True


def _names(folder: Path) -> frozenset[str]:
    return frozenset(each.relative_to(folder).as_posix() for each in folder.rglob("*.j2") if each.is_file())


def _meant(name: str, known: list[str]) -> str:
    close = nearest(name, known)
    return f"; did you mean {close}?" if close else ""
