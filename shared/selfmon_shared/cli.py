"""``selfmon``: run the processes, and look after the logs."""

import os
import sys
from collections.abc import Iterable
from importlib.metadata import entry_points

import click

from selfmon_shared.application.application import Application
from selfmon_shared.application.definition import ServiceDefinition
from selfmon_shared.application.discovery import COMMANDS, definition_of, definitions
from selfmon_shared.application.settings import Settings, service_of
from selfmon_shared.contracts.catalogue import write_catalogue
from selfmon_shared.eventstore import feed, following, migrating, rebuilding, sealing
from selfmon_shared.eventstore.database import Database
from selfmon_shared.observability.logging import configure_logging


class _Commands(click.Group):
    """The commands below, and those that other distributions add; these are imported only when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *(point.name for point in entry_points(group=COMMANDS))})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for point in entry_points(group=COMMANDS):
            if point.name == cmd_name:
                added: click.Command = point.load()
                return added
        return super().get_command(ctx, cmd_name)


@click.group(cls=_Commands)
def main() -> None:
    """The self-monitoring platform (排污单位自行监测信息发布平台)."""


@main.command()
@click.argument("process")
def serve(process: str) -> None:
    """Run PROCESS: a service, <service>-child, embedded, child, or one that a distribution adds (gateway-web)."""
    for point in entry_points(group="selfmon.processes"):
        if point.name == process:
            point.load()(dict(os.environ))
            return
    from selfmon_shared.messaging.runner import serve as run  # noqa: PLC0415 - it patches the process

    run(process)


def _chosen(service: str | None) -> list[ServiceDefinition]:
    try:
        return [definition_of(service)] if service else list(definitions().values())
    except LookupError as error:
        raise click.UsageError(str(error)) from None


def _application(definition: ServiceDefinition) -> Application:
    return Application(definition, Settings.read(definition.name))


@main.command()
@click.argument("service", required=False)
@click.option("--app-role", help="PostgreSQL role that the service itself uses; default: the user in its database URL")
def migrate(service: str | None, app_role: str | None) -> None:
    """Bring the store of SERVICE (default: all) to the newest revision."""
    configure_logging("migrate")
    for definition in _chosen(service):
        settings = Settings.read(definition.name)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        role = app_role or (Database(settings.database_url).url.username if settings.owner_database_url != settings.database_url else None)
        click.echo(f"{definition.name}: revision {migrating.migrate(definition.package, settings.owner_database_url, role)}")


@main.command()
@click.argument("service")
@click.option("--check", is_flag=True, help="only build aside and compare")
def rebuild(service: str, check: bool) -> None:
    """Make the read tables of SERVICE anew from its events; commands get 503 meanwhile."""
    configure_logging("rebuild")
    for definition in _chosen(None if service == "all" else service):
        application = _application(definition)
        if not check:
            click.echo(f"{definition.name}: {rebuilding.rebuild(application.database, application.model)} events projected")
            continue
        differences = rebuilding.check(application.database, application.model)
        _report(definition.name, differences, "read tables equal the rebuilt ones")


@main.command("verify-chain")
@click.argument("service", required=False)
def verify_chain(service: str | None) -> None:
    """Read the event log of SERVICE (default: all) and name every place where it is not what was written."""
    configure_logging("verify-chain")
    damaged = False
    for definition in _chosen(service):
        application = _application(definition)
        with application.database.reading() as connection:
            places = [f"position {damage.position}: {damage.what}" for damage in sealing.verify(connection)]
            sealed = sealing.newest_seal(connection)
        damaged |= bool(places)
        _report(definition.name, places, f"chain whole, sealed up to {sealed.position}, head {sealed.head}", leave=False)
    if damaged:
        sys.exit(1)


def _report(service: str, problems: Iterable[str], otherwise: str, *, leave: bool = True) -> None:
    problems = list(problems)
    for problem in problems:
        click.echo(f"{service}: {problem}")
    if not problems:
        click.echo(f"{service}: {otherwise}")
    elif leave:
        sys.exit(1)


@main.group()
def parked() -> None:
    """Messages that were put aside because they failed."""
    configure_logging("parked", "ERROR")  # what fails is in the answer


@parked.command("list")
@click.argument("service", required=False)
def parked_list(service: str | None) -> None:
    """List the parked messages of SERVICE (default: all)."""
    for definition in _chosen(service):
        application = _application(definition)
        for follow in definition.follows:
            consumer = application.consumer_of(follow)
            named = definition.name if consumer == definition.name else f"{definition.name} ({consumer})"
            with application.database.reading() as connection:
                for waiting in following.list_parked(connection, consumer, follow.source):
                    message, reason = waiting.message, waiting.error or "waits behind an earlier one of its key"
                    click.echo(f"{named}: {message.source}:{message.position} {message.type} {message.key}: {reason}")


@parked.command("replay")
@click.argument("service")
@click.option("--source")
@click.option("--key")
def parked_replay(service: str, source: str | None, key: str | None) -> None:
    """Apply the parked messages of SERVICE again, in order, until one fails."""
    application = _application(_chosen(service)[0])
    applied, failure = application.replay_parked(source, key)
    click.echo(f"{service}: {applied} applied" + (f", then: {failure}" if failure else ""))
    if failure:
        sys.exit(1)


@parked.command("discard")
@click.argument("service")
@click.argument("place")
def parked_discard(service: str, place: str) -> None:
    """Give up the parked message at PLACE (source:position) of SERVICE."""
    source, _, position = place.rpartition(":")
    if not position.isdigit():
        raise click.UsageError("PLACE is source:position, as `selfmon parked list` prints it")
    if not _application(_chosen(service)[0]).discard_parked(source, int(position)):
        raise click.ClickException(f"nothing is parked at {place}")
    click.echo(f"{service}: {place} discarded")


@main.command()
@click.argument("source")
@click.option("--service", help="only this consumer")
@click.option("--resume", is_flag=True, help="go on from the last common message")
def reconcile(source: str, service: str | None, resume: bool) -> None:
    """After SOURCE was restored from an older copy: show what it has lost and what is new, for each consumer."""
    log = Database(Settings.read(service_of(source)).database_url)
    for definition in _chosen(service):
        application = _application(definition)
        for follow in definition.follows:
            if follow.source != source:
                continue
            consumer = application.consumer_of(follow)
            with application.database.reading() as connection:
                cursor = following.read_cursor(connection, consumer, source)
                seen = following.journal(connection, consumer, source)
            with log.reading() as connection:
                common = next((row for row in seen if feed.holds(connection, source, row.position, row.event_id)), None)
                position, event_id = (0, None) if common is None else (common.position, common.event_id)
                new = feed.read_page(connection, source, position, event_id).messages
            state = "FORKED" if cursor.forked_at else "following"
            click.echo(f"{consumer}: {state}, cursor {cursor.position}, last common message {position}")
            for row in reversed([row for row in seen if row.position > position]):
                click.echo(f"  only the consumer has  {source}:{row.position} {row.type} {row.key} {row.event_id}")
            for message in new:
                click.echo(f"  only the source has    {source}:{message.position} {message.type} {message.key} {message.event_id}")
            if resume and cursor.forked_at:
                with application.database.writing() as connection:
                    following.rewind(connection, cursor, position, event_id, application.clock())
                click.echo(f"{consumer}: follows on from {position}")


@main.command()
def catalogue() -> None:
    """Write docs/events.md: every contract event of every installed service."""
    click.echo(write_catalogue([definition.provider for definition in definitions().values()]))


if __name__ == "__main__":
    main()
