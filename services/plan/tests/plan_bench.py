"""A plan service with one enterprise in it, and the words of its days: what tests of the whole service do."""

import io
from datetime import timedelta
from typing import Any

from PIL import Image
from plan_facts import DISCHARGER, PERMIT, USCC, enterprise_revised

from selfmon_plan.facts import Pair, Permit, Point
from selfmon_shared.kernel.codec import to_data
from selfmon_shared.testing.service import ServiceUnderTest, enterprise_actor, officer_actor

FIRM, OTHER = enterprise_actor(USCC), enterprise_actor("91320500MA0000000X")
COUNTY, CITY, ELSEWHERE = officer_actor("320102"), officer_actor("320100"), officer_actor("320500")
OF_FIRM = {"discharger_id": DISCHARGER}
OVERVIEW = {
    **OF_FIRM,
    "introduction": "示例热电企业",
    "personnel": [{"number": "01", "qualification": "上岗证"}, {"number": "02", "qualification": "上岗证"}],
    "management_rules": "专人负责",
    "training_records": "每年一次",
}


class Bench:
    """A plan service with one enterprise in it, and the words of its days."""

    def __init__(self, service: ServiceUnderTest) -> None:
        self.service = service
        self.versions: dict[str, int] = {}

    def profile(self, **changes: Any) -> None:
        self.service.receive("enterprise", "EnterpriseRevised", DISCHARGER, enterprise_revised(self._next("profile"), **changes))

    def point(self, own: Point, *, active: bool = True, **changes: Any) -> None:
        state = {"discharger_id": DISCHARGER, "version": self._next(own.point_id), "active": active, "deactivation_reason": None}
        self.service.receive("enterprise", "PointRevised", own.point_id, {**to_data(own), **state, **changes})

    def permit(self, received: Permit) -> None:
        more = {"uscc": USCC, "enterprise_name": "江苏示例热电有限公司", "region": "320102"}
        self.service.receive("permit-sync", "PermitReceived", PERMIT, {**to_data(received), **more})

    def matching(self, *pairs: Pair) -> None:
        payload = {"permit_number": PERMIT, **OF_FIRM, "version": self._next("matching"), "pairs": [to_data(pair) for pair in pairs]}
        self.service.receive("enterprise", "MatchingChanged", PERMIT, payload)

    def diagram(self, picture: bytes, *marked: str) -> str:
        digest: str = self.service.application.ports.blobs.put(picture)
        marks = [{"point_id": point_id, "x": 100, "y": 100} for point_id in marked]
        payload = {**OF_FIRM, "version": self._next("diagram"), "digest": digest, "media_type": "image/png", "marks": marks}
        self.service.receive("enterprise", "DiagramRevised", DISCHARGER, {**payload, "revised_at": self.service.clock.now()})
        return digest

    def _next(self, what: str) -> int:
        self.versions[what] = self.versions.get(what, 0) + 1
        return self.versions[what]

    def export(self, *, render: bool = True) -> str:
        plan_id: str = self.service.command("export-plan", OF_FIRM, FIRM)["plan_id"]
        if render:
            self.service.run_tasks()
        return plan_id

    def stage(self, data: bytes) -> str:
        sha256: str = self.service.application.ports.blobs.stage([data])[0]
        return sha256

    def bring(self, plan_id: str | None, data: bytes, *, check: bool = True, **changes: Any) -> str:
        payload = {**OF_FIRM, "plan_id": plan_id, "title": "2026年自行监测方案", "upload": self.stage(data), "filename": "盖章件.pdf"}
        answer = self.service.command("import-plan", {**payload, "free_of_personal_data": True, **changes}, FIRM)
        if check:
            self.service.run_tasks()
        brought: str = answer["plan_id"]
        return brought

    def run_out_of_attempts(self) -> None:
        """Let the due tasks fail until they are given up."""
        while self.service.run_tasks():
            self.service.clock.move(timedelta(minutes=15))

    def view(self, plan_id: str) -> Any:
        return self.service.query("plan", {"plan_id": plan_id}, FIRM)

    def decide(self, name: str, plan_id: str, **changes: Any) -> None:
        seen = self.view(plan_id)
        decision = {"submission_id": seen["submission_id"], "subject_id": plan_id, **OF_FIRM}
        if name == "PlanWithdrawn":
            decision |= {"withdrawn_at": self.service.clock.now()}
        else:
            decision |= {"digest": seen["digest"], "officer_id": "officer-1", "decided_at": self.service.clock.now()}
            decision |= {"comment": ""} if name == "PlanApproved" else {"reason": "缺少噪声监测点"}
        self.service.receive("review", name, seen["submission_id"], {**decision, **changes})


def picture() -> bytes:
    """A diagram."""
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(out, "PNG")
    return out.getvalue()
