"""Results, registrations, and what the public sees (D1b–D6, A1–A2, N2, O1), once the plan is in force."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from selfmon_deploy.client import StepFailed, wait_for
from selfmon_deploy.demo.data import STACK_POINT, demo_readings
from selfmon_deploy.mainjob.planning import Planning
from selfmon_shared.kernel.periods import day_of, hours_of_day

_HOURS_A_DAY = 24
_CO = "a21005"
_NOX = "a21002"


class Results(Planning):
    """The steps from the first value to the public page."""

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
