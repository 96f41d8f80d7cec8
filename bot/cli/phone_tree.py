"""`python app.py phone-tree [--html FILE]`: whom to call for each journey while Slack or Tocsin is down."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, TextIO

from bot.directory.file import load
from bot.directory.findings import DirectoryError
from bot.domain.phone_tree import phone_tree
from bot.services.phone_tree import AS_PAGE, written
from bot.templates import Templates, own_folder
from bot.text import TextError

USAGE: Final = """usage: python app.py phone-tree [--html FILE]
  --html FILE   write a page to be printed into FILE; without it, Markdown is printed here
"""


def run(argv: list[str], environ: Mapping[str, str], now: datetime, out: TextIO) -> int:
    """Write the tree as of `now`, from the file that DIRECTORY names, else directory.yml; needs no token.

    Returns 0, 1 with what is wrong when it cannot be written, 2 if asked wrongly.
    """
    match argv:
        case []:
            page = None
        case ["--html", named] if not named.startswith("-"):
            page = Path(named)
        case _:
            out.write(USAGE)
            return 0 if argv in (["-h"], ["--help"]) else 2
    try:
        file = Path(environ.get("DIRECTORY") or "directory.yml")
        directory = load(file, environ, now).directory
        tree, own = phone_tree(directory, now), own_folder(file, directory)
        if page is None:
            out.write(f"{written(tree, now, Templates(lambda: own).render)}\n")
            return 0
        text = written(tree, now, Templates(lambda: own, markup=True).render, AS_PAGE)
        page.write_text(f"{text}\n", encoding="utf-8")
    except (DirectoryError, TextError) as trouble:
        out.write(f"{trouble}\nNothing was written.\n")
        return 1
    except OSError as trouble:
        out.write(f"{page} cannot be written ({trouble.strerror or trouble}). Name another file.\n")
        return 1
    out.write(f"{page} has the phone tree. Print it: whoever needs it will not be able to ask Tocsin.\n")
    return 0
