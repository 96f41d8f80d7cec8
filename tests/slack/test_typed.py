"""What people type, read from Slack's events: the words as they were typed, and nothing of anybody else's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.typed import What, as_typed, mentioned, read_typed

MESSAGE: dict[str, object] = {
    "type": "message",
    "channel": "C1",
    "channel_type": "channel",
    "user": "UEVE",
    "text": "Is the EU hit?",
    "ts": "1.0",
}


def test_a_persons_message_is_read_with_its_thread() -> None:
    said = read_typed(MESSAGE | {"thread_ts": "0.5"})
    assert said is not None
    assert (said.what, said.channel, said.ts, said.user, said.thread) == (What.SAID, "C1", "1.0", "UEVE", "0.5")
    root = read_typed(MESSAGE | {"thread_ts": "1.0"})
    assert root is not None
    assert root.thread == "", "a message with replies is not a reply to itself"


@pytest.mark.parametrize("subtype", ["thread_broadcast", "file_share", "me_message"])
def test_what_a_person_says_in_other_ways_is_read_too(subtype: str) -> None:
    assert read_typed(MESSAGE | {"subtype": subtype}) is not None


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B1"},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
        {"subtype": "channel_topic"},
        {"user": ""},
        {"channel": ""},
        {"subtype": "message_changed", "message": {"user": "U0", "bot_id": "B1", "ts": "1.0"}},
        {"subtype": "message_deleted", "deleted_ts": "1.0", "previous_message": {"bot_id": "B1", "user": "U0"}},
        {"subtype": "message_deleted"},
        {"subtype": "message_changed", "message": "no object"},
    ],
)
def test_what_no_person_wrote_is_left_alone(more: dict[str, object]) -> None:
    assert read_typed(MESSAGE | more) is None


def test_a_changed_and_a_deleted_message_are_known_by_the_first_ones_time() -> None:
    old = {"user": "UEVE", "ts": "1.0", "text": "Is it?"}
    changed = read_typed(
        {"channel": "C1", "ts": "2.0", "subtype": "message_changed", "message": old | {"text": "It is"}}
    )
    deleted = read_typed(
        {"channel": "C1", "ts": "2.0", "subtype": "message_deleted", "deleted_ts": "1.0", "previous_message": old}
    )
    buried = read_typed(
        {
            "channel": "C1",
            "ts": "2.0",
            "subtype": "message_changed",
            "message": {"subtype": "tombstone", "user": "USLACKBOT", "ts": "1.0"},
            "previous_message": old,
        }
    )
    assert changed is not None
    assert (changed.what, changed.ts, changed.text) == (What.CHANGED, "1.0", "It is")
    assert deleted == buried, "a deleted message with replies leaves a stone"
    assert deleted is not None
    assert (deleted.what, deleted.ts) == (What.DELETED, "1.0")


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("a &lt; b &amp;amp; c", "a < b &amp; c"),
        ("<!channel> and <!here>", "@channel and @here"),
        ("<!subteam^S1|@support> <#C1|general>", "@support #general"),
        ("<@UEVE> and <@ULEON|leon> and <@UNO>", "@Eve Stone and @leon and @UNO"),
        (
            "<https://a.test|here> <https://b.test> <mailto:a@b.test|a@b.test>",
            "here (https://a.test) https://b.test a@b.test",
        ),
        ("&lt;!channel&gt;", "<!channel>"),
        ("<!date^1^{date}|then>", "then"),
    ],
)
def test_slacks_notation_becomes_what_was_typed(sent: str, typed: str) -> None:
    assert as_typed(sent, {"UEVE": "Eve Stone"}) == typed


def test_people_who_are_mentioned_are_known_by_their_ids() -> None:
    assert mentioned("<@U1> <!here> <@U2|x> &lt;@U3&gt;") == ("U1", "U2")


@given(st.text(alphabet=st.sampled_from("<>&;@#!|^aU1 ltgmp"), max_size=60))
def test_any_text_is_read(text: str) -> None:
    as_typed(text)
    assert all(user and "<" not in user for user in mentioned(text) if user)
