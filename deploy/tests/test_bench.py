"""``selfmon bench``: it measures what it says and tells a missed promise (the figures themselves are judged by whoever reads them)."""

import re

import pytest
from click.testing import CliRunner, Result

from selfmon_deploy.bench import bench
from selfmon_deploy.bench.figures import Figure, percentile, table
from selfmon_deploy.bench.load import Request, fire
from selfmon_deploy.bench.rounds import QUICK, Bench


def run(*names: str) -> Result:
    result = CliRunner().invoke(bench, ["--quick", *(part for name in names for part in ("--only", name))])
    assert result.exit_code == 0, result.output
    return result


def test_a_ratio_below_its_promise_is_marked_and_one_above_is_not() -> None:
    low = Figure("slow", [30, 20, 40], "1/s", [100, 100, 100], "plain", 0.38)
    assert (low.ratio, low.missed) == (0.3, True)
    assert "≥ 0.38 MISSED" in table("Calls", [low])
    assert "≥ 0.3  " in table("Calls", [Figure("fast", [30], "1/s", [100], "plain", 0.3)])


def test_a_promised_maximum_is_missed_from_above_only() -> None:
    assert Figure("document", [9.0], "s", [4.0], "alone", 2.2, at_most=True).missed
    assert not Figure("document", [8.0], "s", [4.0], "alone", 2.2, at_most=True).missed
    assert Figure("memory", [201], "MB", promise=200, at_most=True).missed
    assert not Figure("just told", [1], "1/s", [1000], "plain").missed


def test_the_ratio_is_the_median_of_the_rounds_and_not_of_the_run() -> None:
    # The machine was busy with something else in the second round: both were slow, their ratio was not.
    assert Figure("call", [50, 5, 60], "1/s", [100, 10, 100], "plain").ratio == 0.5


@pytest.mark.parametrize(("share", "expected"), [(0.50, 50), (0.99, 99)])
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: int) -> None:
    assert percentile(list(range(100, 0, -1)), share) == expected
    assert percentile([7.0], share) == 7.0


def test_the_load_client_counts_what_a_server_answers_and_fails_at_refusals() -> None:
    with Bench(QUICK) as run:
        port = run.web_server("plain", "web:plain()")
        volley = fire(port, [Request("/")] * 2, 0.3)
        assert len(volley.latencies) >= 2
        assert volley.per_second > 0
        with pytest.raises(RuntimeError, match="404"):
            fire(port, [Request("/nothing-here")], 0.1)


@pytest.mark.soak
@pytest.mark.rabbitmq
@pytest.mark.postgres
def test_a_quick_run_prints_events_relay_and_calls_beside_their_peers() -> None:
    output = run("events", "relay", "calls").output
    for line in (
        "SQLite: single commands",
        "SQLite: 100 a unit of work",
        "PostgreSQL: single commands",
        "PostgreSQL: 100 a unit of work",
        "relay, outbox on PostgreSQL",
        "bare call",
    ):
        assert line in output
    assert "not measured" not in output
    assert len(re.findall(r"≥ (?:0\.7|0\.38|1\.5)\b", output)) == 3
    assert re.search(r"\d promises kept, \d missed", output)


@pytest.mark.soak
@pytest.mark.rabbitmq
@pytest.mark.postgres
def test_a_quick_run_reads_and_commands_through_the_whole_gateway() -> None:
    output = run("gateway").output
    assert re.search(r"signed-in read, 8 connections .* ≥ 0\.2", output)
    assert "audited command, 8 connections" in output


@pytest.mark.soak
def test_a_quick_run_asks_for_public_pages_warm_and_made_anew() -> None:
    output = run("public").output
    assert len(re.findall(r"kB: warm .* ≥ 0\.6\b", output)) == 2
    assert len(re.findall(r"kB: made anew .* plain Flask, same bytes", output)) == 2


@pytest.mark.soak
@pytest.mark.pdf
def test_a_quick_run_times_a_plan_document() -> None:
    output = run("pdf").output
    assert re.search(r"2 points, \d+ pages .* wkhtmltopdf alone", output)
    assert "peak of memory" in output
