"""Which pages go together: nobody is asked twice for one, nobody is forgotten, and the queue's head is left alone."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.bundle import Bundled, SendBundle
from bot.domain.bundling import MOST_ALONE, MOST_TOGETHER, addressee, fold
from bot.domain.effects import Outgoing, Priority, SendPage
from bot.domain.prose import Who

MAYA = Who(name="maya", user="U1")


def page(number: int) -> Outgoing:
    name = f"page:{number}:1:0:0:U1"
    return Outgoing(id=name, stream=name, effect=SendPage(page=number, ask=name), priority=Priority.PAGE)


def bundle(first: int, asks: int) -> Outgoing:
    held = tuple(Bundled(page=number, ask=page(number).id) for number in range(first, first + asks))
    name = f"bundle:{held[0].ask}"
    return Outgoing(id=name, stream=name, effect=SendBundle(to=MAYA, asks=held), priority=Priority.PAGE)


def asks_of(row: Outgoing) -> tuple[str, ...]:
    return tuple(each.ask for each in row.effect.asks) if isinstance(row.effect, SendBundle) else (row.id,)


def after(waiting: list[Outgoing]) -> list[Outgoing]:
    """The queue once everything that goes together does."""
    while (folding := fold(waiting, MAYA)) is not None:
        left = [row for row in waiting if row.id not in folding.rows]
        known = [row.id for row in left]
        waiting = [folding.into if row.id == folding.into.id else row for row in left]
        waiting += [] if folding.into.id in known else [folding.into]
    return waiting


def test_up_to_three_wait_each_in_a_message_of_their_own() -> None:
    assert fold([page(number) for number in range(MOST_ALONE)], MAYA) is None


def test_of_four_the_next_in_line_keeps_its_own_and_the_others_share_one() -> None:
    head, together = after([page(number) for number in range(4)])
    assert head.id == page(0).id
    assert asks_of(together) == tuple(page(number).id for number in (1, 2, 3))
    assert together.priority is Priority.PAGE


def test_what_comes_while_a_bundle_waits_joins_it() -> None:
    (joined,) = after([bundle(1, 3), page(9)])
    assert asks_of(joined)[-1] == page(9).id
    assert joined.id == bundle(1, 3).id


def test_a_full_bundle_takes_no_more() -> None:
    full = bundle(100, MOST_TOGETHER)
    assert after([full, page(1), page(2)]) == [full, page(1), page(2)]


def test_ids_tell_whom_an_ask_is_for() -> None:
    assert addressee("page:7:1:0:2:U0123") == "U0123"
    assert addressee("page:7:1:0:2:jo:ann") == "jo:ann"


@given(st.lists(st.booleans(), max_size=90))
def test_everybody_who_waits_is_asked_once_whatever_waits(pages: list[bool]) -> None:
    waiting = [page(at) if alone else bundle(1000 + 30 * at, 1 + at % MOST_TOGETHER) for at, alone in enumerate(pages)]
    before = [ask for row in waiting for ask in asks_of(row)]
    queue = after(waiting)
    assert sorted(ask for row in queue for ask in asks_of(row)) == sorted(before)
    assert all(len(asks_of(row)) <= MOST_TOGETHER for row in queue)
    assert len([row for row in queue if isinstance(row.effect, SendPage)]) <= MOST_ALONE
    assert queue[:1] == [] or queue[0].id == waiting[0].id
