import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from gateway_platform import PEOPLE, DirectClient, Platform
from portal_fixtures import LiveGateway, Window

from selfmon_gateway.app import create_app
from selfmon_gateway.service import definition as gateway_definition
from selfmon_review.service import definition as review_definition
from selfmon_shared.application.tokens import create_keys
from selfmon_shared.testing.service import OPERATOR, running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "people.json").write_text(json.dumps({"people": PEOPLE}), encoding="utf-8")
    return tmp_path


@pytest.fixture
def settings() -> dict[str, str]:
    """Further settings of the gateway; a test overrides it."""
    return {"SIGN_ON": "development"}


@pytest.fixture
def platform(folder: Path, settings: dict[str, str]) -> Iterator[Platform]:
    with running(gateway_definition, folder) as gateway, running(review_definition, folder) as review:
        client = DirectClient(folder)
        client.services["review"] = review
        app = create_app({"SELFMON_DATA": str(folder), **gateway.clock.environment, **settings}, client)
        yield Platform(app, client, gateway, review, folder)
        app.extensions["selfmon_gateway"].database.dispose()


@pytest.fixture(scope="module")
def live() -> Iterator[LiveGateway]:
    """An address that portals can reach, for all tests of a module."""
    gateway = LiveGateway()
    yield gateway
    gateway.close()


@pytest.fixture
def gateway(live: LiveGateway, platform: Platform) -> Platform:
    """The gateway, listening there; the officer is enrolled for the whole city, though the portal says his county."""
    create_keys(platform.folder)
    platform.review.command("enrol-officer", {"officer_id": "officer", "region": "320100", "name": "示例科员"}, OPERATOR)
    live.serve(platform.app)
    return platform


@pytest.fixture
def window(live: LiveGateway, gateway: Platform) -> Iterator[Window]:
    with Window(live.url) as browser:
        yield browser


@pytest.fixture
def another(live: LiveGateway, gateway: Platform) -> Iterator[Window]:
    with Window(live.url) as browser:
        yield browser
