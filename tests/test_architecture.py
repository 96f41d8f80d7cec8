"""House rules that a linter cannot see: who imports whom, how long things are, what they are called and touch."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
FILE_LINES = 300
TEST_FILE_LINES = 400
FUNCTION_LINES = 50

OUTLIVE_ANYTHING = ("bot/services/outbox.py", "bot/services/sweep.py", "bot/store/*worker*.py")
READ_THE_CLOCK = ("bot/system.py", "bot/sandbox/clock.py")
CLOCK = {
    "datetime": {"now", "today", "utcnow"},
    "date": {"today"},
    "time": {"monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "sleep", "time", "time_ns"},
}
IMPURE = {
    *("asyncio", "concurrent", "logging", "multiprocessing", "queue", "sched", "signal", "threading", "time"),
    *(
        "ctypes",
        "http",
        "io",
        "os",
        "pathlib",
        "select",
        "shutil",
        "socket",
        "sqlite3",
        "subprocess",
        "sys",
        "tempfile",
    ),
    *("random", "secrets", "urllib", "uuid"),
}
EMPTY_NAMES = {"utils", "helpers", "common", "manager", "base", "process", "handle"}
EMPTY_VERBS = {"process", "handle"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A Python file of ours: its path in the project, its text and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    def is_one_of(self, patterns: tuple[str, ...]) -> bool:
        return any(Path(self.path).match(pattern) for pattern in patterns)


def source(path: str, text: str) -> Source:
    return Source(path=path, text=text, tree=ast.parse(text))


@cache
def sources(*folders: str) -> list[Source]:
    files = [file for folder in folders for file in sorted((PROJECT / folder).rglob("*.py"))]
    if "bot" in folders and (PROJECT / "app.py").exists():
        files.append(PROJECT / "app.py")
    return [source(file.relative_to(PROJECT).as_posix(), file.read_text()) for file in files]


# Each rule yields the offences of one file, as "line: what is wrong".
Rule = Callable[[Source], Iterator[str]]


def stays_short(file: Source) -> Iterator[str]:
    limit = TEST_FILE_LINES if file.path.startswith("tests/") else FILE_LINES
    if (lines := len(file.text.splitlines())) >= limit:
        yield f"1: {lines} lines; a file stays under {limit}"


def functions_stay_short(file: Source) -> Iterator[str]:
    for node in ast.walk(file.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{node.lineno}: {node.name} has {lines} lines; a function has at most {FUNCTION_LINES}"


def says_what_belongs_in_it(file: Source) -> Iterator[str]:
    if not ast.get_docstring(file.tree):
        yield "1: no docstring says what belongs in this module"


def is_called_something(file: Source) -> Iterator[str]:
    if says_nothing(Path(file.path).stem):
        yield f"1: {Path(file.path).stem} says nothing; name what belongs in it"
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ClassDef) and says_nothing(node.name):
            yield f"{node.lineno}: {node.name} says nothing; name what it is"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            verb = node.name.strip("_").partition("_")[0]
            if verb in EMPTY_VERBS or node.name in EMPTY_NAMES:
                yield f"{node.lineno}: {node.name} says nothing; name what it does"


def says_nothing(name: str) -> bool:
    words = [word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+", name)]
    return bool(words) and bool(EMPTY_NAMES & {words[0], words[-1]})


def imports_at_the_top(file: Source) -> Iterator[str]:
    at_the_top = set(file.tree.body)
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Import | ast.ImportFrom) and node not in at_the_top:
            yield f"{node.lineno}: an import that is not at the top of the module"


def lets_failures_through(file: Source) -> Iterator[str]:
    if file.is_one_of(OUTLIVE_ANYTHING):
        return
    for node in ast.walk(file.tree):
        caught: list[ast.expr] = []
        if isinstance(node, ast.ExceptHandler):
            caught = [node.type] if node.type else [ast.Name(id="Exception")]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
            caught = node.args
        names = {
            ast.unparse(name) for each in caught for name in (each.elts if isinstance(each, ast.Tuple) else [each])
        }
        if names & {"Exception", "BaseException"}:
            yield f"{getattr(node, 'lineno', 0)}: catches everything; only {', '.join(OUTLIVE_ANYTHING)} may"


def takes_the_time_as_given(file: Source) -> Iterator[str]:
    if file.is_one_of(READ_THE_CLOCK):
        return
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value).rpartition(".")[2]
            if node.attr in CLOCK.get(owner, ()) or (node.attr == "time" and owner in {"loop", "get_running_loop()"}):
                yield f"{node.lineno}: {owner}.{node.attr} reads the clock; take `now` as an argument"
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield f"{node.lineno}: imports the clock; take `now` as an argument"


def domain_is_pure(file: Source) -> Iterator[str]:
    if not file.path.startswith("bot/domain/"):
        return
    for node in ast.walk(file.tree):
        if isinstance(node, ast.AsyncFunctionDef | ast.Await):
            yield f"{node.lineno}: the domain does not wait"
        for module in imported(node):
            package = module.partition(".")[0]
            ours = module == "bot.domain" or module.startswith("bot.domain.")
            if not ours and (package not in sys.stdlib_module_names or package in IMPURE):
                yield f"{getattr(node, 'lineno', 0)}: the domain imports {module}"


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def uses_the_real_thing(file: Source) -> Iterator[str]:
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"monkeypatch.setattr", "monkeypatch.setitem"}:
            yield f"{node.lineno}: patches our own code; hand it a fake instead"


# A rule, with a file that breaks it.
RULES: list[tuple[Rule, Source]] = [
    (stays_short, source("bot/domain/long.py", "x = 1\n" * FILE_LINES)),
    (functions_stay_short, source("bot/domain/long.py", "def f():\n" + "    x = 1\n" * FUNCTION_LINES)),
    (says_what_belongs_in_it, source("bot/domain/page.py", "x = 1")),
    (is_called_something, source("bot/slack/page_utils.py", "")),
    (is_called_something, source("bot/slack/page.py", "class PageManager: ...")),
    (is_called_something, source("bot/slack/page.py", "async def handle_page(): ...")),
    (is_called_something, source("bot/slack/page.py", "def process(page): ...")),
    (imports_at_the_top, source("bot/slack/page.py", "def f():\n    import json")),
    (lets_failures_through, source("bot/slack/page.py", "try: ...\nexcept: ...")),
    (lets_failures_through, source("bot/slack/page.py", "try: ...\nexcept (OSError, Exception): ...")),
    (lets_failures_through, source("bot/slack/page.py", "with contextlib.suppress(Exception): ...")),
    (takes_the_time_as_given, source("bot/slack/page.py", "now = datetime.datetime.now(UTC)")),
    (takes_the_time_as_given, source("bot/slack/page.py", "clock = time.monotonic")),
    (takes_the_time_as_given, source("bot/slack/page.py", "now = asyncio.get_running_loop().time()")),
    (takes_the_time_as_given, source("bot/slack/page.py", "from time import time")),
    (domain_is_pure, source("bot/domain/page.py", "from bot.services import paging")),
    (domain_is_pure, source("bot/domain/page.py", "import pydantic")),
    (domain_is_pure, source("bot/domain/page.py", "import logging")),
    (domain_is_pure, source("bot/domain/page.py", "async def page(): ...")),
]
TEST_RULES: list[tuple[Rule, Source]] = [
    (stays_short, source("tests/test_long.py", "x = 1\n" * TEST_FILE_LINES)),
    (says_what_belongs_in_it, source("tests/test_page.py", "x = 1")),
    (uses_the_real_thing, source("tests/test_page.py", "monkeypatch.setattr(outbox, 'claim', None)")),
]


def name_of(value: object) -> str:
    return getattr(value, "__name__", "") or getattr(value, "path", "")


@pytest.mark.parametrize("rule", dict.fromkeys(rule for rule, _ in RULES), ids=name_of)
def test_every_file_of_the_bot_keeps_the_rule(rule: Rule) -> None:
    assert [f"{file.path}:{offence}" for file in sources("bot") for offence in rule(file)] == []


@pytest.mark.parametrize("rule", dict.fromkeys(rule for rule, _ in TEST_RULES), ids=name_of)
def test_every_file_of_the_tests_keeps_the_rule(rule: Rule) -> None:
    assert [f"{file.path}:{offence}" for file in sources("tests") for offence in rule(file)] == []


@pytest.mark.parametrize(("rule", "offender"), RULES + TEST_RULES, ids=name_of)
def test_a_file_that_breaks_the_rule_is_found(rule: Rule, offender: Source) -> None:
    assert list(rule(offender)) != []


def test_imports_point_inwards_and_each_framework_stays_in_its_package() -> None:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as check; check()",
        "--no-cache",
    ]
    run = subprocess.run(command, check=False, capture_output=True, text=True, cwd=PROJECT)
    assert run.returncode == 0, run.stdout + run.stderr
