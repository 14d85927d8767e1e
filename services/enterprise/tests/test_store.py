"""Enterprise's answers against its contract, its tables against its migrations, and its races on PostgreSQL."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from enterprise_cases import AUTOMATIC, FIRM, MANUAL, POINT, PROFILE, SITE, SULPHUR, add_item, add_point, permit, points, receive
from sqlalchemy import MetaData, create_engine

from selfmon_enterprise.service import definition
from selfmon_enterprise.tables import read
from selfmon_shared.contracts.contract import flatten
from selfmon_shared.contracts.enterprise import PROVIDER
from selfmon_shared.kernel.errors import Refusal
from selfmon_shared.testing.postgres import ServiceDatabase
from selfmon_shared.testing.service import ServiceUnderTest, running


def fill(enterprise: ServiceUnderTest) -> None:
    dust = {**SULPHUR, "key": "r2", "pollutant": "颗粒物", "pollutant_code": "a34013", "facility": "manual", "limit_text": None}
    receive(enterprise, permit(requirements=[SULPHUR, dust]))
    enterprise.command("confirm-permit", {"discharger_id": SITE, "is_mine": True}, FIRM)
    enterprise.command("revise-profile", PROFILE, FIRM)
    point_id = add_point(enterprise)
    for form in (AUTOMATIC, MANUAL):
        add_item(enterprise, point_id, form)
    enterprise.command("assign-logger", {"point_id": point_id, "mn": "8810202XM00001"}, FIRM)
    enterprise.command("match-points", {"discharger_id": SITE, "permit_point": "DA001", "point_id": point_id}, FIRM)
    enterprise.command("revise-diagram", {"discharger_id": SITE, "upload": "0" * 64, "filename": "图.png"}, FIRM)
    enterprise.run_tasks()
    receive(enterprise, permit(2))


@pytest.mark.parametrize("name", [query.name for query in PROVIDER.queries])
def test_every_answer_has_the_form_of_its_contract(enterprise: ServiceUnderTest, name: str) -> None:
    fill(enterprise)
    query = PROVIDER.query(name)
    known = {"discharger_id": SITE, "point_id": points(enterprise)[0]["point_id"], "mn": "8810202XM00001"}
    asked = {field: known[field] for field in query.schema().fields if field in known}
    answer = enterprise.query(name, asked, FIRM)
    view = query.view(many=query.many)
    problems: Any = view.validate(answer)
    assert flatten(problems) == {}
    for one in answer if query.many else [answer]:
        assert set(one) == set(view.fields)


def test_migrations_make_the_tables_that_the_projections_write(enterprise: ServiceUnderTest) -> None:
    made, wanted = MetaData(), MetaData()
    made.reflect(enterprise.application.database.engine, only=list(read.tables))
    engine = create_engine("sqlite://")
    read.create_all(engine)
    wanted.reflect(engine)
    engine.dispose()
    assert described(made) == described(wanted)


def described(tables: MetaData) -> dict[str, Any]:
    return {
        name: (
            [(column.name, str(column.type), column.nullable, column.primary_key) for column in table.columns],
            sorted((str(index.name), index.unique, [column.name for column in index.columns]) for index in table.indexes),
        )
        for name, table in tables.tables.items()
    }


@pytest.fixture
def on_postgres(tmp_path: Path, service_database: ServiceDatabase) -> Iterator[ServiceUnderTest]:
    urls = {"DATABASE_URL": service_database.app_url, "OWNER_DATABASE_URL": service_database.owner_url}
    with running(definition, tmp_path, urls) as service:
        yield service


def at_once(enterprise: ServiceUnderTest, name: str, payloads: list[dict[str, Any]]) -> list[str]:
    """Run commands at the same moment; answers the ids, or the codes of refusals."""
    together = threading.Barrier(len(payloads))

    def run(payload: dict[str, Any]) -> str:
        together.wait(timeout=30)
        try:
            return str(enterprise.command(name, payload, FIRM)["id"])
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(len(payloads)) as pool:
        return list(pool.map(run, payloads))


@pytest.mark.postgres
def test_E5_of_two_points_with_one_code_at_the_same_moment_one_is_refused(on_postgres: ServiceUnderTest) -> None:
    fill(on_postgres)
    outcomes = at_once(on_postgres, "add-point", [{**POINT, "code": "FQ-09"}] * 4)
    assert outcomes.count("point.code-taken") == 3
    assert [point["code"] for point in on_postgres.query("points", {"discharger_id": SITE}, FIRM)] == ["FQ-01", "FQ-09"]
    assert on_postgres.rebuild_differences() == []


@pytest.mark.postgres
def test_N4_sites_opened_at_the_same_moment_get_ids_of_their_own(on_postgres: ServiceUnderTest) -> None:
    sites = [{"name": f"南京示例印染有限公司{number}厂", "region": "320102"} for number in range(3)]
    assert sorted(at_once(on_postgres, "open-site", sites)) == [f"{SITE[:18]}{number:03}" for number in (1, 2, 3)]
    assert {row["name"] for row in on_postgres.query("dischargers", {}, FIRM)["rows"]} == {site["name"] for site in sites}
