"""What acts of the audit trail are called, for those who read it: the trail itself keeps their stable names."""

from collections.abc import Mapping

ACTS: Mapping[str, str] = {
    "data.end-abnormal": "提前结束不正常运行登记",
    "data.enter-hourly": "录入自动监测数据",
    "data.enter-manual": "录入手工监测数据",
    "data.explain-abnormal": "填报数据异常原因",
    "data.register-abnormal": "提交不正常运行登记",
    "enterprise.add-item": "新增监测项目",
    "enterprise.add-point": "新增监测点",
    "enterprise.assign-logger": "登记数采仪",
    "enterprise.clear-match": "清空许可信息匹配",
    "enterprise.confirm-permit": "核对许可信息",
    "enterprise.deactivate-item": "停用监测项目",
    "enterprise.deactivate-point": "停用监测点",
    "enterprise.match-points": "匹配许可信息",
    "enterprise.open-site": "建立排污单位",
    "enterprise.report-discrepancy": "反馈许可信息有误",
    "enterprise.revise-diagram": "上传或标注监测示意图",
    "enterprise.revise-item": "修改监测项目",
    "enterprise.revise-point": "修改监测点",
    "enterprise.revise-profile": "修改企业信息",
    "gateway.choose-mail": "选择邮件通知",
    "gateway.download-plan-document": "下载盖章件",
    "gateway.download-plan-pdf": "下载监测方案",
    "gateway.export-audit": "导出操作日志",
    "gateway.sign-on": "登录",
    "gateway.sign-out": "退出",
    "gateway.sign-out-by-portal": "由门户退出",
    "gateway.sign-out-elsewhere": "结束其他登录",
    "gateway.sign-out-everywhere": "全部退出",
    "gateway.stage-file": "上传文件",
    "permit-sync.receive-permits": "接收排污许可证",
    "permit-sync.request-resync": "申请重新同步许可证",
    "permit-sync.retry-upload": "重新上报",
    "plan.cancel-export": "取消导出监测方案",
    "plan.export-plan": "导出监测方案",
    "plan.import-plan": "导入监测方案",
    "plan.revise-overview": "修改自测概况",
    "plan.withdraw-plan": "撤回监测方案",
    "review.apply-for-account": "提交账号申请",
    "review.approve": "审核通过",
    "review.enrol-officer": "登记环保用户",
    "review.return": "退回",
    "review.revoke": "撤销审核通过",
}


def called(act: str) -> str:
    """What an act is called in Chinese; one without a name of its own is an access that was refused."""
    return ACTS.get(act, "访问")
