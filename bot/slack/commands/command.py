"""What a subcommand is: its names, its help, and what it does."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.prose import Fragment, Sentence
from bot.slack.asked import Asked, Reply
from bot.slack.views.lines import told
from bot.slack.views.parts import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A subcommand. `usage` is what follows its name; `anywhere` tells that it needs no incident."""

    name: str
    usage: str
    help: str
    run: Callable[[Asked, str], Awaitable[Reply]]
    aliases: tuple[str, ...] = ()
    anywhere: bool = False


def done(*said: Fragment) -> Message:
    """Say to the person who asked that it is done."""
    sentence: Sentence = said
    return told(sentence)


def first_word(words: str) -> tuple[str, str]:
    """The first word and the rest, whatever space is between them: a line break, too."""
    first, *rest = words.split(maxsplit=1) or [""]
    return first, "".join(rest).strip()
