"""What review tells people of its decisions (R4, R5, A2, R1); the officer is not named."""

from collections.abc import Mapping
from typing import Any

from selfmon_shared.contracts.notices import Notice, about
from selfmon_shared.reference.regions import full_name
from selfmon_shared.reference.tables import UnknownCode

Payload = Mapping[str, Any]


def plan_approved(payload: Payload) -> Notice:
    """R4, to the enterprise."""
    return about(payload, "plan-approved", "监测方案已由管辖生态环境部门审核通过。", "plans", "subject_id")


def plan_returned(payload: Payload) -> Notice:
    """R4, to the enterprise, with the reason."""
    return about(payload, "plan-returned", f"监测方案被退回：{payload['reason']}。请修改后重新导入。", "plans", "subject_id")


def plan_withdrawn(payload: Payload) -> Notice:
    """P3, to the bureau in charge."""
    return about(payload, "plan-withdrawn", "企业已撤回提交审核的监测方案，无需审核。", "plan-reviews", "submission_id")


def abnormal_approved(payload: Payload) -> Notice:
    """R5, to the enterprise."""
    return about(payload, "abnormal-approved", "不正常运行登记已由管辖生态环境部门审核通过。", "registrations", "subject_id")


def abnormal_returned(payload: Payload) -> Notice:
    """R5, to the enterprise, with the reason."""
    text = f"不正常运行登记被退回：{payload['reason']}。请修改后重新登记。"
    return about(payload, "abnormal-returned", text, "registrations", "subject_id")


def approval_revoked(payload: Payload) -> Notice:
    """A2, to the enterprise, with the reason."""
    text = f"不正常运行登记的审核通过被撤销：{payload['reason']}。相应时段须按监测方案监测。"
    return about(payload, "abnormal-revoked", text, "registrations", "subject_id")


def officer_changed(payload: Payload) -> Notice:
    """R1, R7, to the officer himself."""
    applications = "、".join(payload["applications"]) or "无"
    text = (
        f"您的审核权限已更新：{_region(payload['region'])}，已开通应用：{applications}。" if payload["active"] else "您的审核权限已停用。"
    )
    return Notice(
        "officer-changed", "审核权限变更", text, "account", payload["officer_id"], person_realm="epb", person_id=payload["officer_id"]
    )


def _region(code: str) -> str:
    try:
        return full_name(code)
    except UnknownCode:
        return code
