"""Limits: what a method and a place let through at once and after, who goes first, and what Slack told us to wait."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.effects import Priority
from bot.slack.limits import BUDGETS, Allowance, Budget, Limits

POST = "chat.postMessage"


class Ticking:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_channel_takes_five_at_once_and_then_one_a_second() -> None:
    clock = Ticking()
    limits = Limits(clock)
    assert [limits.take(POST, f"row{n}", Priority.NORMAL, "C1") for n in range(5)] == [0.0] * 5
    wait = limits.take(POST, "row5", Priority.NORMAL, "C1")
    assert 0.9 < wait < 1.1
    assert limits.take(POST, "other", Priority.NORMAL, "C2") == 0
    clock.now += wait
    assert limits.take(POST, "row5", Priority.NORMAL, "C1") == 0


def test_a_method_takes_its_whole_minute_at_once_and_then_its_rate() -> None:
    clock = Ticking()
    limits = Limits(clock)
    assert all(limits.take("conversations.create", f"row{n}", Priority.NORMAL) == 0 for n in range(19))
    assert 2.9 < limits.take("conversations.create", "row19", Priority.NORMAL) < 3.1
    clock.now += 60
    assert all(limits.take("conversations.create", f"later{n}", Priority.NORMAL) == 0 for n in range(18))


def test_those_turned_away_come_back_one_after_the_other() -> None:
    limits = Limits(Ticking(), {"m": Allowance(whole=Budget(burst=1, per_second=1))})
    limits.take("m", "first", Priority.NORMAL)
    waits = [limits.take("m", f"row{n}", Priority.NORMAL) for n in range(4)]
    assert [round(wait) for wait in waits] == [1, 2, 3, 4]
    assert round(limits.take("m", "row2", Priority.NORMAL)) == 3


def test_a_page_goes_before_those_who_waited_longer() -> None:
    clock = Ticking()
    limits = Limits(clock, {"m": Allowance(whole=Budget(burst=1, per_second=1))})
    limits.take("m", "first", Priority.NORMAL)
    limits.take("m", "update", Priority.NORMAL)
    assert round(limits.take("m", "page", Priority.PAGE)) == 1
    clock.now += 1.02
    assert limits.take("m", "update", Priority.NORMAL) > 0
    assert limits.take("m", "page", Priority.PAGE) == 0


def test_who_never_comes_back_does_not_hold_the_others_up() -> None:
    clock = Ticking()
    limits = Limits(clock, {"m": Allowance(whole=Budget(burst=1, per_second=1))})
    limits.take("m", "first", Priority.NORMAL)
    limits.take("m", "withdrawn", Priority.PAGE)
    clock.now += 10
    assert limits.take("m", "update", Priority.NORMAL) == 0


def test_what_slack_says_blocks_that_method_alone() -> None:
    clock = Ticking()
    limits = Limits(clock)
    limits.block(POST, 30)
    assert 29.9 < limits.take(POST, "page", Priority.PAGE, "C1") < 30.1
    assert limits.take("views.publish", "home", Priority.LOW) == 0
    clock.now += 30.1
    assert limits.take(POST, "page", Priority.PAGE, "C1") == 0


def test_a_channel_is_looked_through_once_in_ten_seconds() -> None:
    limits = Limits(Ticking())
    assert limits.take("conversations.history", "row", Priority.NORMAL, "C1") == 0
    assert 9.9 < limits.take("conversations.history", "row", Priority.NORMAL, "C1") < 10.1


def test_many_channels_do_not_fill_the_memory() -> None:
    clock = Ticking()
    limits = Limits(clock, {POST: Allowance(whole=Budget(burst=9000, per_second=900), each=BUDGETS[POST].each)})
    for number in range(5000):
        clock.now += 0.01
        assert limits.take(POST, f"row{number}", Priority.NORMAL, f"C{number}") == 0


@given(st.lists(st.tuples(st.floats(0, 5), st.sampled_from(Priority)), min_size=1, max_size=60))
def test_no_more_is_let_through_than_the_budget_allows(calls: list[tuple[float, Priority]]) -> None:
    clock = Ticking()
    budget = Budget(burst=3, per_second=0.5)
    limits = Limits(clock, {"m": Allowance(whole=budget)})
    began, through = clock.now, 0
    for number, (pause, priority) in enumerate(calls):
        clock.now += pause
        through += limits.take("m", f"row{number}", priority) == 0
        assert through <= budget.burst + (clock.now - began) * budget.per_second + 0.001


@given(st.integers(1, 30))
def test_everybody_turned_away_gets_through_in_the_end(many: int) -> None:
    clock = Ticking()
    limits = Limits(clock, {"m": Allowance(whole=Budget(burst=2, per_second=1))})
    waiting = {f"row{n}": clock.now for n in range(many)}
    while waiting:
        row = min(waiting, key=lambda each: waiting[each])
        clock.now = max(clock.now, waiting[row])
        wait = limits.take("m", row, Priority.NORMAL)
        waiting = {name: at for name, at in waiting.items() if name != row or wait > 0}
        if wait > 0:
            waiting[row] = clock.now + wait
    assert clock.now <= 1000 + many + 1


def test_a_row_that_goes_instead_of_others_has_the_best_of_their_turns_and_they_wait_no_longer() -> None:
    clock = Ticking()
    limits = Limits(clock)
    waits = [limits.take(POST, f"row{n}", Priority.PAGE, "D1") for n in range(12)]
    assert waits[5] < waits[6] < waits[11]
    told = limits.goes_instead("together", [f"row{n}" for n in range(6, 12)])
    assert told is not None
    assert 1.9 < told < 2.1, "the second in line, as the best of them was"
    assert 2.9 < limits.take(POST, "later", Priority.PAGE, "D1") < 3.1, "nobody waits between them any more"
    assert limits.goes_instead("nothing", ["unknown"]) is None
    limits.block(POST, 30)
    blocked = limits.goes_instead("together", [])
    assert blocked is not None
    assert 29 < blocked < 31, "what Slack has said counts for it, too"
