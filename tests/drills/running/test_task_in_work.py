"""A task in work when its process is told to stop: handed back, and done after the start."""

from collections.abc import Iterator
from typing import Any

import pytest
from drill_site import database_of
from sqlalchemy import select

from selfmon_deploy.client import wait_for
from selfmon_deploy.embedded import CHILD
from selfmon_deploy.mainjob import MainJob
from selfmon_deploy.setups import Setup
from selfmon_shared.eventstore import taskstore
from selfmon_shared.eventstore.tables import tasks
from selfmon_shared.testing.waiting import eventually


@pytest.fixture
def job(platform: Setup) -> Iterator[MainJob]:
    """An enterprise that can export its plan."""
    job = MainJob(platform.base_url, platform.national_url, print)
    try:
        for step in (job.sign_on, job.receive_permits, job.check_permit, job.keep_basic_information, job.add_points):
            step()
        yield job
    finally:
        job.close()


def task_of(setup: Setup, plan_id: str) -> Any:
    database = database_of(setup, "plan")
    with database.reading() as connection:
        row = connection.execute(select(tasks).where(tasks.c.key == plan_id).order_by(tasks.c.id.desc()).limit(1)).one_or_none()
    database.dispose()
    return row


def export(job: MainJob) -> str:
    def ask() -> Any:
        answer = job.clerk.http.post(f"/dischargers/{job.site}/plans", json={}, headers={"Idempotency-Key": f"export-{len(tried)}"})
        tried.append(answer.status_code)
        return answer.json() if answer.is_success else None

    tried: list[int] = []
    return str(wait_for(ask, "export accepted", 60)["plan_id"])


def test_P2_a_rendering_that_is_interrupted_by_a_stop_goes_on_after_the_start(platform: Setup, job: MainJob) -> None:
    child = platform.processes.get("plan-child") or platform.processes[CHILD]
    plan_id = export(job)
    eventually(lambda: task_of(platform, plan_id).state == taskstore.RUNNING, deadline=60, what="rendering", every=0.005)
    assert child.terminate(deadline=10) == 0
    waiting = task_of(platform, plan_id)
    assert (waiting.state, waiting.attempts, waiting.claim) == (taskstore.WAITING, 0, None)
    assert "task-handed-back" in child.log_path.read_text(encoding="utf-8")
    assert job.clerk.get(f"/plans/{plan_id}")["state"] == "rendering"

    child.start()
    plan = wait_for(lambda: (found := job.clerk.get(f"/plans/{plan_id}"))["state"] == "exported" and found, "plan exported", 90)
    assert plan["pages"] > 0
    assert job.clerk.download(f"/plans/{plan_id}/pdf").startswith(b"%PDF")
    assert task_of(platform, plan_id).state == taskstore.DONE
