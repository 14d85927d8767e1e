"""From the permit to the plan in force (N1, E2–E10, P1–P4, R4, N2)."""

import time
from functools import partial
from typing import Any

from selfmon_deploy.client import StepFailed, wait_for
from selfmon_deploy.demo.data import STACK_POINT
from selfmon_deploy.demo.diagram import demo_diagram, demo_marks
from selfmon_deploy.demo.stamp import stamped_scan
from selfmon_deploy.mainjob.people import Run

_LEFT_TO_THE_CLERK = {
    "automatic": {"device_name": "烟气排放连续监测系统", "device_model": "SL-CEMS-100", "range_low": "0", "range_high": "300"},
    "manual": {"monitoring_method": "按国家或行业标准方法", "method_source": "国家标准"},
}
"""What the permit does not say of an item."""
_TAKEN_OVER = ("pollutant_code", "method", "frequency", "limits")


class Planning(Run):
    """The enterprise's and the bureau's steps up to the plan in force."""

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
        """E5, E6, E7: a point for each permit point, an item for each requirement, as the permit suggests; a logger at the stack."""
        with self.step("E5 E6 E7", "新增监测点、监测项目、数采仪") as details:
            self.points: dict[str, str] = {}
            items = 0
            for proposal in self.clerk.get(f"/dischargers/{self.site}/proposals"):
                point = proposal["point"]
                point_id = self.clerk.post(f"/dischargers/{self.site}/points", point)["id"]
                self.points[proposal["permit_point"]["key"]] = point_id
                period = {"valid_from": point["valid_from"], "valid_to": point["valid_to"]}
                for item in proposal["items"]:
                    if item["pollutant_code"]:
                        body = {**{field: item[field] for field in _TAKEN_OVER}, **_LEFT_TO_THE_CLERK[item["method"]], **period}
                        self.clerk.post(f"/points/{point_id}/items", body)
                        items += 1
            self.clerk.post(f"/points/{self.points[STACK_POINT]}/loggers", {"mn": "88888880000001"})
            details.append(f"{len(self.points)} 个监测点，{items} 个项目")

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
