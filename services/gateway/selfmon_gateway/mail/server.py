"""The mail server (SMTP), by settings. What goes wrong is told without addresses: they are personal data, and stay out of logs."""

import re
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from selfmon_shared.application.settings import Settings

TIMEOUT = 20.0
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
NONE, STARTTLS, TLS = "none", "starttls", "tls"


class MailServerAway(Exception):
    """The server cannot be reached, or asks to try later; says why, without addresses."""


class MailRefused(Exception):
    """The server will never take this mail; says why, without addresses."""


def is_address(text: str) -> bool:
    """Whether this is one plain mail address, and nothing besides."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def is_configured(settings: Settings) -> bool:
    """Whether mail is sent at all."""
    return bool(settings.text("SMTP_URL") or settings.text("SMTP_HOST"))


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in, and from whom it comes. The password is read from its file at each mail, so it can be changed."""

    host: str
    port: int
    sender: str
    tls: str = STARTTLS
    user: str = ""
    password: str = ""
    password_file: str = ""

    @staticmethod
    def of(settings: Settings) -> "MailServer | None":
        """The server of ``SMTP_URL``, or of ``SMTP_HOST`` and ``SMTP_PORT``, with ``SMTP_USER``, ``SMTP_PASSWORD_FILE``, ``SMTP_TLS`` and
        ``SMTP_FROM``; None if there is none.

        Raises:
            ValueError: the settings contradict each other, lack the sender, or would send a password in the clear.
        """
        if not is_configured(settings):
            return None
        parts = urlsplit(settings.text("SMTP_URL"))
        if parts.scheme not in ("", "smtp", "smtps"):
            raise ValueError("SMTP_URL must begin with smtp:// or smtps://")
        tls = settings.text("SMTP_TLS", TLS if parts.scheme == "smtps" else STARTTLS)
        if tls not in (NONE, STARTTLS, TLS):
            raise ValueError("SMTP_TLS must be none, starttls or tls")
        server = MailServer(
            host=settings.text("SMTP_HOST", parts.hostname or ""),
            port=int(settings.text("SMTP_PORT", str(parts.port or {NONE: 25, STARTTLS: 587, TLS: 465}[tls]))),
            sender=settings.text("SMTP_FROM"),
            tls=tls,
            user=settings.text("SMTP_USER", unquote(parts.username or "")),
            password=unquote(parts.password or ""),
            password_file=settings.text("SMTP_PASSWORD_FILE"),
        )
        if not is_address(server.sender):
            raise ValueError("SMTP_FROM must be the address that mail comes from")
        if server.user and tls == NONE and server.host not in _LOOPBACK:
            raise ValueError("SMTP_TLS=none would send the password of SMTP_USER in the clear")
        return server

    def send(self, message: EmailMessage) -> None:
        """Hand one mail in.

        Raises:
            MailServerAway: not now; try again later.
            MailRefused: never.
        """
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            code = max(code for code, _ in refused.recipients.values())
            raise _trouble(code, "recipient") from None
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refused:
            raise _trouble(refused.smtp_code, "mail") from None
        except smtplib.SMTPResponseException as refused:  # greeting, log-in, STARTTLS: the settings or the server, not this mail
            raise MailServerAway(f"{type(refused).__name__} {refused.smtp_code}") from None
        except (OSError, smtplib.SMTPException) as away:
            raise MailServerAway(type(away).__name__) from None

    def _connected(self) -> smtplib.SMTP:
        if self.tls == TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        try:
            if self.tls == STARTTLS:
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self._password())
        except BaseException:
            server.close()
            raise
        return server

    def _password(self) -> str:
        return Path(self.password_file).read_text(encoding="utf-8").strip() if self.password_file else self.password


def _trouble(code: int, what: str) -> MailServerAway | MailRefused:
    return MailRefused(f"{what} refused {code}") if code >= 500 else MailServerAway(f"{what} put off {code}")
