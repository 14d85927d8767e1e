"""The main job from end to end, the same test on both set-ups, and what must hold after it."""

from collections.abc import Iterator

import httpx
import pytest

from selfmon_deploy.client import wait_for
from selfmon_deploy.mainjob import MainJob
from selfmon_deploy.setups import Setup


@pytest.fixture(scope="module")
def job(platform: Setup) -> Iterator[MainJob]:
    lines: list[str] = []
    job = MainJob(platform.base_url, platform.national_url, lines.append)
    try:
        assert job.run(), "\n".join(lines)
        yield job
    finally:
        job.close()


def test_N1_to_O1_the_main_job_runs_from_end_to_end(job: MainJob) -> None:
    assert job.failures == []


def test_N2_nothing_was_taken_twice_by_the_nation(job: MainJob, platform: Setup) -> None:
    uploads = httpx.get(f"{platform.national_url}/_uploads").json()["uploads"]
    assert {upload["body"]["kind"] for upload in uploads} == {"plan", "results", "abnormal"}
    assert len({upload["client_id"] for upload in uploads}) == len(uploads)


def test_D4_the_exceeding_hour_is_shown_with_its_limit_and_multiple(job: MainJob) -> None:
    page = job.clerk.get(f"/dischargers/{job.site}/results", from_day=str(job.day), to_day=str(job.day), page_size=200)
    (exceeding,) = [row for row in page["rows"] if row["exceeds"]]
    assert exceeding["pollutant_name"].startswith("氮氧化物")
    assert float(exceeding["multiple"]) > 0


def test_P4_reviewer_and_enterprise_see_the_same_proof(job: MainJob) -> None:
    task = job.officer.get(f"/reviews/{job.plan['submission_id']}")
    assert task["submission"]["coverage"] == job.plan["coverage"]


def test_A2_a_revoked_registration_brings_the_duties_back(job: MainJob) -> None:
    registration = job.registration()
    job.officer.post(f"/reviews/{registration['submission_id']}/revocation", {"reason": "实际仍在生产"})
    row = wait_for(lambda: (found := job.ledger_row())["waived"] == 0 and found, "duties back")
    assert row["owed"] > 0


def test_the_chain_of_every_service_verifies(job: MainJob, platform: Setup) -> None:
    code, output = platform.selfmon("verify-chain")
    assert code == 0, output
    assert output.count("chain whole") == 6


def test_the_read_tables_equal_rebuilt_ones(job: MainJob, platform: Setup) -> None:
    code, output = platform.selfmon("rebuild", "all", "--check")
    assert code == 0, output


def test_nothing_is_parked(job: MainJob, platform: Setup) -> None:
    code, output = platform.selfmon("parked", "list")
    assert (code, output.strip()) == (0, "")
