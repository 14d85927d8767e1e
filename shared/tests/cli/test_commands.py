"""The ``selfmon`` commands on real stores: those of review and of the gateway."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert, update

from selfmon_review.tables import officers
from selfmon_shared import cli
from selfmon_shared.application.application import Application, Call
from selfmon_shared.application.definition import ServiceDefinition
from selfmon_shared.application.discovery import definition_of, definitions
from selfmon_shared.application.settings import Settings
from selfmon_shared.eventstore import following
from selfmon_shared.eventstore.tables import events, outbox
from selfmon_shared.kernel.codec import canonical_json
from selfmon_shared.kernel.contract import Message
from selfmon_shared.testing.service import OPERATOR

DISCHARGER = {
    "discharger_id": "91320102MA1TESTX0G001", "version": 1, "uscc": "91320102MA1TESTX0G", "permit_number": None, "permit_state": "none",
    "permit_check": "open", "bureau": "示例生态环境局", "industry_name": "", "complete": False, "name": "示例企业", "region": "320102",
    "longitude": None, "latitude": None,
}  # fmt: skip


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of the commands."""
    for name in ("DATABASE_URL", "OWNER_DATABASE_URL", "CLOCK_OFFSET_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SELFMON_DATA", str(tmp_path))
    monkeypatch.setattr(cli, "configure_logging", lambda *_: None)  # the test process keeps its own logging
    return tmp_path


def selfmon(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, list(arguments), catch_exceptions=False)


def done(*arguments: str) -> str:
    result = selfmon(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def application_of(definition: ServiceDefinition) -> Application:
    return Application(definition, Settings.read(definition.name))


@pytest.fixture
def review() -> Iterator[Application]:
    """A migrated review with two officers."""
    assert done("migrate", "review") == "review: revision 0003\n"
    application = application_of(definition_of("review"))
    for number in range(2):
        payload = {"officer_id": f"o{number}", "region": "320102", "name": "示例科员"}
        application.execute("enrol-officer", payload, Call(OPERATOR, "c", f"k{number}"))
    yield application
    application.close()


def test_help_lists_the_commands_of_every_distribution() -> None:
    listed = done("--help")
    for command in ("serve", "migrate", "rebuild", "verify-chain", "parked", "reconcile", "catalogue", "run-embedded"):
        assert command in listed
    assert "--demo" in done("run-embedded", "--help"), "a command that another distribution brings"


def test_a_service_that_is_not_installed_is_a_mistake_of_usage() -> None:
    result = selfmon("migrate", "nothing")
    assert result.exit_code == 2
    assert "no service 'nothing' is installed" in result.output


def test_migrate_brings_every_store_to_its_newest_revision() -> None:
    lines = done("migrate").splitlines()
    assert [line.split(":")[0] for line in lines] == sorted(definitions())
    assert done("migrate").splitlines() == lines


def test_rebuild_makes_read_tables_anew_and_check_compares(review: Application) -> None:
    assert done("rebuild", "review") == "review: 2 events projected\n"
    assert done("rebuild", "review", "--check") == "review: read tables equal the rebuilt ones\n"
    with review.database.writing() as connection:
        connection.execute(update(officers).values(region="320999"))
    result = selfmon("rebuild", "review", "--check")
    assert result.exit_code == 1
    assert "320999" in result.output
    assert done("rebuild", "review") == "review: 2 events projected\n"
    assert done("rebuild", "review", "--check") == "review: read tables equal the rebuilt ones\n"


def test_rebuild_all_goes_through_every_service(review: Application) -> None:
    done("migrate")
    lines = done("rebuild", "all", "--check").splitlines()
    assert len(lines) == len(definitions())


def test_verify_chain_passes_and_names_the_place_that_was_altered(review: Application) -> None:
    done("migrate")
    assert done("verify-chain").count("chain whole, sealed up to 0") == len(definitions())
    with review.database.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER events_no_update")
        connection.execute(update(events).where(events.c.position == 2).values(payload="{}"))
    result = selfmon("verify-chain", "review")
    assert result.exit_code == 1
    assert "review: position 2: event altered (review.officer-enrolled, stream officer-o1, version 1)" in result.output


def a_message(position: int, version: int = 1, key: str = "91320102MA1TESTX0G001", event_id: str | None = None) -> Message:
    return Message(
        "enterprise", position, event_id or str(uuid.uuid4()), "EnterpriseRevised", version, key, DISCHARGER, datetime.now(UTC), "test"
    )


def follow(review: Application, *messages: Message) -> None:
    (chosen,) = (each for each in review.definition.follows if each.source == "enterprise")
    for message in messages:
        assert review.apply(chosen, review.cursor(chosen), message) is not None


def test_parked_messages_are_listed_replayed_and_discarded(review: Application) -> None:
    assert done("parked", "list", "review") == ""
    follow(review, a_message(1, version=9), a_message(2), a_message(3, key="91320102MA1TESTX0G002"))
    first, second = done("parked", "list", "review").splitlines()
    assert first.startswith("review: enterprise:1 EnterpriseRevised 91320102MA1TESTX0G001: version 9 of EnterpriseRevised is newer")
    assert second == "review: enterprise:2 EnterpriseRevised 91320102MA1TESTX0G001: waits behind an earlier one of its key"

    stuck = selfmon("parked", "replay", "review")
    assert stuck.exit_code == 1
    assert "review: 0 applied, then: ValueError: version 9 of EnterpriseRevised" in stuck.output
    assert done("parked", "replay", "review", "--source", "plan") == "review: 0 applied\n"
    assert done("parked", "discard", "review", "enterprise:1") == "review: enterprise:1 discarded\n"
    assert done("parked", "replay", "review", "--key", "91320102MA1TESTX0G001") == "review: 1 applied\n"
    assert done("parked", "list", "review") == ""


@pytest.mark.parametrize(
    ("place", "code", "said"), [("enterprise", 2, "PLACE is source:position"), ("enterprise:7", 1, "nothing is parked")]
)
def test_a_place_where_nothing_is_parked_is_told(review: Application, place: str, code: int, said: str) -> None:
    result = selfmon("parked", "discard", "review", place)
    assert result.exit_code == code
    assert said in result.output


def publish(database: Any, *messages: Message) -> None:
    """Write messages into a source's published log."""
    with database.writing() as connection:
        rows = [{**vars(message), "payload": canonical_json(dict(message.payload))} for message in messages]
        connection.execute(insert(outbox), rows)


def test_reconcile_shows_both_sides_and_resumes_from_the_last_common_message(review: Application) -> None:
    done("migrate", "enterprise")
    source = application_of(definition_of("enterprise"))
    common, lost, new = a_message(1), a_message(2), [a_message(2), a_message(3)]
    follow(review, common, lost)
    publish(source.database, common, *new)

    shown = done("reconcile", "enterprise", "--service", "review").splitlines()
    assert shown == [
        "review: following, cursor 2, last common message 1",
        f"  only the consumer has  enterprise:2 EnterpriseRevised {lost.key} {lost.event_id}",
        *(f"  only the source has    enterprise:{m.position} EnterpriseRevised {m.key} {m.event_id}" for m in new),
    ]
    (chosen,) = (each for each in review.definition.follows if each.source == "enterprise")
    assert "follows on" not in done("reconcile", "enterprise", "--service", "review", "--resume"), "only what is forked is resumed"
    review.fork_noticed(review.cursor(chosen))
    assert done("reconcile", "enterprise", "--service", "review").startswith("review: FORKED, cursor 2")
    assert done("reconcile", "enterprise", "--service", "review", "--resume").endswith("review: follows on from 1\n")
    cursor = review.cursor(chosen)
    assert (cursor.position, cursor.event_id, cursor.forked_at) == (1, common.event_id, None)
    with review.database.reading() as connection:
        assert [row.position for row in following.journal(connection, "review", "enterprise")] == [1]
    source.close()


def test_reconcile_with_nothing_in_common_begins_at_the_beginning(review: Application) -> None:
    done("migrate", "enterprise")
    follow(review, a_message(1))
    assert "review: following, cursor 1, last common message 0" in done("reconcile", "enterprise", "--service", "review")


def test_catalogue_writes_the_page_of_contract_events(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(data)
    assert done("catalogue") == "docs/events.md\n"
    assert "PlanSubmitted" in (data / "docs" / "events.md").read_text(encoding="utf-8")


def test_serve_hands_a_process_of_another_distribution_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    result = CliRunner().invoke(cli.main, ["serve", "gateway-web"], env={"AMQP_URI": "inproc://local"})
    assert isinstance(result.exception, ValueError)
    assert "AMQP_URI must name a RabbitMQ broker" in str(result.exception)
