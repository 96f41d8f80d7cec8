"""`python app.py backup FILE`: a copy of the database, beside a running Tocsin or without one."""

from pathlib import Path
from typing import Final, TextIO

from bot.settings import BadSetting, read_settings
from bot.store.backup import CannotBackUp, back_up
from bot.store.troubles import CannotOpen

USAGE: Final = """usage: python app.py backup FILE
  FILE   where the copy goes; it must not be there yet
"""


def run(argv: list[str], out: TextIO) -> int:
    """Copy the database that DATABASE_URL names. Returns 0; 1, with a sentence, without a copy; 2 if asked wrongly."""
    if len(argv) != 1 or argv[0].startswith("-"):
        out.write(USAGE)
        return 0 if argv in (["-h"], ["--help"]) else 2
    try:
        size = back_up(read_settings().DATABASE_URL, Path(argv[0]))
    except (BadSetting, CannotBackUp, CannotOpen) as trouble:
        out.write(f"{trouble}\n")
        return 1
    out.write(f"{argv[0]} holds the whole database ({size:,} bytes), and was checked. Keep it as secret as that.\n")
    return 0
