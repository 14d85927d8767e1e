"""A RabbitMQ node of a test's own: on 127.0.0.1, free ports, its own folder, no system service touched."""

import os
import re
import secrets
import socket
import struct
import subprocess
from base64 import b64decode
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from selfmon_shared.testing.processes import ManagedProcess, ProcessFailed, free_port, port_answers, temporary_folder

SERVERS = Path("/usr/lib/rabbitmq/lib")
ERL_CALL = Path("/usr/lib/erlang/bin/erl_call")
CONNECTION_START = b"\x00\x0a\x00\x0a"  # class 10 method 10: the broker's answer to a protocol header
CONFIGURATION = """\
loopback_users = none
vm_memory_high_watermark.absolute = 400MB
disk_free_limit.absolute = 10MB
log.file.level = info
"""


class RabbitMQMissing(RuntimeError):
    """RabbitMQ is not installed on this machine."""


def server_program() -> Path:
    """The server's own start script (the wrapper in /usr/sbin insists on the system's user).

    Raises:
        RabbitMQMissing: naming the package to install.
    """
    found = sorted(SERVERS.glob("rabbitmq_server-*/sbin/rabbitmq-server"), key=lambda path: [int(n) for n in re.findall(r"\d+", str(path))])
    if not found:
        raise RabbitMQMissing("RabbitMQ is not installed: apt-get install rabbitmq-server")
    return found[-1]


def amqp_handshake(port: int) -> bool:
    """Whether a broker on this port of 127.0.0.1 answers an AMQP 0-9-1 protocol header with Connection.Start."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2.0) as connection:
            connection.sendall(b"AMQP\x00\x00\x09\x01")
            head = connection.recv(11, socket.MSG_WAITALL)
    except OSError:
        return False
    return len(head) == 11 and struct.unpack(">BHI", head[:7])[:2] == (1, 0) and head[7:11] == CONNECTION_START


def erlang_binary(text: str) -> str:
    """The text's UTF-8 bytes as an Erlang binary term."""
    return f"<<{','.join(str(byte) for byte in text.encode())}>>"


class PrivateRabbitMQ:
    """A broker that the test may stop, kill and restart; port and data stay the same over restarts.

    Its epmd is a child of ours on a port of its own, so that nothing is left behind. One scheduler and little memory.
    """

    def __init__(self) -> None:
        self._stack = ExitStack()
        self.port = 0
        self._server: ManagedProcess | None = None
        self._epmd: ManagedProcess | None = None
        self._node = f"selfmon-{secrets.token_hex(4)}@localhost"
        self._cookie = secrets.token_hex(16)
        self._environment: dict[str, str] = {}

    @property
    def amqp_uri(self) -> str:
        """`amqp://…` of the default vhost."""
        return self.amqp_uri_of("/")

    def amqp_uri_of(self, vhost: str) -> str:
        """`amqp://…` of the named vhost."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}/{quote(vhost, safe='') if vhost != '/' else ''}"

    @property
    def running(self) -> bool:
        return self._server is not None and self._server.running

    @property
    def pids(self) -> list[int]:
        """The pids of the broker and its epmd."""
        return [process.pid for process in (self._server, self._epmd) if process is not None]

    def start(self) -> Self:
        """Start the node (again) and wait for its AMQP handshake, 4–20 s; a running one is left as it is.

        Raises:
            RabbitMQMissing: it is not installed.
            ProcessFailed: it did not come up; the message holds the end of its log.
        """
        if self._server is None:
            self._prepare()
        assert self._server is not None
        assert self._epmd is not None
        if not self._epmd.running:
            self._epmd.start(ready_within=10.0)
        if not self._server.running:
            self._server.start(ready_within=90.0)
        return self

    def stop(self) -> None:
        """Shut the node down in order: connections are closed by the broker."""
        if self._server is not None and self._server.running:
            self._server.terminate(deadline=30.0)

    def kill(self) -> None:
        """kill -9: connections break, what was only in memory is lost."""
        if self._server is not None:
            self._server.kill9()

    def restart(self) -> Self:
        """Stop (if it runs) and start on the same port and data."""
        self.stop()
        return self.start()

    def add_vhost(self, name: str) -> str:
        """Make an empty vhost and answer its `amqp://` URI."""
        binary = erlang_binary(name)
        self._evaluate(
            f'rabbit_vhost:add({binary}, <<"test">>), '
            f'rabbit_auth_backend_internal:set_permissions(<<"guest">>, {binary}, <<".*">>, <<".*">>, <<".*">>, <<"test">>).'
        )
        return self.amqp_uri_of(name)

    def delete_vhost(self, name: str) -> None:
        """Remove a vhost with all its queues; its connections are closed."""
        self._evaluate(f'rabbit_vhost:delete({erlang_binary(name)}, <<"test">>).')

    def queues(self, vhost: str = "/") -> list[str]:
        """The names of the vhost's queues, sorted."""
        answer = self._evaluate(
            f"[binary_to_list(base64:encode(N)) || {{resource, _, queue, N}} <- rabbit_amqqueue:list_names({erlang_binary(vhost)})]."
        )
        return sorted(b64decode(name).decode() for name in re.findall(r'"([^"]*)"', answer))

    def _prepare(self) -> None:
        program = server_program()
        folder = self._stack.enter_context(temporary_folder("selfmon-rabbitmq-"))
        (folder / "rabbitmq.conf").write_text(CONFIGURATION, encoding="utf-8")
        (folder / "enabled_plugins").write_text("[].\n", encoding="utf-8")
        cookie = folder / ".erlang.cookie"
        cookie.write_text(self._cookie, encoding="utf-8")
        cookie.chmod(0o400)
        self.port = free_port()
        epmd_port = free_port()
        self._environment = {"ERL_EPMD_PORT": str(epmd_port), "ERL_EPMD_ADDRESS": "127.0.0.1", "HOME": str(folder)}
        self._epmd = ManagedProcess(
            ["epmd", "-port", str(epmd_port), "-address", "127.0.0.1"],
            name="epmd",
            log_path=folder / "epmd.log",
            ready=lambda: port_answers(epmd_port),
        )
        self._server = ManagedProcess(
            [program],
            name="RabbitMQ",
            log_path=folder / "console.log",
            cwd=folder,
            ready=lambda: amqp_handshake(self.port),
            env={
                **{key: None for key in os.environ if key.startswith(("RABBITMQ_", "ERL_"))},
                **self._environment,
                "RABBITMQ_NODENAME": self._node,
                "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
                "RABBITMQ_NODE_PORT": str(self.port),
                "RABBITMQ_DIST_PORT": str(free_port()),
                "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
                "RABBITMQ_LOG_BASE": str(folder / "log"),
                "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
                "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
                "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
                "RABBITMQ_CONF_ENV_FILE": "/dev/null",
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                    "+S 2:2 +SDcpu 2:2 +SDio 8 -start_epmd false -kernel inet_dist_use_interface {127,0,0,1}"
                ),
                # The start script then replaces itself by the Erlang machine, so that a kill -9 meets the broker itself.
                "detached": "true",
            },
        )

    def _evaluate(self, expression: str) -> str:
        """Run one Erlang expression on the node (10 ms; rabbitmqctl takes a second)."""
        done = subprocess.run(
            [str(ERL_CALL), "-sname", self._node, "-c", self._cookie, "-e"],
            input=expression + "\n",
            env={**os.environ, **self._environment},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        if done.returncode != 0 or not done.stdout.startswith("{ok,"):
            raise ProcessFailed(f"RabbitMQ refused {expression}\n{done.stdout}{done.stderr}")
        return done.stdout

    def close(self) -> None:
        """End everything and remove the folder."""
        if self._server is not None:
            self._server.stop(deadline=15.0)
        if self._epmd is not None:
            # epmd ignores a request to stop while a node is registered: it is killed, it holds nothing.
            self._epmd.kill9()
        self._stack.close()

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
