"""The suite's two stores: SQLite and PostgreSQL pass the same tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from selfmon_shared.application.application import Application
from selfmon_shared.application.settings import Settings
from selfmon_shared.eventstore import migrating
from selfmon_shared.eventstore.database import Database
from selfmon_shared.testing.clock import MovableClock
from selfmon_shared.testing.tally import PACKAGE, tally

STORES = [pytest.param("sqlite", id="sqlite"), pytest.param("postgres", id="postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=STORES)
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """The owner's and the application's URL of an empty store."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'tally.sqlite'}"
        return url, url
    return tuple(request.getfixturevalue("service_database"))[:2]


@pytest.fixture
def clock(tmp_path: Path) -> MovableClock:
    return MovableClock(tmp_path / "clock")


@pytest.fixture
def application(urls: tuple[str, str], clock: MovableClock, tmp_path: Path) -> Iterator[Application]:
    """A migrated tally service that follows ``other``."""
    owner, app = urls
    role = None if owner == app else Database(app).url.username
    migrating.migrate(PACKAGE, owner, role)
    settings = Settings.read("tally", {"SELFMON_DATA": str(tmp_path), "DATABASE_URL": app, **clock.environment})
    application = Application(tally("tally", "other"), settings)
    yield application
    application.close()


@pytest.fixture
def owner(urls: tuple[str, str]) -> Iterator[Database]:
    """The store as its owner reaches it, to do by hand what the application may not."""
    database = Database(urls[0])
    yield database
    database.dispose()
