"""Contracts, the catalogue of events, and the catalogue of errors."""

from pathlib import Path

import pytest

from selfmon_shared.contracts.catalogue import render, write_catalogue
from selfmon_shared.contracts.contract import CommandContract, ContractEvent, Provider, QueryContract
from selfmon_shared.contracts.errors import GENERAL, ErrorCatalogue
from selfmon_shared.contracts.fields import Id, Record, Text
from selfmon_shared.contracts.providers import PROVIDERS, event_named
from selfmon_shared.kernel.errors import Conflict, Invalid, NotFound, Refusal


class Thing(Record):
    """A thing."""

    thing_id = Id(required=True)
    name = Text(required=True)
    secret = Text(load_default="")


EVENT = ContractEvent("ThingRevised", 2, Thing, "thing_id", "things", frozenset({"thing_id", "name"}), ("X1", "X2"))
PROVIDER = Provider(
    "things",
    commands=(CommandContract("revise", Thing, Thing, ("X1",)),),
    queries=(QueryContract("thing", Thing, Thing),),
    events=(EVENT,),
)
PAYLOAD = {"thing_id": "t1", "name": "示例", "secret": "s"}


def test_commands_and_queries_load_what_fits_and_tell_what_does_not() -> None:
    assert PROVIDER.command("revise").load({"thing_id": "t1", "name": " a "}) == {"thing_id": "t1", "name": "a", "secret": ""}
    assert PROVIDER.query("thing").load(PAYLOAD) == PAYLOAD
    for contract in (PROVIDER.command("revise"), PROVIDER.query("thing")):
        with pytest.raises(Invalid) as refused:
            contract.load({"name": "a"})
        assert refused.value.fields == {"thing_id": ["此项必填"]}


def test_an_announcement_that_breaks_its_contract_is_an_error_of_the_provider() -> None:
    EVENT.check(PAYLOAD)
    with pytest.raises(ValueError, match="ThingRevised breaks its contract: .*thing_id"):
        EVENT.check({"name": "a"})


def test_only_what_the_owner_calls_public_is_shown() -> None:
    assert EVENT.public_view(PAYLOAD) == {"name": "示例", "thing_id": "t1"}
    assert EVENT.public_view({"thing_id": "t1"}) == {"thing_id": "t1"}


def test_contracts_are_found_by_name() -> None:
    assert PROVIDER.event("ThingRevised") is EVENT
    assert event_named("PlanSubmitted") is PROVIDERS["plan"].event("PlanSubmitted")
    with pytest.raises(LookupError, match="NothingHappened"):
        event_named("NothingHappened")


def test_the_catalogue_page_lists_every_event_with_its_fields(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert write_catalogue([Provider("silent"), PROVIDER]) == "docs/events.md"
    page = (tmp_path / "docs" / "events.md").read_text(encoding="utf-8")
    assert page == render([PROVIDER])
    assert "\n## things\n" in page
    assert "| `ThingRevised` | 2 | things | thing_id | **thing_id**, **name**, secret | X1, X2 |" in page
    assert "silent" not in page


CATALOGUE = ErrorCatalogue({"thing.taken": "名称“{name}”已被使用", "thing.blank": "名称不能为空"})


def test_a_code_has_its_chinese_message_filled_with_what_happened() -> None:
    assert CATALOGUE.message(Conflict("thing.taken", name="示例")) == "名称“示例”已被使用"
    assert CATALOGUE.message(Conflict("thing.taken")) == "名称“…”已被使用"
    assert CATALOGUE.message(NotFound("discharger.unknown")) == GENERAL["discharger.unknown"]
    assert CATALOGUE.message(Refusal("thing.unlisted")) == "请求未能完成（thing.unlisted）"


def test_codes_of_fields_become_their_messages_and_messages_stay() -> None:
    refusal = Invalid("input.invalid", fields={"name": ["thing.blank", "不能超过 3 个字"]})
    assert CATALOGUE.field_messages(refusal) == {"name": ["名称不能为空", "不能超过 3 个字"]}


def test_a_code_is_listed_once() -> None:
    with pytest.raises(ValueError, match=r"listed twice: \['input\.invalid'\]"):
        ErrorCatalogue({"input.invalid": "又一次"})
