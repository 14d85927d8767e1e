"""A notice as a plain letter: what it is about, when, and where to look. What somebody has written freely is not in it."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from selfmon_gateway.mail.server import is_address
from selfmon_shared.kernel.digests import sm3
from selfmon_shared.kernel.periods import SHANGHAI

PLATFORM = "排污单位自行监测信息发布平台"
_LONGEST_SUBJECT = 120


class AddressInvalid(ValueError):
    """It is no plain mail address; the address itself is not told."""


@dataclass(frozen=True)
class Letter:
    """What a mail tells; ``discharger`` is its name, empty where the notice is a person's own."""

    event_id: str
    title: str
    discharger: str
    occurred_at: datetime
    link: str

    def to(self, address: str, sender: str, now: datetime) -> EmailMessage:
        """The mail to one address. The same letter to the same address has the same Message-ID.

        Raises:
            AddressInvalid: it is no address, or more than one.
        """
        if not is_address(address):
            raise AddressInvalid
        message = EmailMessage(policy=SMTP)
        subject = "：".join(filter(None, (_line(self.title), _line(self.discharger))))
        message["Subject"] = f"【自行监测】{subject}"[:_LONGEST_SUBJECT]
        message["From"] = formataddr((PLATFORM, sender))
        message["To"] = address
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{self.event_id}.{sm3(address)[:16]}@{sender.partition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(self._text(), charset="utf-8", cte="base64")
        return message

    def _text(self) -> str:
        about = [f"排污单位：{_line(self.discharger)}"] if self.discharger else []
        lines = [
            "您好！",
            "",
            f"{PLATFORM}有一条新消息：{_line(self.title)}",
            *about,
            f"时间：{self.occurred_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
            "",
            f"请登录平台查看：{self.link}" if self.link else "请登录平台查看。",
            "",
            "此邮件由系统自动发送，请勿回复。接收哪些通知，可在平台的消息设置中选择。",
        ]
        return "\n".join(lines) + "\n"


def _line(text: str) -> str:
    """The text on one line, without control characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
