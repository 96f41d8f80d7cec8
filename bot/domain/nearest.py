"""Did you mean: the nearest known word to one that is not known."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

_CLOSE_ENOUGH: Final = 0.6


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was probably meant to be, in its own spelling; None if none is close."""
    spelling = {candidate.casefold(): candidate for candidate in known}
    found = get_close_matches(word.casefold(), spelling, n=1, cutoff=_CLOSE_ENOUGH)
    return spelling[found[0]] if found else None
