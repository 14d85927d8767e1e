"""Why a sign-on comes to nothing."""

from typing import ClassVar

from selfmon_shared.kernel.errors import Refusal

ERRORS = {
    "login.state-invalid": "登录请求无效：已超过十分钟、已使用过，或不是在本浏览器中发起的。请重新登录",
    "login.ticket-invalid": "门户不认可此次登录的凭据（可能已使用过或已过期）。请重新登录",
    "login.token-invalid": "门户令牌无效、已过期，或不是签发给本平台的。请从门户重新进入",
    "login.token-used": "此登录凭据已使用过。请从门户重新进入",
    "login.refused-by-portal": "门户未完成登录。请重新登录",
    "login.request-incomplete": "登录请求不完整。请从登录页或门户重新进入",
    "login.account-missing": "门户没有提供您的账号，无法登录。请联系门户管理员",
    "login.uscc-missing": "您的门户账号没有登记统一社会信用代码，或代码格式不正确，无法确定所属企业。请先在环保脸谱补全企业信息",
    "login.role-missing": "您的门户账号没有平台运维或审计的角色",
    "login.locked": "登录失败次数过多，请在 {minutes} 分钟后再试",
    "login.too-many": "登录请求过于频繁，请在 {minutes} 分钟后再试",
    "login.portal-away": "统一门户暂时无法连接，请稍后再试",
    "login.officers-away": "暂时无法核对您的账号（审核服务不可用），请稍后再试",
}


class SignOnRefused(Refusal):
    """A state, ticket or token that is forged, used, expired or not for us. It counts as a failure of the address it came from."""

    status: ClassVar[int] = 400


class TooMany(Refusal):
    """Too many requests; try again after ``retry_after`` seconds."""

    status: ClassVar[int] = 429

    def __init__(self, code: str, *, retry_after: int) -> None:
        super().__init__(code, minutes=-(-retry_after // 60))
        self.retry_after = retry_after
