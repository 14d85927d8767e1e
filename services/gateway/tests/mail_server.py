"""A real SMTP server on a free port of 127.0.0.1, whose outages and refusals a test chooses."""

import asyncio
import email
import socket
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


class Mailbox:
    """What arrived; ``answer`` is what the server says to a recipient (None: it takes him)."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], EmailMessage]] = []
        self.answer: str | None = None

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if self.answer is not None:
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.letters.append((list(envelope.rcpt_tos), message))
        return "250 OK"


class PostOffice:
    """The server; it can go away and come back at the same port."""

    def __init__(self) -> None:
        self.mailbox = Mailbox()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self._controller: Controller | None = None

    def open(self) -> None:
        self._controller = Controller(self.mailbox, hostname="127.0.0.1", port=self.port, loop=asyncio.new_event_loop())
        self._controller.start()

    def close(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    @property
    def settings(self) -> dict[str, str]:
        return {
            "SMTP_URL": f"smtp://127.0.0.1:{self.port}",
            "SMTP_TLS": "none",
            "SMTP_FROM": "platform@example.cn",
            "PUBLIC_BASE_URL": "https://monitor.example.cn/",
        }

    @property
    def texts(self) -> list[str]:
        return [message.get_content() for _, message in self.mailbox.letters]

    @property
    def addresses(self) -> list[list[str]]:
        return [addresses for addresses, _ in self.mailbox.letters]
