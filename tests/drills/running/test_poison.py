"""The poison drill: a message that cannot be applied is put aside with what follows on its key; everything else goes on."""

import uuid
from datetime import UTC, datetime

from drill_site import Site, database_of
from sqlalchemy import insert, select, update

from selfmon_deploy.setups import Setup
from selfmon_shared.eventstore.tables import log_head, outbox
from selfmon_shared.testing.waiting import eventually

FOLLOWERS_OF_POINTS = ("plan", "gateway")


def announce_in_a_newer_version(setup: Setup, point_id: str) -> int:
    """What a newer enterprise would do that was brought up before its followers; answers the message's position."""
    database = database_of(setup, "enterprise", owner=True)
    with database.writing() as connection:
        head = connection.execute(select(log_head.c.outbox).with_for_update()).scalar_one()
        newest = select(outbox).where(outbox.c.key == point_id).order_by(outbox.c.position.desc()).limit(1)
        row = dict(connection.execute(newest).one()._mapping)
        changes = {"position": head + 1, "event_id": str(uuid.uuid4()), "version": 99, "occurred_at": datetime.now(UTC)}
        connection.execute(update(log_head).values(outbox=head + 1))
        connection.execute(insert(outbox), {**row, **changes})
    database.dispose()
    return int(head) + 1


def test_one_message_that_always_fails_parks_its_key_alone_and_the_rest_drains_in_order(platform: Setup, site: Site) -> None:
    ((code, point_id),) = site.add_points(1).items()
    site.wait_all_followed()
    before = site.public_names()[code]
    place = announce_in_a_newer_version(platform, point_id)
    names = ["改名后的示例排放口", "再次改名的示例排放口", "最后的示例排放口"]
    for name in names:
        site.rename_point(point_id, code, name)
    (other,) = site.add_points(1)

    site.wait_all_followed()
    public = site.public_names()
    assert other in public, "another key goes on"
    assert public[code] == before, "what comes after the parked message waits"

    said, output = platform.selfmon("parked", "list")
    assert said == 0
    for follower in FOLLOWERS_OF_POINTS:
        lines = [line for line in output.splitlines() if line.startswith(f"{follower}: ")]
        assert [line.split()[1] for line in lines] == [f"enterprise:{place + n}" for n in range(4)]
        assert lines[0].endswith("version 99 of PointRevised is newer than this service understands")
        assert all(line.endswith("waits behind an earlier one of its key") for line in lines[1:])
        assert all(f" PointRevised {point_id}: " in line for line in lines)
    assert len(output.splitlines()) == 4 * len(FOLLOWERS_OF_POINTS), "whoever does not care for points has passed it over"

    said, output = platform.selfmon("parked", "replay", "plan")
    assert said == 1, "the first of the key fails as before, and the others stay behind it"
    assert output.startswith("plan: 0 applied, then: ValueError: version 99 of PointRevised is newer")
    for follower in FOLLOWERS_OF_POINTS:
        assert platform.selfmon("parked", "discard", follower, f"enterprise:{place}") == (0, f"{follower}: enterprise:{place} discarded\n")
        assert platform.selfmon("parked", "replay", follower, "--key", point_id) == (0, f"{follower}: 3 applied\n")
    assert platform.selfmon("parked", "list") == (0, "")
    assert site.public_names()[code] == names[-1]
    site.rename_point(point_id, code, "照常更名的示例排放口")
    eventually(lambda: site.public_names()[code] == "照常更名的示例排放口", deadline=30, what="the key goes on")
