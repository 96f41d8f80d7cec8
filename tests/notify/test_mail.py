"""Mail over SMTP, against a real server on this machine: taken once, refused for good, down, silent, over TLS."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.delivery import Carrier
from bot.domain.effects import Outgoing
from bot.domain.errors import Refusal
from bot.domain.mail import SendMail, mail_address
from bot.domain.outgoing import send_mail
from bot.notify.examining_mail import examine_mail
from bot.notify.mail import MailPerformer, composed
from bot.notify.server import MailServer, mail_server
from bot.services.diagnosis import Level
from bot.services.outbox import Outbox
from bot.services.performing import Performers
from tests.fakes.mailbox import Mailbox
from tests.fakes.waiting import until
from tests.services.engine import Engine, an_engine, to_room
from tests.store.samples import NOW

TEXT = "Zahlungen schlagen fehl – wir sind dran."
FROM = "Tocsin <tocsin@acme.test>"


@dataclass(slots=True, kw_only=True)
class Office:
    """An engine with its two lanes, and the mail server."""

    engine: Engine
    mailbox: Mailbox
    mails: Outbox
    performer: MailPerformer

    async def mailed(self, seconds: float = 0) -> None:
        self.engine.clock.advance(seconds)
        await self.mails.drain()


@asynccontextmanager
async def an_office(
    folder: Path, mailbox: Mailbox, server: MailServer | None, patience: float
) -> AsyncIterator[Office]:
    async with an_engine(folder) as engine:
        performer = MailPerformer(server, engine.clock, patience)
        carriers = Performers(engine.slack, {SendMail: performer})
        mails = Outbox(engine.desk, carriers, asyncio.Event(), lane=Carrier.MAIL)
        yield Office(engine=engine, mailbox=mailbox, mails=mails, performer=performer)
        await mailbox.stop()


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    mailbox = await Mailbox().start()
    async with an_office(tmp_path, mailbox, mail_server(mailbox.url, FROM), patience=0.5) as office:
        yield office


def a_mail(to: str = "vic@acme.test", **over: object) -> Outgoing:
    mail = SendMail(to=to, subject="INC-1: Customers cannot place orders", text=TEXT, incident=1)
    return send_mail("inc:1:declared", replace(mail, **over), NOW)  # type: ignore[arg-type]


async def test_a_mail_arrives_as_it_was_written(office: Office) -> None:
    unsubscribe = f"<https://status.acme.test/unsubscribe?token={'x' * 120}>"
    await office.engine.put(a_mail(headers=(("List-Unsubscribe", unsubscribe),)))
    await office.mailed()
    (mail,) = office.mailbox.to("vic@acme.test")
    assert (mail["From"], mail["To"]) == (FROM, "vic@acme.test")
    assert mail["Subject"] == "INC-1: Customers cannot place orders"
    assert mail["List-Unsubscribe"] == unsubscribe
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == NOW
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().strip() == TEXT
    assert office.performer.says() == "the last mail was taken"


async def test_an_address_that_bounces_is_on_record_before_somebodys_eyes_and_not_tried_again(office: Office) -> None:
    office.mailbox.answers["gone@acme.test"] += ["550 no such <!channel> user"] * 9
    office.mailbox.answers["left@acme.test"] += ["550 no such user"] * 9
    await office.engine.put(a_mail("gone@acme.test"), a_mail("left@acme.test"), a_mail("not an address"), a_mail())
    await office.mailed()
    await office.mailed(3600)
    await office.engine.run()

    assert office.mailbox.asked == 3
    assert len(office.mailbox.to("vic@acme.test")) == 1
    assert sorted(await office.engine.record()) == [
        "trouble:send_mail:550:gone@acme.test",
        "trouble:send_mail:550:left@acme.test",
        "trouble:send_mail:bad address:not an address",
    ]
    assert office.engine.slack.performed == [f"inc:1:dm:U1:trouble:send_mail:{each}" for each in ("bad address", "550")]


async def test_a_server_that_is_down_or_asks_to_wait_is_asked_again_ever_later(office: Office) -> None:
    office.mailbox.answers["vic@acme.test"].append("451 greylisted, come back later")
    await office.mailbox.stop()
    await office.engine.put(a_mail())
    await office.mailed()
    assert "trouble" in office.performer.says()
    await office.mailbox.start()
    await office.mailed(4)
    assert office.mailbox.asked == 0
    await office.mailed(1)
    assert "greylisted" in office.performer.says()
    await office.mailed(14)
    assert office.mailbox.arrived == []
    await office.mailed(1)
    await office.mailed(3600)
    assert len(office.mailbox.to("vic@acme.test")) == 1
    assert await office.engine.record() == []


async def test_a_server_that_never_comes_back_is_given_up_after_a_day_on_record(office: Office) -> None:
    await office.mailbox.stop()
    await office.engine.put(a_mail())
    await office.mailed()
    await office.mailed(24 * 3600)
    assert await office.engine.record() == ["trouble:send_mail:too late:vic@acme.test"]


async def test_a_server_that_hangs_holds_only_a_few_mails_and_nothing_of_slack(office: Office) -> None:
    office.mailbox.hold = asyncio.Event()
    await office.engine.put(*(a_mail(f"p{number}@acme.test") for number in range(9)), to_room("line"))
    mailing = asyncio.create_task(office.mailed())
    await until(lambda: office.mailbox.asked == 4)
    await office.engine.run()
    assert office.engine.slack.performed == ["line"]
    office.mailbox.hold.set()
    await mailing
    await office.mailed(60)
    assert office.mailbox.most_at_once == 4
    assert len(office.mailbox.arrived) == 9


async def test_a_mail_whose_answer_was_lost_goes_again_under_the_same_message_id_ever_later(office: Office) -> None:
    office.mailbox.hold_after = asyncio.Event()
    await office.engine.put(a_mail())
    await office.mailed()
    await office.mailed(5)
    assert len(office.mailbox.arrived) == 2
    await office.mailed(14)
    assert len(office.mailbox.arrived) == 2
    office.mailbox.hold_after.set()
    await office.mailed(1)
    await office.mailed(3600)
    first, *others = office.mailbox.to("vic@acme.test")
    assert len(others) == 2
    assert {mail["Message-ID"] for mail in others} == {first["Message-ID"]}
    assert first["Message-ID"].endswith("@acme.test>")


async def test_a_password_is_said_over_tls_alone(tmp_path: Path) -> None:
    here = await Mailbox(tls=True, login=("tocsin", "p@ss")).start()
    elsewhere = await Mailbox(host="127.0.0.2", login=("tocsin", "p@ss")).start()
    inside, outside = (mail_server(each.url.replace("://", "://tocsin:p%40ss@"), FROM) for each in (here, elsewhere))
    assert "p@ss" not in repr(inside)
    async with an_office(tmp_path, here, inside, patience=2) as office:
        await office.engine.put(a_mail())
        await office.mailed()
        assert here.secure == [True]
        performer = MailPerformer(outside, office.engine.clock)
        await office.engine.put(a_mail("dana@acme.test"))
        await Outbox(office.engine.desk, performer, asyncio.Event(), lane=Carrier.MAIL).drain()
        assert "STARTTLS" in performer.says()
    assert elsewhere.asked == 0
    await elsewhere.stop()


async def test_the_doctor_says_whether_the_server_would_take_mail() -> None:
    here = await Mailbox(tls=True, login=("tocsin", "p@ss")).start()
    right = mail_server(here.url.replace("://", "://tocsin:p%40ss@"), FROM)
    found = [await examine_mail(each, ("executives",)) for each in (right, replace(right, password="wrong"), None)]
    await here.stop()
    found.append(await examine_mail(right, ()))
    assert [each.level for each in found if each] == [Level.OK, Level.FAIL, Level.WARN, Level.FAIL]
    assert "executives" in str(found[2])
    assert await examine_mail(None, ()) is None
    assert here.arrived == []


async def test_without_a_server_a_mail_is_refused_and_the_refusal_says_why(tmp_path: Path) -> None:
    async with an_office(tmp_path, Mailbox(), None, patience=1) as office:
        await office.engine.put(a_mail())
        await office.mailed()
        assert await office.engine.record() == ["trouble:send_mail:no mail server:vic@acme.test"]
        assert office.performer.says() == "SMTP_URL is not set: no mail is sent"


@given(subject=st.text(), name=st.text(), value=st.text(), text=st.text())
def test_no_words_add_a_header_or_end_the_headers(subject: str, name: str, value: str, text: str) -> None:
    mail = SendMail(to="a@acme.test", subject=subject, text=text, headers=(("List-Unsubscribe", value),))
    raw = composed(mail, mail.to, "row", NOW, (name, "tocsin@acme.test"))
    read = message_from_bytes(raw, _class=EmailMessage, policy=default)
    known = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe", "MIME-Version"}
    assert set(read.keys()) == known | {"Content-Type", "Content-Transfer-Encoding"}
    assert len(read.keys()) == len(set(read.keys()))
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("name", ["Bcc", "to", "X-Bad\r\nBcc", "Two Words", ""])
def test_a_header_that_every_mail_has_or_none_can_have_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a header"):
        SendMail(to="a@acme.test", subject="s", text="t", headers=((name, "x"),))


BAD = (
    *("", "maya", "maya@", "@acme.test", "a@b@acme.test", "a b@acme.test", "a..b@acme.test", "a@-acme.test"),
    *("a@acme.test\r\nBcc: x@y.test", "a@acme.test, b@acme.test", "<a@acme.test>", "ä@acme.test", "a" * 65 + "@b.test"),
)


@pytest.mark.parametrize("bad", BAD)
def test_what_is_no_address_is_refused_in_a_sentence(bad: str) -> None:
    with pytest.raises(Refusal):
        mail_address(bad)
    assert mail_address(" maya+inc@acme.test ") == "maya+inc@acme.test"
