"""``selfmon serve`` of the processes that do the CPU work."""

import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from selfmon_shared.application.discovery import definition_of, definitions
from selfmon_shared.application.settings import Settings
from selfmon_shared.application.tokens import create_keys
from selfmon_shared.eventstore import migrating
from selfmon_shared.testing.processes import ManagedProcess, free_port
from selfmon_shared.testing.waiting import eventually


@pytest.mark.parametrize(("process", "services"), [("child", sorted(definitions())), ("plan-child", ["plan"])], ids=["child", "plan-child"])
def test_a_child_waits_until_its_stores_are_migrated_and_ends_when_told_to(tmp_path: Path, process: str, services: Sequence[str]) -> None:
    port = free_port()

    def answer(path: str) -> int:
        try:
            return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=5).status_code
        except httpx.HTTPError:
            return 0

    create_keys(tmp_path)
    environment = {"SELFMON_DATA": str(tmp_path), "AMQP_URI": "inproc://local", "HEALTH_PORT": str(port)}
    command = [sys.executable, "-m", "selfmon_shared.cli", "serve", process]
    with ManagedProcess(command, name=process, log_path=tmp_path / "child.log", env=environment) as child:
        child.wait_ready(lambda: answer("/healthz") == httpx.codes.OK, deadline=60)
        eventually(lambda: "waiting-for-store" in child.log_path.read_text(), deadline=60, what="it says what it waits for")
        assert answer("/readyz") == httpx.codes.SERVICE_UNAVAILABLE
        for service in services:
            migrating.migrate(definition_of(service).package, Settings.read(service, environment).owner_database_url)
        child.wait_ready(lambda: answer("/readyz") == httpx.codes.OK, deadline=60)
        assert child.terminate() == 0, child.log_tail()
