"""What `check` and `templates` say of a company's templates: each rendered for a sample incident, and examined."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.cli.sample import Sample, samples
from bot.domain.directory import Directory
from bot.domain.postmortem import TEMPLATE as POSTMORTEM
from bot.templates import Templates, own_folder
from bot.text import TextError

SECTION: Final = 3_000
"""Characters of a text that one section of a Slack message holds. A postmortem is posted in pieces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One template: how it reads, whose words those are, and what is wrong.

    `faults` are why it (or the team's own) cannot be used; `review` is what its review lacks, empty where nothing does
    or none is needed.
    """

    template: str
    text: str
    own: bool
    faults: tuple[str, ...]
    review: str
    reviewed: str
    long: str

    @property
    def origin(self) -> str:
        """Whose words they are."""
        return "your own" if self.own else "shipped"


def examine(directory: Directory, directory_file: Path, now: datetime) -> tuple[tuple[Examined, ...], tuple[str, ...]]:
    """Every template for the sample incident, and sentences about the team's folder itself; `now` is aware."""
    folder = own_folder(directory_file, directory)
    templates = Templates(lambda: folder, quiet=True)
    return tuple(_examined(templates, each) for each in samples(directory, now)), templates.strangers()


def warnings(directory: Directory, directory_file: Path, now: datetime) -> Iterator[str]:
    """What `check` warns of: what cannot be used, is too long, or was not reviewed; the shipped ones in one line."""
    examined, strangers = examine(directory, directory_file, now)
    yield from strangers
    for each in examined:
        instead = "" if each.own or not each.text else "; the shipped one is used"
        yield from (f"{fault}{instead}" for fault in each.faults)
        yield from (each.long,) if each.long else ()
    folder = directory.workspace.templates
    yield from (f"{folder}/{each.template}: {each.review}" for each in examined if each.own and each.review)
    if shipped := [each for each in examined if not each.own and each.review]:
        where = folder or "a folder of your own (workspace.templates)"
        yield (
            f"templates: nobody has reviewed {len(shipped)} of the shipped texts that outsiders read; "
            f"copy them to {where}, and set reviewed_by and reviewed_on"
        )


def _examined(templates: Templates, sample: Sample) -> Examined:
    name, texts, faults = sample.template, [], []
    own = True
    for facts in sample.facts:
        try:
            made = templates.rendering(name, facts)
        except TextError as error:
            faults.append(str(error))
            continue
        texts.append(made.text)
        own = own and made.own
        faults += [made.fault] if made.fault else []
    long = max(map(len, texts), default=0)
    too_long = long > SECTION and name != POSTMORTEM
    return Examined(
        template=name,
        text=texts[0] if texts else "",
        own=own and bool(texts),
        faults=tuple(dict.fromkeys(faults)),
        review=templates.review(name),
        reviewed=templates.reviewed(name),
        long=f"{name}: {long:,} characters for the sample; Slack shows {SECTION:,} in a piece, shorten it" * too_long,
    )
