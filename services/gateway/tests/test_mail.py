"""Notices by mail, to a real mail server."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from gateway_platform import DISCHARGER, USCC, DirectClient, Platform
from mail_server import PostOffice
from sqlalchemy import func, select

from selfmon_gateway.app import create_app
from selfmon_gateway.auth.accounts import Accounts
from selfmon_gateway.bootstrap import define
from selfmon_gateway.inbox import handlers as inbox
from selfmon_gateway.mail import choices
from selfmon_gateway.mail import handlers as mail
from selfmon_gateway.mail.letters import AddressInvalid, Letter
from selfmon_gateway.mail.server import MailRefused, MailServer, MailServerAway, is_address
from selfmon_gateway.tables import accounts
from selfmon_shared.application import tasks
from selfmon_shared.application.settings import Settings
from selfmon_shared.contracts.providers import event_named
from selfmon_shared.eventstore import rebuilding, taskstore
from selfmon_shared.eventstore.feed import Page, page_to_data
from selfmon_shared.eventstore.tables import tasks as task_table
from selfmon_shared.kernel.actor import Realm
from selfmon_shared.kernel.contract import Message
from selfmon_shared.messaging.followers import Follower
from selfmon_shared.testing.service import running

CLERK, OFFICER = "clerk@firm.example.cn", "officer@bureau.example.cn"
RETURNED = {"submission_id": "s1", "subject_id": "p1", "discharger_id": DISCHARGER, "reason": "请致电 13800000000"}
SUBMITTED = {"submission_id": "s1", "plan_id": "p1", "discharger_id": DISCHARGER, "title": "监测方案", "version": 1}


@pytest.fixture
def post() -> Iterator[PostOffice]:
    office = PostOffice()
    office.open()
    yield office
    office.close()


@pytest.fixture
def mailing(folder: Path, post: PostOffice) -> Iterator[Platform]:
    """A gateway with a mail server, a firm's clerk and an officer who have signed on before."""
    environment = {"SELFMON_DATA": str(folder), "SIGN_ON": "development", **post.settings}
    with running(define(environment), folder, post.settings) as gateway:
        app = create_app({**environment, **gateway.clock.environment}, DirectClient(folder))
        platform = Platform(app, DirectClient(folder), gateway, gateway, folder)
        account(platform, "enterprise", "clerk", CLERK, uscc=USCC)
        account(platform, "epb", "officer", OFFICER, region="320102")
        gateway.receive(
            "enterprise",
            "EnterpriseRevised",
            DISCHARGER,
            {"discharger_id": DISCHARGER, "name": "江苏示例热电有限公司", "region": "320102"},
            consumer=inbox.CONSUMER,
        )
        yield platform
        app.extensions["selfmon_gateway"].database.dispose()


def account(platform: Platform, realm: str, person_id: str, email: str | None, **more: Any) -> None:
    now = platform.gateway.clock.now()
    row = {"realm": realm, "person_id": person_id, "name": "示例", "unit": "示例", "email": email, "first_on": now, "last_on": now, **more}
    with platform.gateway.application.database.writing() as connection:
        connection.execute(accounts.insert(), row)


def tell(platform: Platform, name: str, payload: dict[str, Any]) -> Message:
    return platform.gateway.receive(event_named(name).source, name, str(uuid.uuid4()), payload, consumer=mail.CONSUMER)


def mail_tasks(platform: Platform) -> list[tuple[str, int]]:
    with platform.gateway.application.database.reading() as connection:
        rows = connection.execute(select(task_table.c.state, task_table.c.attempts).order_by(task_table.c.id)).all()
    return [(row.state, row.attempts) for row in rows]


def choose(platform: Platform, person: str, **body: Any) -> Any:
    return platform.signed_on(person).send("PUT", "/preferences/mail", body)


def test_R4_a_returned_plan_is_mailed_to_the_enterprise_with_a_link_and_nothing_personal(mailing: Platform, post: PostOffice) -> None:
    message = tell(mailing, "PlanReturned", RETURNED)
    mailing.gateway.run_tasks()
    ((recipients, letter),) = post.mailbox.letters
    assert recipients == [CLERK]
    assert letter["Subject"] == "【自行监测】监测方案被退回：江苏示例热电有限公司"
    assert letter["From"] == "排污单位自行监测信息发布平台 <platform@example.cn>"
    assert letter["Message-ID"].startswith(f"<{message.event_id}.")
    assert letter["Auto-Submitted"] == "auto-generated"
    text = letter.get_content().replace("\r\n", "\n")
    assert f"https://monitor.example.cn/console/inbox?notice={message.event_id}\n" in text
    assert "排污单位：江苏示例热电有限公司\n" in text
    assert not [word for word in ("13800000000", "请致电", "示例办事员", "clerk") if word in text]


def test_R7_by_default_the_bureau_is_mailed_what_is_refused_and_nothing_else(mailing: Platform, post: PostOffice) -> None:
    account(mailing, "epb", "city", "city@bureau.example.cn", region="320100")
    tell(mailing, "PlanSubmitted", SUBMITTED)
    tell(mailing, "PlanTookEffect", SUBMITTED)
    refused = {"upload_id": "u1", "kind": "results", "discharger_id": DISCHARGER, "reason": "超出量程", "lines": []}
    tell(mailing, "UploadRefused", refused)
    tell(mailing, "UploadAcknowledged", refused)
    mailing.gateway.run_tasks()
    assert sorted(post.addresses) == [[CLERK], [OFFICER]]


def test_each_chooses_what_is_mailed_to_him_and_where(mailing: Platform, post: PostOffice) -> None:
    shown = mailing.signed_on("officer").get("/preferences/mail").json
    assert (shown["sending"], shown["address"]) == (True, None)
    assert {kind["kind"] for kind in shown["kinds"] if kind["on"]} == {"upload-refused"}
    assert "plan-returned" not in {kind["kind"] for kind in shown["kinds"]}
    chosen = choose(mailing, "officer", address="desk@bureau.example.cn", kinds={"plan-submitted": True})
    assert chosen.status_code == 200, chosen.text
    assert {kind["kind"] for kind in chosen.json["kinds"] if kind["on"]} == {"upload-refused", "plan-submitted"}
    choose(mailing, "clerk", kinds={"plan-returned": False})
    tell(mailing, "PlanSubmitted", SUBMITTED)
    tell(mailing, "PlanReturned", RETURNED)
    mailing.gateway.run_tasks()
    assert post.addresses == [["desk@bureau.example.cn"]]


def test_who_changes_his_mind_before_it_is_sent_gets_none(mailing: Platform, post: PostOffice) -> None:
    account(mailing, "enterprise", "second", CLERK, uscc=USCC)
    tell(mailing, "PlanReturned", RETURNED)
    choose(mailing, "clerk", kinds={"plan-returned": False})
    with mailing.gateway.application.database.writing() as connection:
        connection.execute(accounts.update().where(accounts.c.person_id == "second").values(email=None))
    mailing.gateway.run_tasks()
    assert post.addresses == []
    assert [state for state, _ in mail_tasks(mailing)] == ["done", "done"]


def test_who_has_no_address_or_has_long_been_away_gets_none(mailing: Platform, post: PostOffice) -> None:
    account(mailing, "enterprise", "nowhere", None, uscc=USCC)
    account(mailing, "enterprise", "other", "other@firm.example.cn", uscc="91320500MA0000000X")
    mailing.gateway.clock.move(timedelta(days=181))
    tell(mailing, "PlanReturned", RETURNED)
    assert mail_tasks(mailing) == []
    account(mailing, "enterprise", "new", "new@firm.example.cn", uscc=USCC)
    tell(mailing, "PlanReturned", RETURNED)
    mailing.gateway.run_tasks()
    assert post.addresses == [["new@firm.example.cn"]]


def test_an_outage_is_waited_out(mailing: Platform, post: PostOffice) -> None:
    post.close()
    tell(mailing, "PlanReturned", RETURNED)
    mailing.gateway.run_tasks()
    assert mail_tasks(mailing) == [("waiting", 1)]
    mailing.gateway.run_tasks()
    assert mail_tasks(mailing) == [("waiting", 1)]
    mailing.gateway.clock.move(timedelta(seconds=2))
    mailing.gateway.run_tasks()
    assert mail_tasks(mailing) == [("waiting", 2)]
    post.open()
    post.mailbox.answer = "451 try later"
    mailing.gateway.clock.move(timedelta(minutes=1))
    mailing.gateway.run_tasks()
    assert mail_tasks(mailing) == [("waiting", 3)]
    post.mailbox.answer = None
    mailing.gateway.clock.move(timedelta(minutes=1))
    mailing.gateway.run_tasks()
    assert (mail_tasks(mailing), post.addresses) == ([("done", 4)], [[CLERK]])


def test_an_outage_of_days_ends_in_the_inbox_alone(mailing: Platform, post: PostOffice) -> None:
    post.close()
    tell(mailing, "PlanReturned", RETURNED)
    mailing.gateway.run_tasks()
    mailing.gateway.clock.move(timedelta(days=4))
    post.open()
    mailing.gateway.run_tasks()
    assert (mail_tasks(mailing), post.addresses) == ([("done", 2)], [])


def test_what_the_server_will_never_take_is_not_tried_again(mailing: Platform, post: PostOffice, caplog: pytest.LogCaptureFixture) -> None:
    post.mailbox.answer = "550 no such user"
    tell(mailing, "PlanReturned", RETURNED)
    mailing.gateway.run_tasks()
    assert mail_tasks(mailing) == [("done", 1)]
    state = tasks.state_of(mailing.gateway.application, mail.SEND, newest_key(mailing))
    assert state is not None
    assert state["result"] == {"outcome": "refused", "reason": "recipient refused 550"}
    assert CLERK not in caplog.text


def newest_key(platform: Platform) -> str:
    with platform.gateway.application.database.reading() as connection:
        key: str = connection.execute(select(task_table.c.key).order_by(task_table.c.id.desc()).limit(1)).scalar_one()
    return key


def test_killed_and_begun_again_there_is_one_task_and_one_mail(mailing: Platform, post: PostOffice) -> None:
    message = tell(mailing, "PlanReturned", RETURNED)
    application = mailing.gateway.application
    # Killed before the sending: the lease runs out, and another process takes the task over.
    with application.database.writing() as connection:
        assert taskstore.claim(connection, [mail.SEND], mailing.gateway.clock.now(), timedelta(minutes=2)) is not None
    assert (mailing.gateway.run_tasks(), post.addresses) == (0, [])
    mailing.gateway.clock.move(timedelta(minutes=3))
    # Begun from an older copy: the event is followed again.
    rebuilding.rebuild(application.database, application.model)
    follow = next(one for one in application.definition.follows if one.source == message.source and one.consumer == mail.CONSUMER)
    assert application.apply(follow, application.cursor(follow), message) is not None
    mailing.gateway.run_tasks()
    assert (mail_tasks(mailing), post.addresses) == ([("done", 2)], [[CLERK]])


class OldSource:
    """A source with one event from before there was mail, and later another."""

    def __init__(self, messages: list[Message]) -> None:
        self.messages = messages

    def call(self, _container: str, request: Any, timeout: float = 10.0) -> Any:
        if request["kind"] == "head":
            return [self.messages[-1].position, self.messages[-1].event_id]
        later = [message for message in self.messages if message.position > request["after"]]
        return page_to_data(Page(later, self.messages[-1].position))

    def close(self) -> None:
        pass


def test_what_happened_before_there_was_mail_is_never_sent(mailing: Platform, post: PostOffice) -> None:
    application = mailing.gateway.application
    follow = next(one for one in application.definition.follows if one.source == "review" and one.consumer == mail.CONSUMER)
    assert follow.from_now
    now = mailing.gateway.clock.now()
    messages = [Message("review", n, str(uuid.uuid4()), "PlanReturned", 1, f"s{n}", RETURNED, now, "test") for n in (1, 2, 3)]
    source = OldSource(messages[:2])
    follower = Follower(application, follow, source)  # type: ignore[arg-type]
    assert follower.catch_up() == 0
    source.messages = messages
    assert follower.catch_up() == 1
    mailing.gateway.run_tasks()
    assert len(post.texts) == 1
    assert messages[2].event_id in post.texts[0]


def test_without_a_mail_server_nobody_follows_for_mail(platform: Platform) -> None:
    assert not [follow for follow in define({}).follows if follow.from_now]
    assert define({}).tasks == ()
    assert platform.signed_on("clerk").get("/preferences/mail").json["sending"] is False


BAD_ADDRESSES = [
    "a",
    "a@b",
    "a@b.cn,c@d.cn",
    "a@b.cn\r\nBcc: c@d.cn",
    "a b@c.cn",
    "<a@b.cn>",
    "a@b.cn\x00",
    "名@例.cn",
    "a@b..cn",
    f"{'a' * 65}@b.cn",
]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_an_address_that_is_none_or_carries_headers_is_refused_at_the_field(platform: Platform, address: str) -> None:
    refused = choose(platform, "clerk", address=address, kinds={})
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json["errors"]] == ["address"]


def test_only_kinds_that_a_person_can_be_told_are_chosen(platform: Platform) -> None:
    refused = choose(platform, "clerk", kinds={"plan-submitted": True, "none": True})
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json["errors"]] == ["kinds.none", "kinds.plan-submitted"]
    assert choose(platform, "clerk", kinds={"plan-returned": "perhaps"}).status_code == 422
    assert choose(platform, "clerk", kinds=[]).status_code == 422
    assert mailable(platform, "auditor") == []


def mailable(platform: Platform, person: str) -> list[Any]:
    found: list[Any] = platform.signed_on(person).get("/preferences/mail").json["kinds"]
    return found


def test_no_header_can_be_put_into_a_letter(platform: Platform) -> None:
    now = platform.gateway.clock.now()
    letter = Letter("e1", "退回\r\nBcc: c@d.cn", "示例\n公司\x07", now, "")
    message = letter.to("a@b.cn", "platform@example.cn", now)
    assert message["Bcc"] is None
    assert message["Subject"] == "【自行监测】退回 Bcc: c@d.cn：示例 公司"
    assert "请登录平台查看。" in message.get_content()
    with pytest.raises(AddressInvalid):
        letter.to("a@b.cn\r\nBcc: c@d.cn", "platform@example.cn", now)


def test_an_address_that_has_gone_bad_in_the_store_is_not_tried(mailing: Platform, post: PostOffice) -> None:
    tell(mailing, "PlanReturned", RETURNED)
    with mailing.gateway.application.database.writing() as connection:
        connection.execute(accounts.update().where(accounts.c.person_id == "clerk").values(email="a@b.cn\r\nBcc: c@d.cn"))
    mailing.gateway.run_tasks()
    assert (mail_tasks(mailing), post.addresses) == ([("done", 1)], [])


def test_a_persons_choice_is_erased_with_his_address(mailing: Platform) -> None:
    choose(mailing, "clerk", address="desk@firm.example.cn", kinds={})
    database = mailing.gateway.application.database
    assert Accounts(database, mailing.gateway.clock.now).erase(Realm.ENTERPRISE, "clerk") == 1
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(choices.choices)).scalar() == 0
    assert mailing.signed_on("clerk").get("/preferences/mail").json["address"] is None


def server(**settings: str) -> MailServer | None:
    return MailServer.of(Settings.read("gateway", {"SMTP_FROM": "platform@example.cn", **settings}))


def test_the_mail_server_follows_the_settings(tmp_path: Path) -> None:
    assert server() is None
    by_url = server(SMTP_URL="smtps://user%40a:p%2Fw@mail.example.cn")
    assert by_url is not None
    assert (by_url.host, by_url.port, by_url.tls, by_url.user, by_url.password) == ("mail.example.cn", 465, "tls", "user@a", "p/w")
    by_parts = server(SMTP_HOST="mail.example.cn", SMTP_USER="u", SMTP_PASSWORD_FILE=str(tmp_path / "password"))
    assert by_parts is not None
    assert (by_parts.host, by_parts.port, by_parts.tls) == ("mail.example.cn", 587, "starttls")
    wrong: list[dict[str, str]] = [
        {"SMTP_URL": "http://mail.example.cn"},
        {"SMTP_HOST": "mail.example.cn", "SMTP_TLS": "perhaps"},
        {"SMTP_HOST": "mail.example.cn", "SMTP_FROM": ""},
        {"SMTP_HOST": "mail.example.cn", "SMTP_FROM": "a@b.cn\nBcc: c@d.cn"},
        {"SMTP_HOST": "mail.example.cn", "SMTP_USER": "u", "SMTP_TLS": "none"},
        {"SMTP_HOST": "mail.example.cn", "SMTP_PORT": "many"},
    ]
    for settings in wrong:
        with pytest.raises(ValueError):
            server(**settings)
    assert is_address("first.last+tag@sub.example.cn")


def test_a_server_that_cannot_encrypt_or_log_in_is_away(post: PostOffice, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret\n")
    now = datetime.now(UTC)
    message = Letter("e1", "退回", "", now, "").to("a@b.cn", "platform@example.cn", now)
    url = f"smtp://127.0.0.1:{post.port}"
    for settings in (
        {"SMTP_URL": url},
        {"SMTP_URL": url, "SMTP_TLS": "tls"},
        {"SMTP_URL": url, "SMTP_TLS": "none", "SMTP_USER": "u", "SMTP_PASSWORD_FILE": str(tmp_path / "password")},
        {"SMTP_URL": url, "SMTP_TLS": "none", "SMTP_USER": "u", "SMTP_PASSWORD_FILE": str(tmp_path / "none")},
    ):
        made = server(**settings)
        assert made is not None
        with pytest.raises(MailServerAway):
            made.send(message)
    post.mailbox.answer = "550 no"
    plain = server(SMTP_URL=url, SMTP_TLS="none")
    assert plain is not None
    with pytest.raises(MailRefused):
        plain.send(message)
