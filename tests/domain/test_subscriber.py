"""Who may be told, and where: addresses that lead inside are refused, and nobody is told before they said so twice."""

from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Refusal
from bot.domain.subscriber import Means, Standing, asked, confirmed, delivered, failed, read_address
from bot.domain.webhook import may_be_posted_to, webhook_address
from tests.domain.lives import NOW

KEY = b"a key"
HOUR = timedelta(hours=1)
INSIDE = (
    *("127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),  # noqa: S104
    *("224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1"),
    *(
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2001:0:1::",
        "ff02::1",
    ),
    *("localhost", "", "8.8.8.8.8"),
)


@pytest.mark.parametrize("address", INSIDE)
def test_what_leads_inside_is_never_posted_to(address: str) -> None:
    assert not may_be_posted_to(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111"])
def test_addresses_of_the_whole_world_are(address: str) -> None:
    assert may_be_posted_to(address)


@given(st.ip_addresses())
def test_no_private_address_passes(address: IPv4Address | IPv6Address) -> None:
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        assert not may_be_posted_to(str(address))


@pytest.mark.parametrize(
    "typed", ["https://example.com/hook", " https://example.com:8443/a?b=c ", "https://8.8.8.8/", "https://example.com"]
)
def test_an_https_address_of_the_world_is_taken(typed: str) -> None:
    assert webhook_address(typed, local=False) == typed.strip()


WRONG = (
    *("http://example.com/hook", "https://127.0.0.1/", "https://[::1]/", "https://localhost/", "https://intranet/"),
    *(
        "https://user:pw@example.com/",
        "https://example.com/#x",
        "https://exa mple.com/",
        "https://example.com/\r\nX: y",
    ),
    *(
        "https://x.internal/",
        "https://169.254.169.254/latest",
        "file:///etc/passwd",
        "ftp://example.com/",
        "",
        "https://",
    ),
    *("https://example.com/" + "a" * 500, "https://[::ffff:10.0.0.1]/", "https://example.com\\@10.0.0.1/"),
)


@pytest.mark.parametrize("typed", WRONG)
def test_any_other_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(Refusal, match=r"\.$"):
        webhook_address(typed, local=False)


def test_where_all_is_a_stand_in_this_machine_may_be_posted_to() -> None:
    assert webhook_address("http://127.0.0.1:9000/hook", local=True)


@given(st.text())
def test_whatever_is_typed_is_an_address_or_refused(typed: str) -> None:
    for means in Means:
        try:
            assert read_address(means, typed, local=False).isprintable()
        except Refusal:
            continue


def test_an_address_is_told_once_it_said_so_twice_and_keeps_its_page() -> None:
    new = asked(None, Means.EMAIL, "kim@customer.test", KEY, NOW)
    assert (new.standing, len(new.token)) == (Standing.PENDING, 40)
    assert asked(None, Means.EMAIL, "kim@customer.test", b"another", NOW).token != new.token
    known = confirmed(new, NOW + HOUR)
    assert (known.standing, known.confirmed_at) == (Standing.CONFIRMED, NOW + HOUR)
    assert asked(known, Means.EMAIL, known.address, KEY, NOW + 2 * HOUR) == known
    bounced = failed(known, "550", for_good=True)
    again = asked(bounced, Means.EMAIL, known.address, KEY, NOW + 2 * HOUR)
    assert (bounced.standing, again.standing, again.token) == (Standing.DISABLED, Standing.PENDING, new.token)


def test_three_failures_in_a_row_disable_and_one_success_forgets_them() -> None:
    known = confirmed(asked(None, Means.WEBHOOK, "https://x.test/", KEY, NOW), NOW)
    twice = failed(failed(known, "500", for_good=False), "500", for_good=False)
    assert twice.standing is Standing.CONFIRMED
    assert failed(twice, "500", for_good=False).standing is Standing.DISABLED
    assert failed(delivered(twice), "500", for_good=False).standing is Standing.CONFIRMED
