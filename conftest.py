"""Fixtures that every test of the repository may ask for."""

from collections.abc import Iterator

import pytest
import structlog

pytest_plugins = ["selfmon_shared.testing.fixtures"]


@pytest.fixture(autouse=True)
def _logging_of_its_own() -> Iterator[None]:
    """A test that sets the logging up (the commands do) leaves it to the next one as it was."""
    yield
    structlog.reset_defaults()
