"""The platform's main job from end to end, as its users do it (DOMAIN "The flow"). Used by ``make run``, ``make demo`` and the tests."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import click
import httpx

from selfmon_deploy.client import Person, StepFailed, wait_for
from selfmon_deploy.demo.data import STACK_POINT, demo_enterprise, demo_enterprises, demo_officers, demo_readings
from selfmon_deploy.demo.diagram import demo_diagram, demo_marks
from selfmon_deploy.demo.people import OPERATOR_ID
from selfmon_deploy.demo.stamp import stamped_scan
from selfmon_shared.kernel.frequency import Frequency
from selfmon_shared.kernel.limits import Limit
from selfmon_shared.kernel.periods import day_of, hours_of_day

_POINT_KINDS = {
    "exhaust": "organised-exhaust",
    "wastewater": "wastewater-outlet",
    "rainwater": "rainwater",
    "fugitive": "fugitive-boundary",
    "noise": "boundary-noise",
    "surroundings": "surroundings",
    "other": "surroundings",
}
_PREFIX = {"exhaust": "FQ", "wastewater": "FS", "rainwater": "YS", "fugitive": "WZ", "noise": "ZS", "surroundings": "HJ", "other": "QT"}
_HOURS_A_DAY = 24
_CO = "a21005"
_NOX = "a21002"


@dataclass
class MainJob:
    """One run. ``echo`` gets a line a step: rule, what was done, seconds."""

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
            for officer in officers.values():
                enrolment = {"officer_id": officer.officer_id, "region": officer.region, "applications": list(officer.applications)}
                self.operator.post("/officers", {**enrolment, "name": officer.name})
            self.clerk = self._signed_on("enterprise", self.enterprise.clerk.account_id)
            self.stranger = self._signed_on("enterprise", other.clerk.account_id)
            self.officer = self._signed_on("epb", officers[self.county].officer_id)
            self.elsewhere = self._signed_on("epb", officers["320500"].officer_id)
            details.append(self.enterprise.name)

    # --- the enterprise's part

    def receive_permits(self) -> None:
        """N1: the permits come down by themselves."""
        with self.step("N1", "国家平台下发排污许可证名单") as details:
            rows = wait_for(lambda: self.clerk.get("/dischargers")["rows"], "permit received")
            self.site = rows[0]["discharger_id"]
            self.permit = self.clerk.get(f"/dischargers/{self.site}/permit")
            details.append(
                f"{self.permit['permit_number']}，{len(self.permit['points'])} 个点位，{len(self.permit['requirements'])} 条要求"
            )

    def check_permit(self) -> None:
        """E2."""
        with self.step("E2", "核对许可信息：是本企业"):
            self.clerk.post(f"/dischargers/{self.site}/permit-check", {"is_mine": True})

    def keep_basic_information(self) -> None:
        """E4."""
        with self.step("E4", "维护基础信息") as details:
            present = self.clerk.get(f"/dischargers/{self.site}")
            profile = {
                "name": present["name"],
                "region": present["region"],
                "address": present["address"],
                "longitude": present["longitude"],
                "latitude": present["latitude"],
                "industry_code": present["industry_code"],
                "production_cycle": "全年连续生产",
                "commissioned_laboratory": "江苏示例检测有限公司",
                "legal_person": "示例法人",
                "expected_version": present["version"],
            }
            self.clerk.put(f"/dischargers/{self.site}/profile", profile)
            details.append(present["bureau"])

    def add_points(self) -> None:
        """E5, E6, E7: a point for each permit point, an item for each requirement, a logger at the stack."""
        with self.step("E5 E6 E7", "新增监测点、监测项目、数采仪") as details:
            self.points: dict[str, str] = {}
            items = 0
            period = {"valid_from": self.permit["valid_from"], "valid_to": self.permit["valid_to"]}
            for number, point in enumerate(self.permit["points"], start=1):
                body = {
                    "code": f"{_PREFIX[point['category']]}-{number:03d}",
                    "name": point["name"],
                    "kind": _POINT_KINDS[point["category"]],
                    "emission_standard": self._standard_of(point["key"]),
                    **period,
                }
                self.points[point["key"]] = self.clerk.post(f"/dischargers/{self.site}/points", body)["id"]
            for requirement in self.permit["requirements"]:
                if requirement["pollutant_code"]:
                    point_id = self.points[requirement["point"]]
                    self.clerk.post(f"/points/{point_id}/items", {**_item_for(requirement), **period})
                    items += 1
            self.clerk.post(f"/points/{self.points[STACK_POINT]}/loggers", {"mn": "88888880000001"})
            details.append(f"{len(self.points)} 个监测点，{items} 个项目")

    def _standard_of(self, point_key: str) -> str:
        named = [r["standard"] for r in self.permit["requirements"] if r["point"] == point_key and r["standard"]]
        return named[0] if named else "暂无"

    def give_diagram(self) -> None:
        """E8."""
        with self.step("E8", "上传监测点位示意图"):
            labels = [f"{key}" for key in self.points]
            marks = demo_marks(labels)
            upload = self.clerk.upload(demo_diagram(marks, title=f"{self.enterprise.name}监测点位示意图"), "示意图.png")
            placed = [{"point_id": self.points[mark.label], "x": round(mark.x * 1000), "y": round(mark.y * 1000)} for mark in marks]
            self.clerk.put(f"/dischargers/{self.site}/diagram", {"upload": upload, "filename": "示意图.png", "marks": placed})
            wait_for(lambda: self.clerk.get(f"/dischargers/{self.site}/diagram")["upload_state"] == "in-force", "diagram in force")

    def match(self) -> None:
        """E9, E10."""
        with self.step("E9 E10", "匹配许可信息，核对监测项目") as details:
            for key, point_id in self.points.items():
                self.clerk.post(f"/dischargers/{self.site}/matching/pairs", {"permit_point": key, "point_id": point_id})
            matching = self.clerk.get(f"/dischargers/{self.site}/matching")
            details.append(f"{matching['covered']}/{matching['requirements']} 条要求已覆盖")

    def write_overview(self) -> None:
        """P1."""
        with self.step("P1", "完善自测概况"):
            overview = {
                "introduction": f"{self.enterprise.name}（虚构企业）按排污许可证要求开展自行监测，委托有资质的检测机构进行手工监测。",
                "personnel": [
                    {"number": "JC-001", "qualification": "环境监测人员持证上岗考核合格"},
                    {"number": "JC-002", "qualification": "自动监控设施运行维护培训合格"},
                ],
                "management_rules": "建立监测设备台账、运行维护、校准与数据审核制度，原始记录保存五年以上。",
                "training_records": "监测人员每年参加不少于一次业务培训，培训记录存档备查。",
                "quality_control": "自动监测按 HJ 75 执行校准与比对；手工监测执行空白、平行样与质控样分析。",
            }
            self.clerk.put(f"/dischargers/{self.site}/overview", overview)

    def export_plan(self) -> None:
        """P2, P4."""
        with self.step("P2 P4", "导出监测方案（PDF）") as details:
            exported = partial(self._plan_in_state, "exported")

            def export() -> Any:
                # What was just entered reaches the plan a moment later; until then it says what it still lacks.
                answer = self.clerk.http.post(
                    f"/dischargers/{self.site}/plans", json={}, headers={"Idempotency-Key": f"export-{time.monotonic_ns()}"}
                )
                return answer.json() if answer.is_success else None

            wait_for(self._plan_knows_everything, "points known to plan")
            self.plan_id = wait_for(export, "export accepted")["plan_id"]
            self.plan = wait_for(exported, "plan exported", 60)
            self.pdf = self.clerk.download(f"/plans/{self.plan_id}/pdf")
            coverage = self.plan["coverage"]
            details.append(f"{self.plan['pages']} 页，{len(self.pdf) // 1024} KB")
            details.append(
                f"覆盖 {coverage['covered']}，严于 {coverage['stricter']}，弱于 {coverage['weaker']}，缺失 {coverage['missing']}"
            )

    def _plan_knows_everything(self) -> bool:
        # The national follower of plan is a moment behind enterprise; its overview answers once the discharger is known.
        return self.clerk.http.get(f"/dischargers/{self.site}/overview").is_success

    def _plan_in_state(self, *states: str) -> Any:
        plan = self.clerk.get(f"/plans/{self.plan_id}")
        if plan["state"] in ("failed", "cancelled") or (plan.get("problem") and plan["state"] not in states):
            raise StepFailed(f"plan {plan['state']}: {plan['problem']}")
        return plan if plan["state"] in states else None

    def import_plan(self) -> None:
        """P3."""
        with self.step("P3", "盖章、扫描、导入监测方案") as details:
            scan = stamped_scan(self.pdf)
            upload = self.clerk.upload(scan, "监测方案（盖章）.pdf")
            body = {
                "plan_id": self.plan_id,
                "title": f"{self.enterprise.name}自行监测方案",
                "upload": upload,
                "filename": "监测方案（盖章）.pdf",
                "free_of_personal_data": True,
                "weaker_reason": "示例企业：个别项目暂按现有条件监测",
            }
            self.clerk.post(f"/dischargers/{self.site}/plan-imports", body)
            self.plan = wait_for(partial(self._plan_in_state, "submitted"), "plan submitted", 60)
            details.append(f"扫描件 {len(scan) // 1024} KB，红章{'已' if self.plan['seal_found'] else '未'}识别")

    # --- the bureau's part

    def approve_plan(self) -> None:
        """R4."""
        with self.step("R4", "管辖生态环境部门审核通过") as details:
            task = self._open_task("plan")
            details.append(task["bureau"])
            self.officer.post(f"/reviews/{task['submission_id']}/approval", {"digest": task["digest"]})
            wait_for(partial(self._plan_in_state, "in-force"), "plan in force")

    def _open_task(self, subject: str) -> Any:
        def look() -> Any:
            rows = self.officer.get("/reviews", state="open", subject=subject)["rows"]
            return next((row for row in rows if row["discharger_id"] == self.site), None)

        row = wait_for(look, f"{subject} waits for review")
        return self.officer.get(f"/reviews/{row['submission_id']}")

    def plan_uploaded(self) -> None:
        """N2."""
        with self.step("N2", "方案上传国家平台，收到回执") as details:
            plan = wait_for(lambda: self._acknowledged(self.clerk.get(f"/plans/{self.plan_id}")), "plan's receipt")
            details.append(plan["receipt"])

    @staticmethod
    def _acknowledged(thing: Any) -> Any:
        return thing if thing["upload_state"] == "acknowledged" else None

    # --- data

    def enter_results(self) -> None:
        """D1b, D3, D4: yesterday's hours of the stack (real readings), and one manual result."""
        with self.step("D1b D3 D4", "录入昨日自动监测小时值与手工监测结果，判定超标") as details:
            items = self._items_of(STACK_POINT)
            self.day = day_of(datetime.now(UTC)) - timedelta(days=1)
            readings = demo_readings(hours_of_day(self.day)[0])[:24]
            values = [
                {"item_id": items[code], "hour": reading.hour.isoformat(), "value": str(value)}
                for reading in readings
                for code, value in ((_CO, reading.co), (_NOX, reading.nox))
                if code in items
            ]
            hourly = wait_for(lambda: self._try_enter("hourly", {"values": values}), "hourly values taken")
            manual = wait_for(lambda: self._try_enter("manual", self._manual_event()), "manual result taken")
            details.append(f"{hourly['count']} 个小时值（{hourly['exceeding']} 个超标），{manual['count']} 个手工结果")
            if not hourly["exceeding"]:
                raise StepFailed("the day holds an hour above the limit, and none was marked")

    def _items_of(self, permit_point: str) -> dict[str, str]:
        points = self.clerk.get(f"/dischargers/{self.site}/points")
        point = next(p for p in points if p["point_id"] == self.points[permit_point])
        return {item["pollutant_code"]: item["item_id"] for item in point["items"]}

    def _try_enter(self, kind: str, body: dict[str, Any]) -> Any:
        """The plan in force reaches data a moment after its approval."""
        headers = {"Idempotency-Key": f"{kind}-{time.monotonic_ns()}"}
        answer = self.clerk.http.post(f"/dischargers/{self.site}/results/{kind}", json=body, headers=headers)
        if answer.is_success:
            return answer.json()
        if answer.json().get("code") == "plan.not-in-force":
            return None
        raise StepFailed(f"{kind}: {answer.status_code} {answer.text[:600]}")

    def _manual_event(self) -> dict[str, Any]:
        points = self.clerk.get(f"/dischargers/{self.site}/points")
        item = next(i for p in points for i in p["items"] if i["method"] == "manual" and i["pollutant_code"] == "a21026")
        return {
            "item_id": item["item_id"],
            "sampled_on": self.day.isoformat(),
            "analysed_on": self.day.isoformat(),
            "laboratory": "江苏示例检测有限公司",
            "method": "HJ 57-2017",
            "load_percent": "85",
            "report_number": "SL-2026-0001",
            "samples": [{"value": value} for value in ("12", "15", "13")],
        }

    def results_published(self) -> None:
        """D5, N2, O1."""
        with self.step("D5 N2 O1", "结果公开并上传国家平台") as details:
            page = wait_for(self._all_acknowledged, "results' receipts")
            published = wait_for(lambda: self._public_values() or None, "values on the public page")
            details.append(f"{page['total']} 个值已有回执，公众可见 {len(published)} 个")

    def _all_acknowledged(self) -> Any:
        day = self.day.isoformat()
        page = self.clerk.get(f"/dischargers/{self.site}/results", from_day=day, to_day=day, page_size=500)
        done = [row for row in page["rows"] if row["upload_state"] == "acknowledged" and row["published_at"]]
        return page if page["total"] and len(done) == page["total"] else None

    def _public(self, path: str = "", **params: Any) -> Any:
        answer = self.clerk.http.get(f"/public/dischargers/{self.site}{path}", params=params)
        return answer.json() if answer.is_success else None

    def _public_values(self) -> list[Any]:
        answer = self._public("/results", day=self.day.isoformat())
        return [value for series in answer["rows"] for value in series["values"]] if answer else []

    # --- abnormal registration

    def register_stop(self) -> None:
        """A1, A2, R5, D6: tomorrow the stack's line stands still; the ledger as it will stand then owes nothing for that day."""
        with self.step("A1 R5 A2", "不正常运行登记（停产未监测），审核通过后生效") as details:
            self.stop_day = day_of(datetime.now(UTC)) + timedelta(days=1)
            hours = hours_of_day(self.stop_day)
            body = {
                "kind": "stopped",
                "point_ids": [self.points[STACK_POINT]],
                "starts_at": hours[0].isoformat(),
                "ends_at": (hours[-1] + timedelta(hours=1)).isoformat(),
                "reason": "机组计划检修停产",
            }
            before = self.ledger_row()
            registered = self.clerk.post(f"/dischargers/{self.site}/registrations", body)
            self.registration_id = registered["registration_id"]
            task = self._open_task("abnormal")
            self.officer.post(f"/reviews/{task['submission_id']}/approval", {"digest": task["digest"]})
            wait_for(lambda: self.registration()["state"] == "in-force", "registration in force")
            row = wait_for(self._waived_row, "duties waived")
            if row["owed"] != before["owed"] - row["waived"]:
                raise StepFailed(f"owed {before['owed']} became {row['owed']} with {row['waived']} waived")
            details.append(f"氮氧化物应测由 {before['owed']} 减为 {row['owed']}，免测 {row['waived']}")

    def registration(self) -> Any:
        rows = self.clerk.get(f"/dischargers/{self.site}/registrations")
        return next(row for row in rows if row["registration_id"] == self.registration_id)

    def ledger_row(self) -> Any:
        midnight = hours_of_day(self.stop_day)[-1] + timedelta(hours=1)
        ledger = self.clerk.get(f"/dischargers/{self.site}/ledger", month=f"{self.stop_day:%Y-%m}", until=midnight.isoformat())
        return next(row for row in ledger["rows"] if row["item_id"] == self._items_of(STACK_POINT)[_NOX])

    def _waived_row(self) -> Any:
        row = self.ledger_row()
        return row if row["waived"] == _HOURS_A_DAY else None

    def registration_uploaded(self) -> None:
        """N2."""
        with self.step("N2", "不正常运行登记上传国家平台，收到回执") as details:
            registration = wait_for(lambda: self._acknowledged(self.registration()), "registration's receipt")
            details.append(registration["receipt"])

    def public_sees(self) -> None:
        """O1: plan, results and reason, with the notice that the data are the enterprise's own."""
        with self.step("O1", "公众查看方案、结果与未监测原因") as details:
            site = wait_for(self._public, "discharger public")
            plan = wait_for(lambda: self._public("/plan"), "plan public")
            reasons = wait_for(lambda: (self._public("/reasons") or {}).get("rows"), "reason public")
            if "未经生态环境主管部门审核" not in site["notice"]:
                raise StepFailed("the public page does not say whose data they are")
            details.append(f"{plan['title']}；{reasons[0]['reason']}")

    def scope_holds(self) -> None:
        """R7, E1: an officer of another city gets 403, another enterprise 404, on all of it."""
        with self.step("R7 E1", "越权访问被拒绝") as details:
            paths = [
                *(
                    f"/dischargers/{self.site}{part}"
                    for part in ("", "/permit", "/points", "/loggers", "/diagram", "/matching", "/overview")
                ),
                *(f"/dischargers/{self.site}/{part}" for part in ("plans", "registrations", "uploads")),
                f"/dischargers/{self.site}/ledger?month={self.stop_day:%Y-%m}",
                f"/dischargers/{self.site}/results?from_day={self.day}&to_day={self.day}",
                f"/plans/{self.plan_id}",
                f"/plans/{self.plan_id}/pdf",
                f"/plans/{self.plan_id}/document",
                f"/dischargers/{self.site}/diagram/picture",
                f"/reviews/{self.plan['submission_id']}",
            ]
            for path in paths:
                for person, expected in ((self.elsewhere, 403), (self.stranger, 404)):
                    if (status := person.status(path)) != expected:
                        raise StepFailed(f"{path}: {status} instead of {expected}")
            details.append(f"{len(paths)} 个地址，外市 403，其他企业 404")

    def run(self) -> bool:
        """All steps in order, until one fails."""
        steps: list[Callable[[], None]] = [
            self.sign_on, self.receive_permits, self.check_permit, self.keep_basic_information, self.add_points, self.give_diagram,
            self.match, self.write_overview, self.export_plan, self.import_plan, self.approve_plan, self.plan_uploaded,
            self.enter_results, self.results_published, self.register_stop, self.registration_uploaded, self.public_sees, self.scope_holds,
        ]  # fmt: skip
        try:
            for step in steps:
                step()
        except StepFailed:
            return False
        return True


def _item_for(requirement: dict[str, Any]) -> dict[str, Any]:
    """An item that does what the permit's requirement asks."""
    automatic = requirement["facility"] == "automatic"
    limit = Limit.parse(requirement["limit_text"] or "", unit=requirement["limit_unit"] or "")
    frequency = "continuous" if automatic else Frequency.from_code(requirement["frequency"]).code
    item = {
        "pollutant_code": requirement["pollutant_code"],
        "method": "automatic" if automatic else "manual",
        "frequency": frequency,
        "limits": {
            "lower": None if limit.lower is None else str(limit.lower),
            "upper": None if limit.upper is None else str(limit.upper),
            "unit": limit.unit,
            "text": requirement["limit_text"] or "",
        },
    }
    if automatic:
        return {**item, "device_name": "烟气排放连续监测系统", "device_model": "SL-CEMS-100", "range_low": "0", "range_high": "300"}
    return {**item, "monitoring_method": "按国家或行业标准方法", "method_source": "国家标准"}


def run_main_job(base_url: str, *, national_url: str, echo: Callable[[str], object] = print) -> bool:
    """Run the main job against a platform that runs; answers whether every step succeeded."""
    job = MainJob(base_url, national_url, echo)
    try:
        return job.run()
    finally:
        job.close()


@click.command("main-job")
@click.option("--base-url", default="http://127.0.0.1:8000", show_default=True)
@click.option("--national-url", default="http://127.0.0.1:8001", show_default=True)
def main_job(base_url: str, national_url: str) -> None:
    """Run the main job against a platform that runs with the demo's data."""
    raise SystemExit(0 if run_main_job(base_url, national_url=national_url, echo=click.echo) else 1)
