"""pytest plugin: the private broker and database, one of each a session, and clean corners of them for every test.

Load it with `pytest_plugins = ["selfmon_shared.testing.fixtures"]` in the root conftest.py.
"""

import secrets
from collections.abc import Iterator

import pytest

from selfmon_shared.testing.postgres import PrivatePostgres, ServiceDatabase
from selfmon_shared.testing.rabbitmq import PrivateRabbitMQ


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[PrivateRabbitMQ]:
    """A broker for the whole session. A test that kills it starts it again; a test that counts queues takes `amqp_uri`."""
    with PrivateRabbitMQ() as broker:
        yield broker


@pytest.fixture(scope="session")
def postgres() -> Iterator[PrivatePostgres]:
    """A cluster for the whole session. A test that kills it starts it again."""
    with PrivatePostgres() as cluster:
        yield cluster


@pytest.fixture
def amqp_uri(rabbitmq: PrivateRabbitMQ) -> Iterator[str]:
    """The URI of a vhost that is this test's alone, empty at its start and removed at its end."""
    rabbitmq.start()
    name = f"test-{secrets.token_hex(4)}"
    yield rabbitmq.add_vhost(name)
    rabbitmq.start()
    rabbitmq.delete_vhost(name)


@pytest.fixture
def service_database(postgres: PrivatePostgres) -> Iterator[ServiceDatabase]:
    """A database that is this test's alone, with its two roles; empty at its start and removed at its end."""
    postgres.start()
    name = f"test_{secrets.token_hex(4)}"
    yield postgres.create_service_database(name)
    postgres.start()
    postgres.drop_service_database(name)
