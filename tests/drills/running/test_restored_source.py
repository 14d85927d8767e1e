"""The fork drill: a source is restored from an older backup and goes on with other messages at the same positions."""

import json
import re
from pathlib import Path

from backup import Backup
from drill_site import FOLLOWERS, Site, part_of

from selfmon_deploy.setups import Setup
from selfmon_shared.testing.waiting import eventually

LOST, NEW = 50, 80


def test_a_restored_source_is_noticed_by_every_follower_and_followed_on_after_it_was_reconciled(
    platform: Setup, site: Site, tmp_path: Path
) -> None:
    kept = site.add_points(10)
    site.wait_all_followed()
    common = site.head()
    backup = Backup(platform, "enterprise", tmp_path)
    lost = site.add_points(LOST)
    site.wait_all_followed()
    head = site.head()
    assert head == common + LOST
    journals = {consumer: site.followed(consumer) for consumer in FOLLOWERS}
    plans_facts, public = site.state_of("plan"), site.public_names()

    backup.restore()
    new = site.add_points(NEW)

    for consumer in FOLLOWERS:
        eventually(lambda consumer=consumer: site.forked(consumer), deadline=60, what=f"{consumer} notices the fork")
        assert consumer in forks_logged(platform, consumer)
    assert {consumer: site.followed(consumer) for consumer in FOLLOWERS} == journals, "nothing was applied on a wrong foundation"
    assert site.state_of("plan") == plans_facts
    assert site.public_names() == public

    code, output = platform.selfmon("reconcile", "enterprise")
    assert code == 0, output
    for consumer in FOLLOWERS:
        state, only_consumer, only_source = both_sides(output, consumer)
        assert state == f"FORKED, cursor {head}, last common message {common}"
        assert {key for _, key in only_consumer} == set(lost.values())
        assert [position for position, _ in only_consumer] == list(range(common + 1, head + 1))
        assert {key for _, key in only_source} == set(new.values())
        assert [position for position, _ in only_source] == list(range(common + 1, common + NEW + 1))
        assert site.forked(consumer), "showing changes nothing"

    code, output = platform.selfmon("reconcile", "enterprise", "--resume")
    assert code == 0, output
    assert {consumer for consumer in FOLLOWERS if f"\n{consumer}: follows on from {common}\n" in output} == set(FOLLOWERS)
    site.wait_all_followed()
    assert {*kept, *lost, *new} <= set(site.public_names())
    code, output = platform.selfmon("reconcile", "enterprise")
    for consumer in FOLLOWERS:
        assert both_sides(output, consumer) == (f"following, cursor {common + NEW}, last common message {common + NEW}", [], [])
    assert platform.selfmon("parked", "list") == (0, "")
    code, output = platform.selfmon("rebuild", "all", "--check")
    assert code == 0, output


def forks_logged(setup: Setup, service: str) -> set[str]:
    """Which consumers have written into their log that enterprise's log is forked."""
    lines = part_of(setup, service).log_path.read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines if "log-forked" in line]
    return {entry["consumer"] for entry in entries if entry["source"] == "enterprise" and entry["level"] == "error"}


def both_sides(output: str, consumer: str) -> tuple[str, list[tuple[int, str]], list[tuple[int, str]]]:
    """A consumer's part of what reconcile prints: its state, and (position, key) of what only it and only the source has."""
    part = re.search(rf"^{consumer}: (?P<state>.*)\n(?P<lines>(  .*\n)*)", output, re.MULTILINE)
    assert part is not None, output
    found: dict[str, list[tuple[int, str]]] = {"only the consumer has": [], "only the source has": []}
    for line in part["lines"].splitlines():
        said = re.fullmatch(r"  (only the \w+ has) +enterprise:(\d+) PointRevised (\S+) \S+", line)
        assert said is not None, line
        found[said[1]].append((int(said[2]), said[3]))
    return part["state"], found["only the consumer has"], found["only the source has"]
