"""The same service on PostgreSQL, with several workers at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from data_cases import DISCHARGER, FIRM, SO2, SS, have_plan, hour_of, hourly, know_discharger, ledger_rows, local, manual, rows
from sqlalchemy import create_engine, inspect

from selfmon_data.service import definition
from selfmon_data.tables import read
from selfmon_shared.testing.postgres import ServiceDatabase
from selfmon_shared.testing.service import ServiceUnderTest, running

MARCH_1 = date(2026, 3, 1)


@pytest.mark.postgres
def test_D4_two_corrections_at_once_are_two_revisions(tmp_path: Path, service_database: ServiceDatabase) -> None:
    urls = {"DATABASE_URL": service_database.app_url, "OWNER_DATABASE_URL": service_database.owner_url}
    with running(definition, tmp_path, urls) as data:
        data.clock.move_to(local(2026, 3, 2, 9, 30))
        know_discharger(data)
        have_plan(data, local(2026, 3, 1))
        hours = [hour_of(MARCH_1, hour) for hour in range(10)]

        def enter(value: int) -> None:
            data.command("enter-hourly", hourly(*((SO2, hour, str(value)) for hour in hours)), FIRM)

        with ThreadPoolExecutor(4) as workers:
            list(workers.map(enter, range(8)))
        every = rows(data, MARCH_1, MARCH_1, revisions=True)
        assert len(every) == 80
        for hour in hours:
            revisions = sorted(row["revision"] for row in every if row["time"] == hour.isoformat().replace("+00:00", "Z"))
            assert revisions == list(range(1, 9))
        assert {row["revision"] for row in rows(data, MARCH_1, MARCH_1)} == {8}
        data.command("enter-manual", manual(SS, MARCH_1, "5.5"), FIRM)
        assert ledger_rows(data, "2026-03")[SO2]["monitored"] == 10
        data.clock.move(timedelta(minutes=1))
        data.run_tasks()
        assert data.announced("MonthFigures")[-1]["discharger_id"] == DISCHARGER
        assert data.rebuild_differences() == []


def test_migrated_tables_are_the_ones_that_the_code_knows(data: ServiceUnderTest) -> None:
    engine = create_engine(data.application.settings.database_url)
    try:
        migrated = inspect(engine)
        for table in read.sorted_tables:
            columns = {column["name"]: (str(column["type"]), column["nullable"]) for column in migrated.get_columns(table.name)}
            assert columns == {column.name: (str(column.type.compile(engine.dialect)), column.nullable) for column in table.columns}
            assert migrated.get_pk_constraint(table.name)["constrained_columns"] == list(table.primary_key.columns.keys())
            assert {index["name"] for index in migrated.get_indexes(table.name)} == {index.name for index in table.indexes}
    finally:
        engine.dispose()
