"""``selfmon bench``: the speeds that the architecture promises, each beside its peer in one run (docs/benchmarks.md)."""

import os
from importlib import import_module

import click

from selfmon_deploy.bench.figures import Figure, table
from selfmon_deploy.bench.rounds import FULL, QUICK, Bench, Bystanders
from selfmon_shared.testing.processes import ProcessFailed

# Imported when they are measured: the clients and peers that run beside live in this package too, and must start light.
SECTIONS = {
    "events": ("appending", "Events appended"),
    "relay": ("publishing", "Outbox rows published"),
    "calls": ("calling", "Gateway → service, a bare call"),
    "gateway": ("signed_in", "Through the whole gateway"),
    "public": ("disclosure", "Public pages"),
    "pdf": ("documents", "The plan's PDF"),
}


@click.command()
@click.option("--only", "chosen", multiple=True, type=click.Choice(list(SECTIONS)), help="measure just this; may be given several times")
@click.option("--quick", is_flag=True, help="one short round of everything: shows that it works, the figures say little")
def bench(chosen: tuple[str, ...], quick: bool) -> None:
    """Measure, side by side in one run, what the architecture promises. A missed promise is marked, and the exit code is still 0."""
    figures: list[Figure] = []
    bystanders = Bystanders()
    with Bench(QUICK if quick else FULL) as run:
        for name in chosen or tuple(SECTIONS):
            module, heading = SECTIONS[name]
            click.echo(f"{heading} …", err=True)
            try:
                found: list[Figure] = import_module(f"{__name__}.{module}").measure(run)
            except (ProcessFailed, RuntimeError, AssertionError, OSError) as error:
                click.echo(f"{name}: not measured: {error}", err=True)
                continue
            figures += found
            click.echo(table(heading, found))
    click.echo(f"\nOther work kept {bystanders.cores():.1f} of {os.cpu_count()} cores busy meanwhile.")
    missed = [figure.what for figure in figures if figure.missed]
    kept = sum(figure.promise is not None for figure in figures) - len(missed)
    click.echo(f"{kept} promises kept, {len(missed)} missed{': ' if missed else ''}{'; '.join(missed)}")
