"""One run of the main job: its people, its timed steps."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from selfmon_deploy.client import Person, StepFailed
from selfmon_deploy.demo.data import demo_enterprise, demo_enterprises, demo_officers
from selfmon_deploy.demo.people import OPERATOR_ID


def enrol_officers(operator: Person) -> None:
    """R1: have the platform know the demo's officers, as the province's portal would tell it."""
    for officer in demo_officers():
        enrolment = {"officer_id": officer.officer_id, "region": officer.region, "applications": list(officer.applications)}
        operator.post("/officers", {**enrolment, "name": officer.name})


@dataclass
class Run:
    """What every part of the main job has. ``echo`` gets a line a step: rule, what was done, seconds."""

    base_url: str
    national_url: str
    echo: Callable[[str], object] = print
    failures: list[str] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)

    @contextmanager
    def step(self, rules: str, what: str) -> Iterator[list[str]]:
        """Time a step and print its line; the list takes details."""
        started, details = time.monotonic(), []  # type: ignore[var-annotated]
        try:
            yield details
            mark = "✓"
        except (StepFailed, httpx.HTTPError, LookupError) as error:
            mark = "✗"
            self.failures.append(f"{rules} {what}: {error}")
            details.append(str(error))
        detail = "；".join(str(part) for part in details)
        self.echo(f"{mark} {rules:<12} {time.monotonic() - started:6.2f} s  {what}" + (f"：{detail}" if detail else ""))
        if mark == "✗":
            raise StepFailed(self.failures[-1])

    # --- the people

    def _signed_on(self, realm: str, person_id: str) -> Person:
        person = Person(self.base_url, realm, person_id)
        self.people.append(person)
        return person

    def close(self) -> None:
        """Everybody leaves."""
        for person in self.people:
            person.close()

    def sign_on(self) -> None:
        """R1, E1: operator, officers of the county and of another city, the enterprise's clerk, and another enterprise's."""
        with self.step("E1 R1", "企业用户与生态环境部门用户登录") as details:
            self.enterprise = demo_enterprise("thermal_power")
            other = next(e for e in demo_enterprises() if e.key == "sewage_treatment")
            officers = {officer.region: officer for officer in demo_officers()}
            self.county = self.enterprise.sites[0].place.county
            self.operator = self._signed_on("operator", OPERATOR_ID)
            enrol_officers(self.operator)
            self.clerk = self._signed_on("enterprise", self.enterprise.clerk.account_id)
            self.stranger = self._signed_on("enterprise", other.clerk.account_id)
            self.officer = self._signed_on("epb", officers[self.county].officer_id)
            self.elsewhere = self._signed_on("epb", officers["320500"].officer_id)
            details.append(self.enterprise.name)
