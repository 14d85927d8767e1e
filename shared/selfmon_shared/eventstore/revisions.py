"""At which revision a store is, and at which the code wants it: asked at every start, without loading what migrates."""

import importlib.resources

from sqlalchemy import inspect, text

from selfmon_shared.eventstore.database import Database


def newest_revision(package: str) -> str:
    """The newest revision that the code of ``package`` (``selfmon_plan``) has: the number of its last migration."""
    versions = importlib.resources.files(package) / "migrations" / "versions"
    return max(file.name.partition("_")[0] for file in versions.iterdir() if file.name[:1].isdigit())


def present_revision(database: Database) -> str:
    """The revision that a store is at; empty before the first migration."""
    with database.reading() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
