"""`python app.py templates [FILE]`: every template for a sample incident, whose it is, and what is wrong."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, TextIO

from bot.cli.check import counted, directory_path, error_lines
from bot.cli.words import Examined, examine
from bot.directory.file import load
from bot.directory.findings import DirectoryError

USAGE: Final = "usage: python app.py templates [FILE]\n"


def run(argv: list[str], environ: Mapping[str, str], now: datetime, out: TextIO) -> int:
    """Show the templates of the company in FILE (as `check` finds it); needs no token, and publishes nothing.

    Returns 0, 1 when a template or the directory file cannot be used, 2 if asked wrongly.
    """
    if len(argv) > 1 or any(word.startswith("-") for word in argv):
        out.write(USAGE)
        return 0 if argv in (["-h"], ["--help"]) else 2
    path = directory_path(argv, environ)
    try:
        directory = load(path, environ, now).directory
    except DirectoryError as error:
        out.writelines(error_lines(error.findings))
        return 1
    examined, strangers = examine(directory, path, now)
    out.writelines(f"warning: {each}\n" for each in strangers)
    out.writelines(line + "\n" for each in examined for line in _lines(each))
    broken = sum(bool(each.faults) for each in examined)
    out.write(f"{counted(len(examined), 'template')}, {broken or 'none'} of them broken.\n")
    return 1 if broken else 0


def _lines(examined: Examined) -> Iterator[str]:
    state = f"not reviewed: {examined.review}" if examined.review else examined.reviewed
    yield " · ".join(part for part in (examined.template, examined.origin, state) if part)
    yield from (f"  BROKEN: {fault}" for fault in examined.faults)
    if examined.faults and examined.text and not examined.own:
        yield "  The shipped one is used instead:"
    if examined.long:
        yield f"  warning: {examined.long}"
    yield from (f"    {line}".rstrip() for line in examined.text.splitlines())
    yield ""
