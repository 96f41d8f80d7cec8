"""What no file may hold: another machine's paths, a package registry's address, a token that looks real."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
NOT_OURS = {".git", ".venv", "build", "node_modules", "__pycache__"}
OURS_THOUGH_HIDDEN = {".ci", ".gitattributes", ".gitignore", ".dockerignore", ".env.example"}

UNWELCOME = {
    "a path of somebody's machine": r"/work[/]|/root[/]|/home/\w+[/]|/Users/\w+[/]|(?<![\w.-])(?:\.\./)?shared[/]",
    "a package registry's address": r"pypi[.]org|pythonhosted[.]org|registry[.]npmjs|deb[.]debian[.]org|proxy[.]golang",
    "a token that looks real": r"xox[abeoprs]-\d{6,}|xapp-\d-[A-Z0-9]{6,}|hooks[.]slack[.]com/services/T\w{6,}",
}
EXAMPLES = [
    ("a path of somebody's machine", "cd /wor" + "k/main"),
    ("a path of somebody's machine", "see ../share" + "d/notes.md"),
    ("a path of somebody's machine", "cd /hom" + "e/maya/tocsin"),
    ("a package registry's address", "https://pypi" + ".org/simple"),
    ("a token that looks real", "xoxb" + "-123456789012-abc"),
    ("a token that looks real", "xapp" + "-1-A0123456789"),
]


def text_files() -> Iterator[tuple[str, str]]:
    """Every text file of the project with its path, what tools have set up or left behind excepted."""
    for file in sorted(walk(PROJECT)):
        try:
            yield file.relative_to(PROJECT).as_posix(), file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture


def walk(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        hidden = entry.name.startswith(".") and entry.name not in OURS_THOUGH_HIDDEN
        if hidden or entry.name in NOT_OURS or entry.name.endswith(".egg-info"):
            continue
        if entry.is_dir():
            yield from walk(entry)
        else:
            yield entry


@pytest.mark.parametrize("what", UNWELCOME)
def test_no_file_holds(what: str) -> None:
    found = [
        f"{path}:{number}: {line.strip()[:100]}"
        for path, text in text_files()
        for number, line in enumerate(text.splitlines(), start=1)
        if re.search(UNWELCOME[what], line)
    ]
    assert found == []


@pytest.mark.parametrize(("what", "line"), EXAMPLES)
def test_it_would_be_found(what: str, line: str) -> None:
    assert re.search(UNWELCOME[what], line)


def test_the_files_looked_at_are_the_project_s() -> None:
    paths = {path for path, _ in text_files()}
    assert {".ci/run", "Makefile", "bot/__init__.py", "pyproject.toml", "requirements.lock"} <= paths
