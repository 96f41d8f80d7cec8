"""Tocsin's command line: without a word it runs the bot; each subcommand is a module of bot/cli/."""

import gc
import os
import sys
from types import MappingProxyType
from typing import Final

if __name__ == "__main__":
    gc.disable()  # what is imported stays: to look through it again and again takes half of the time of importing it

from bot.cli import backup, check, doctor, phone_tree, sandbox, serve, templates
from bot.system import SystemClock

USAGE = """usage: python app.py            run the bot (settings come from the environment and .env)
       python app.py sandbox    a local Slack in the browser, with the bot and a sample company
       python app.py sandbox --demo    the same, and an incident that plays by itself
       python app.py check      validate the directory file
       python app.py templates  every text of updates, summaries and postmortems, for a sample incident
       python app.py doctor     whether this installation would reach people, and what to do where not
       python app.py backup FILE    a copy of the database, while the bot runs or not
       python app.py phone-tree    whom to call for each journey while Slack or Tocsin is down; --html FILE to print it
"""

AS_OF_NOW: Final = MappingProxyType(
    {"check": check.run, "templates": templates.run, "doctor": doctor.run, "phone-tree": phone_tree.run}
)
"""The subcommands that read the settings and the time."""


def main(argv: list[str]) -> int:
    """Run the subcommand that `argv` names; gives the exit code."""
    match argv:
        case []:
            return serve.run(os.environ, sys.stderr)
        case ["backup", *rest]:
            return backup.run(rest, sys.stdout)
        case [name, *rest] if name in AS_OF_NOW:
            return AS_OF_NOW[name](rest, os.environ, SystemClock()(), sys.stdout)
        case ["sandbox", *rest]:
            return sandbox.run(rest, os.environ, sys.stdout)
        case ["-h" | "--help" | "help", *_]:
            sys.stdout.write(USAGE)
            return 0
        case _:
            sys.stderr.write(f"There is no command {argv[0]!r}; nothing was started.\n{USAGE}")
            return 2


if __name__ == "__main__":
    gc.freeze()
    gc.enable()
    sys.exit(main(sys.argv[1:]))
