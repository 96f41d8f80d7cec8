"""Any history of a page comes to what the reference model says, step by step, and to the same when it is told again."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import answering, escalating, paging
from bot.domain.change import Change
from bot.domain.effects import Refused
from bot.domain.errors import Refusal
from bot.domain.page_receipts import page_sent
from bot.domain.prose import Who
from tests.domain.lives import EVE
from tests.domain.page_model import Model
from tests.domain.pages import DANA, LEON, MAYA, NOW, SAM, Life, a_call, tier, waiting_names
from tests.size import FULL

HISTORIES = 10_000 if FULL else 200
PEOPLE = {who.name: who for who in (MAYA, LEON, DANA, SAM, EVE)}
Step = tuple[str, int]
Tiers = Sequence[tuple[str | None, int]]

TIERS = st.lists(
    st.tuples(st.sampled_from(("maya", "leon", "dana", None)), st.sampled_from((30, 119, 120, 300))),
    min_size=1,
    max_size=4,
)
STEP = st.one_of(
    st.tuples(st.sampled_from(("acknowledge", "old copy", "decline")), st.integers(0, len(PEOPLE) - 1)),
    st.tuples(st.sampled_from(("escalate", "again", "resolve")), st.just(0)),
    st.tuples(st.just("refused"), st.integers(0, 3)),
    st.tuples(st.just("wait"), st.sampled_from((1, 29, 30, 150, 300, 601, 4000))),
)
"""Answers and the end are as likely as all else: what must not happen after them is half of what is to be seen."""


def test_any_history_is_as_the_reference_model_tells_it(record_property: Callable[[str, object], None]) -> None:
    record_property("row", "29")
    record_property("on", "both")
    steps = 0

    @settings(max_examples=HISTORIES, deadline=None)
    @given(tiers=TIERS, repeat=st.integers(0, 2), history=st.lists(STEP, max_size=25))
    def told(tiers: Tiers, repeat: int, history: Sequence[Step]) -> None:
        nonlocal steps
        steps += len(history)
        life = lived(tiers, repeat, history)
        again = lived(tiers, repeat, history)
        assert life == again, "the same history came to something else"

    told()
    record_property(
        "shown",
        f"{HISTORIES:,} histories of a page with {steps:,} steps, each step compared with the reference model and each "
        "history told twice: no difference, 0 lost, 0 doubled",
    )


def lived(tiers: Tiers, repeat: int, history: Sequence[Step]) -> Life:
    """A page's life, in step with the model's."""
    life, model = Life(), Model(tiers=tuple(tiers), repeat=repeat)
    people = (
        tier(PEOPLE[name] if name else None, wait=timedelta(seconds=wait), skipped=None if name else "empty")
        for name, wait in tiers
    )
    life.start(a_call(*people, repeat=repeat))
    model.start()
    as_the_model(life, model)
    for step in history:
        done(life, model, step)
        as_the_model(life, model)
    return life


def done(life: Life, model: Model, step: Step) -> None:
    """Do one thing to both."""
    what, number = step
    who = tuple(PEOPLE.values())[number % len(PEOPLE)]
    match what:
        case "acknowledge" | "old copy":
            epoch = 0 if what == "old copy" else life.the_page.epoch
            may = allowed(life, answering.acknowledge, who, "button", epoch=epoch)
            assert may == model.acknowledge(who.name)
        case "decline":
            assert allowed(life, answering.decline, who) == model.decline(who.name)
        case "escalate":
            assert allowed(life, escalating.escalate, SAM, "") == model.escalate()
        case "again":
            assert allowed(life, paging.again, SAM) == model.page_again()
        case "refused":
            refuse(life, number)
            model.refused_by_slack(len(model.asked) - 1 - number)
        case "resolve":
            life.do(lambda incident, page, now: paging.stop_all(incident, [page], now, "resolved"))
            model.resolve()
        case _:
            life.wait(timedelta(seconds=number))
            model.wait(number)


def allowed(life: Life, rule: Callable[..., Change], *given_: object, **more: object) -> bool:
    """Do something; tells whether it was not refused."""
    try:
        life.do(rule, *given_, **more)
    except Refusal:
        return False
    return True


def refuse(life: Life, back: int) -> None:
    """Have Slack refuse a copy, counted back from the last."""
    page = life.the_page
    if back < len(page.asks):
        receipt = Refused(error="user_not_found", remedy="gone")
        life.save(page_sent(page, life.incident, page.asks[-1 - back], receipt, life.now))


def as_the_model(life: Life, model: Model) -> None:
    """Compare all that the model knows."""
    page = life.the_page
    assert page.state.value == model.state
    assert life.asked() == model.asked
    assert (page.acknowledged_by or Who(name="")).name == model.holder
    assert waiting_names(page) == ([model.waits_for] if model.waits_for else [])
    if model.waits_for:
        assert page.next_due == NOW + timedelta(seconds=model.due)
    assert life.now == NOW + timedelta(seconds=model.now)
