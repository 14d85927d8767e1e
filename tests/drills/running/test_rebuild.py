"""Read tables made anew while people work: they are told to come back in a moment, and nothing of theirs is lost."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
from drill_site import Site, point

from selfmon_deploy.setups import Setup
from selfmon_shared.testing.waiting import eventually

CLERKS = 3


class Impatient:
    """Clerks who add points without pause, and note whom a rebuild turned away; he sends the same command again at once."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.turned_away: list[httpx.Response] = []
        self.done: dict[str, str] = {}
        self.stop = threading.Event()

    def work(self, _number: int) -> None:
        http = httpx.Client(
            base_url=self.site.clerk.http.base_url, headers=self.site.clerk.http.headers, cookies=self.site.clerk.http.cookies
        )
        with http:
            while not self.stop.is_set():
                self._add(http, f"FQ-{uuid.uuid4().hex[:12]}")

    def _add(self, http: httpx.Client, code: str) -> None:
        path, headers = f"/dischargers/{self.site.id}/points", {"Idempotency-Key": code}
        while code not in self.done:
            answer = http.post(path, json=point(code), headers=headers, timeout=30)
            if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                self.turned_away.append(answer)
            else:
                assert answer.status_code == httpx.codes.CREATED, answer.text
                self.done[code] = answer.json()["id"]


def test_commands_during_a_rebuild_are_told_to_come_back_and_succeed_afterwards(platform: Setup, site: Site) -> None:
    clerks = Impatient(site)

    def rebuild() -> bool:
        code, output = platform.selfmon("rebuild", "enterprise")
        assert code == 0, output
        assert output.startswith("enterprise: ")
        assert output.endswith(" events projected\n")
        return any(answer.json()["code"] == "service.maintenance" for answer in clerks.turned_away)

    with ThreadPoolExecutor(CLERKS) as pool:
        work = [pool.submit(clerks.work, number) for number in range(CLERKS)]
        try:
            eventually(rebuild, deadline=60, what="a command meets a rebuild")
        finally:
            clerks.stop.set()
        for clerk in work:
            clerk.result()

    for answer in clerks.turned_away:
        assert int(answer.headers["Retry-After"]) >= 1
        assert answer.headers["Content-Type"].startswith("application/problem+json")
    present = {row["code"]: row["point_id"] for row in site.clerk.get(f"/dischargers/{site.id}/points")}
    assert clerks.done.items() <= present.items()
    code, output = platform.selfmon("rebuild", "enterprise", "--check")
    assert (code, output) == (0, "enterprise: read tables equal the rebuilt ones\n")
    site.wait_all_followed()
