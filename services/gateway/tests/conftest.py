import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from gateway_platform import PEOPLE, DirectClient, Platform

from selfmon_gateway.app import create_app
from selfmon_gateway.service import definition as gateway_definition
from selfmon_review.service import definition as review_definition
from selfmon_shared.testing.service import running


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
