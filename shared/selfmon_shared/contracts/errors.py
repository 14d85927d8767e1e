"""The catalogue of errors: one stable code, one Chinese message. Each provider lists its own as ``ERRORS`` beside its contracts.

Messages are plain and say what to do; ``{name}`` is filled from the refusal's params.
"""

from collections.abc import Mapping

from selfmon_shared.kernel.errors import Refusal

GENERAL: Mapping[str, str] = {
    "input.invalid": "有内容填写不正确，请按各项提示修改后重试",
    "command.unknown": "没有这项操作：{name}",
    "command.key-missing": "请求缺少幂等键（Idempotency-Key）",
    "command.key-reused": "同一幂等键已用于另一内容的请求，请刷新页面后重试",
    "command.expired": "请求超时未执行，请重试",
    "record.changed": "内容已被他人修改，请刷新后重试",
    "actor.unknown": "登录已失效，请重新登录",
    "actor.enterprise-only": "此操作只能由企业用户办理",
    "actor.officer-only": "此操作只能由生态环境部门用户办理",
    "actor.operator-only": "此操作只能由平台运维人员办理",
    "actor.outside-region": "该排污单位不在您的管辖区域内",
    "discharger.unknown": "没有找到该排污单位",
    "broker.away": "消息服务暂时不可用，请稍后重试",
    "database.away": "数据服务暂时不可用，请稍后重试",
    "file.too-large": "文件过大（上限 50 MB）",
    "file.empty": "文件是空的，请重新选择",
    "file.unknown": "没有找到上传的文件，请重新上传",
    "service.away": "服务暂时不可用，请稍后重试",
    "service.busy": "服务繁忙，请稍后重试",
    "service.timeout": "服务超时未答复，请稍后重试",
    "service.maintenance": "服务正在维护，请稍后重试",
    "service.failed": "系统内部错误，已记录，请稍后重试",
    "route.unknown": "没有这个地址",
    "route.method-not-allowed": "此地址不支持该请求方法",
    "request.too-large": "请求内容过大",
    "request.malformed": "请求格式不正确",
}


class ErrorCatalogue:
    """All codes of the providers at hand."""

    def __init__(self, *groups: Mapping[str, str]) -> None:
        self.messages: dict[str, str] = {}
        for group in (GENERAL, *groups):
            if twice := self.messages.keys() & group.keys():
                raise ValueError(f"error codes listed twice: {sorted(twice)}")
            self.messages.update(group)

    def message(self, refusal: Refusal) -> str:
        """The Chinese message of a refusal; a code that is not listed says so plainly."""
        template = self.messages.get(refusal.code, "请求未能完成（{code}）")
        return self._filled(template, refusal)

    def field_messages(self, refusal: Refusal) -> dict[str, list[str]]:
        """The refusal's field messages, with codes replaced by their messages."""
        return {path: [self._said(message, refusal) for message in messages] for path, messages in refusal.fields.items()}

    def _said(self, message: str, refusal: Refusal) -> str:
        # Only the catalogue's own wordings have places to fill: what a field says may quote the user's braces.
        template = self.messages.get(message)
        return message if template is None else self._filled(template, refusal)

    @staticmethod
    def _filled(template: str, refusal: Refusal) -> str:
        return template.format_map(_Known({**refusal.params, "code": refusal.code}))


class _Known(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"
