"""`make faults`: every fault and story in full size, and docs/reliability.md's table written anew of what was shown.

Arguments are pytest's. With any, the run counts as a part: only the rows whose tests ran are written.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.faults.marks import ROOT, Marked, marked_tests
from tests.faults.report import PASSED, Run, outcomes, run_in, with_outcomes

PAGE = ROOT / "docs" / "reliability.md"
BESIDE, ALONE = ROOT / "build" / "faults.xml", ROOT / "build" / "faults-alone.xml"
FOLDERS = ("tests/faults", "tests/scenarios")
"""The faults, and the stories: in full size each of them is told in both ways in which Slack delivers."""
WORKERS = "2"
"""Much of these tests is processes of their own: on two processors more at once would only wait for each other."""
PASSES = {
    BESIDE: ("-m", "not alone", "-n", WORKERS, "--dist", "worksteal"),
    ALONE: ("-m", "alone", "-n", "0"),
}
"""Who is held to seconds runs after the others, when nobody else wants the processors."""
NO_TESTS = 5
"""What pytest exits with when no test was asked for, as when a part is run."""
HANGS_AFTER = 1800
"""Seconds after which a test says where it stands: in full size some take many minutes."""


def run(arguments: list[str]) -> int:
    """Run the tests, write the page, say what came of it; gives the exit code."""
    commit = _git("rev-parse", "--short", "HEAD") or "no commit"
    changed = " with changes" if _git("status", "--porcelain", "--", "bot", "tests", "app.py", "templates") else ""
    seed = os.environ.get("FAULTS_SEED") or _seed_of(commit)
    marked = marked_tests()
    ran, failed = Run(), 0
    for report, options in PASSES.items():
        report.unlink(missing_ok=True)
        failed = _pytest([*options, *_files(marked), *arguments], report, seed) or failed
        if not report.exists():
            say(f"The tests did not run, and {PAGE.name} is as it was. What pytest said above says why.")
            return failed or 1
        ran.join(run_in(report.read_text(encoding="utf-8"), marked))
    label = f"{commit}{changed}, {ran.when}, seed {seed}"
    new = outcomes(ran, marked, label, whole=not arguments)
    PAGE.write_text(with_outcomes(PAGE.read_text(encoding="utf-8"), new), encoding="utf-8")
    for row, outcome in new.items():
        say(f"{row:>3}  {outcome.result}")
    say(f"{len(new)} rows of docs/{PAGE.name} are written anew.")
    return failed or int(any(outcome.result != PASSED for outcome in new.values()))


def say(line: str) -> None:
    """Say something on standard output."""
    sys.stdout.write(f"{line}\n")


def _pytest(arguments: list[str], report: Path, seed: str) -> int:
    report.parent.mkdir(exist_ok=True)
    environ = {**os.environ, "FAULTS": "full", "FAULTS_SEED": seed}
    command = [sys.executable, "-m", "pytest", f"--hypothesis-seed={seed}"]
    written = [f"--junitxml={report}", "-o", "junit_family=xunit1", "-o", f"faulthandler_timeout={HANGS_AFTER}"]
    code = subprocess.run([*command, *written, *arguments], check=False, cwd=ROOT, env=environ).returncode
    return 0 if code == NO_TESTS else code


def _files(marked: tuple[Marked, ...]) -> list[str]:
    elsewhere = (each for each in marked if not any(Path(each.file).is_relative_to(folder) for folder in FOLDERS))
    return [*FOLDERS, *sorted({each.id for each in elsewhere})]


def _seed_of(commit: str) -> str:
    try:
        return str(int(commit, 16) % 100_000)
    except ValueError:
        return "1"


def _git(*words: str) -> str:
    asked = subprocess.run(["git", *words], check=False, capture_output=True, text=True, cwd=ROOT)
    return asked.stdout.strip()


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
