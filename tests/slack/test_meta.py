"""What travels with forms and buttons comes back as it went, and damage to it is no error."""

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.meta import (
    METADATA_LIMIT,
    Meta,
    PageRef,
    read_about,
    read_meta,
    read_page_ref,
    write_about,
    write_meta,
    write_page_ref,
)


@given(
    st.builds(
        Meta,
        incident=st.none() | st.integers(0, 10**9),
        page=st.none() | st.integers(0, 10**9),
        updates=st.lists(st.integers(1, 99)).map(tuple),
        role=st.text(max_size=20),
        words=st.text(max_size=100),
        link=st.just("https://acme.slack.com/archives/C1/p1"),
    )
)
def test_metadata_comes_back_as_it_went(meta: Meta) -> None:
    assert read_meta(write_meta(meta)) == meta


def test_half_a_link_is_no_link() -> None:
    assert read_meta(write_meta(Meta(incident=42, link="https://acme.test/" + "x" * 3000))) == Meta(incident=42)


def test_words_too_long_for_metadata_are_shortened_and_ids_kept() -> None:
    written = write_meta(Meta(incident=42, words="é" * 3000))
    assert len(written) <= METADATA_LIMIT
    assert read_meta(written).incident == 42
    assert read_meta(written).words.startswith("éééé")


@given(
    st.text()
    | st.sampled_from(
        ["[]", "1", '{"incident": "x", "role": 3, "epoch": true, "updates": ["1"], "new": 1}', "{", "[" * 2900]
    )
)
def test_damaged_metadata_counts_as_not_given(written: str) -> None:
    assert read_meta(written) == Meta()


@given(st.integers(0, 10**12), st.none() | st.integers(0, 99), st.none() | st.integers(0, 9))
def test_a_page_button_names_page_epoch_and_tier(page: int, epoch: int | None, tier: int | None) -> None:
    ref = PageRef(page=page, epoch=epoch, tier=tier)
    assert read_page_ref(write_page_ref(ref)) == ref


@given(st.text(alphabet="ab:-²٣", max_size=20))
def test_a_button_that_names_no_page_is_told_apart(value: str) -> None:
    assert read_page_ref(value) is None


def test_an_incident_button_names_what_it_is_about() -> None:
    assert read_about(write_about(42, "comms")) == (42, "comms")
    assert read_about(write_about(42)) == (42, "")
    assert read_about("comms") == (None, "comms")
