"""`python app.py check`: what it prints, and with what it ends."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from bot.cli.check import run

FILES = Path(__file__).parent / "files"
NOW = datetime(2026, 11, 18, 7, 17, tzinfo=UTC)


UNREVIEWED = (
    "warning: templates: nobody has reviewed 7 of the shipped texts that outsiders read; "
    "copy them to a folder of your own (workspace.templates), and set reviewed_by and reviewed_on\n"
)


def check(*argv: str, **environ: str) -> tuple[int, str]:
    out = StringIO()
    return run(list(argv), environ, NOW, out), out.getvalue()


def test_a_good_file_is_summed_up_with_whom_it_would_page() -> None:
    assert check(str(FILES / "small.yml")) == (
        0,
        (
            f"{UNREVIEWED}small.yml is good, with 1 warning: 3 people, 1 journey.\n"
            "Who would be paged now:\n"
            "  Checkout (Customers cannot place orders): Maya (Checkout's owner), after 5 min Leon, after 10 min Dana\n"
            "  Something else: Maya (nobody owns this pain, no catch_all is set; you are Checkout's owner), "
            "after 5 min Leon, after 10 min Dana\n"
        ),
    )


def test_warnings_end_with_0() -> None:
    code, said = check(str(FILES / "larger.yml"))
    assert code == 0
    assert said.startswith("warning: larger.yml, line 31, escalation_policies.standard[1].page: reaches nobody")
    assert "larger.yml is good, with 4 warnings: 4 people, 2 teams, 1 journey, 2 rules.\n" in said
    assert "Leon (Checkout's primary until Mon 09:00), after 5 min Maya, after 10 min Dana, after 20 min Vic\n" in said


def test_errors_end_with_1_and_say_that_nothing_changed(tmp_path: Path) -> None:
    path = tmp_path / "directory.yml"
    path.write_text("people: {maya: {email: x y}}\njourneys: {a: {owner: mya}}\n", encoding="utf-8")
    assert check(DIRECTORY=str(path)) == (
        1,
        (
            'directory.yml, line 1, people.maya.email: "x y" is not an e-mail address; '
            "write the one the person has in Slack\n"
            "directory.yml, line 2, journeys.a.pain: missing; write pain: Customers cannot place orders\n"
            'directory.yml, line 2, journeys.a.owner: no team or person "mya"; did you mean "maya"?\n'
            "3 errors; nothing was changed. Put it right and check again.\n"
        ),
    )


def test_a_file_by_which_nobody_is_paged_says_so(tmp_path: Path) -> None:
    path = tmp_path / "directory.yml"
    path.write_text("people: {maya: {email: maya@acme.test}}\n", encoding="utf-8")
    code, said = check(str(path))
    assert code == 0
    assert "Something else: NOBODY; name an owner or workspace.catch_all\n" in said


def test_check_asked_wrongly_says_how_to_ask() -> None:
    assert check("a.yml", "b.yml") == (2, "usage: python app.py check [FILE]\n")
    assert check("--help") == (0, "usage: python app.py check [FILE]\n")
