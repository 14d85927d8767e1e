import contextlib
from pathlib import Path

import pika
import pytest
from pika.exceptions import AMQPConnectionError, ProbableAccessDeniedError

from selfmon_shared.testing import rabbitmq as module
from selfmon_shared.testing.processes import ProcessFailed, port_answers
from selfmon_shared.testing.rabbitmq import PrivateRabbitMQ, RabbitMQMissing, amqp_handshake, server_program
from selfmon_shared.testing.waiting import eventually

pytestmark = pytest.mark.rabbitmq


def connect(uri: str) -> pika.BlockingConnection:
    return pika.BlockingConnection(pika.URLParameters(uri))


def vhost_of(uri: str) -> str:
    return uri.rpartition("/")[2]


def test_a_message_goes_through_a_vhost_of_its_own(amqp_uri: str) -> None:
    with connect(amqp_uri) as connection:
        channel = connection.channel()
        channel.queue_declare("plan")
        channel.basic_publish("", "plan", "方案".encode())
        _, _, body = channel.basic_get("plan", auto_ack=True)
    assert body is not None
    assert body.decode() == "方案"


def test_queues_of_one_vhost_are_not_seen_in_another(rabbitmq: PrivateRabbitMQ, amqp_uri: str) -> None:
    with connect(amqp_uri) as connection:
        connection.channel().queue_declare("方案.events")
        connection.channel().queue_declare("plan.rpc")
        assert rabbitmq.queues(vhost_of(amqp_uri)) == ["plan.rpc", "方案.events"]
        assert rabbitmq.queues() == []


def test_a_removed_vhost_refuses_connections(rabbitmq: PrivateRabbitMQ) -> None:
    uri = rabbitmq.add_vhost("short-lived")
    rabbitmq.delete_vhost("short-lived")
    with pytest.raises((ProbableAccessDeniedError, AMQPConnectionError)):
        connect(uri)
    with pytest.raises(ProcessFailed, match="refused"):
        rabbitmq.delete_vhost("short-lived")


def test_a_killed_broker_comes_back_on_its_port_with_what_was_durable(rabbitmq: PrivateRabbitMQ, amqp_uri: str) -> None:
    connection = connect(amqp_uri)
    connection.channel().queue_declare("kept", durable=True)
    connection.channel().queue_declare("lost", durable=False)
    rabbitmq.kill()
    assert not rabbitmq.running
    assert not amqp_handshake(rabbitmq.port)
    with pytest.raises(AMQPConnectionError):
        connection.process_data_events(time_limit=5)
    rabbitmq.start()
    with connect(amqp_uri):
        assert rabbitmq.queues(vhost_of(amqp_uri)) == ["kept"]


def test_nothing_of_it_listens_beyond_this_machine_and_nothing_is_left_at_its_end() -> None:
    with PrivateRabbitMQ() as broker:
        assert broker.amqp_uri == f"amqp://guest:guest@127.0.0.1:{broker.port}/"
        pids = broker.pids
        listening = {
            line.split()[1]
            for pid in pids
            for table in ("tcp", "tcp6")
            for line in Path(f"/proc/{pid}/net/{table}").read_text(encoding="utf-8").splitlines()[1:]
            if line.split()[3] == "0A" and line.split()[9] in sockets(pid)
        }
        assert len({address.rpartition(":")[2] for address in listening}) == 3, "ports of AMQP, distribution, epmd"
        assert {address.rpartition(":")[0] for address in listening} <= {"0100007F", "00000000000000000000000001000000"}, "loopback"
        broker.restart()
        folder = Path(f"/proc/{broker.pids[0]}/cwd").resolve()
        port = broker.port
    eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), what="the end of broker and epmd")
    assert not port_answers(port)
    assert not folder.exists()


def sockets(pid: int) -> set[str]:
    """The inode numbers of a process's sockets."""
    found = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            found.add(link.readlink().name)
    return {name[8:-1] for name in found if name.startswith("socket:[")}


def test_a_port_without_a_broker_gives_no_handshake(rabbitmq: PrivateRabbitMQ) -> None:
    assert amqp_handshake(rabbitmq.port)
    assert not amqp_handshake(1)


def test_a_missing_installation_names_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "SERVERS", tmp_path)
    with pytest.raises(RabbitMQMissing, match="apt-get install rabbitmq-server"):
        server_program()
    with pytest.raises(RabbitMQMissing), PrivateRabbitMQ():
        pass


def test_one_that_never_started_may_be_told_to_end() -> None:
    broker = PrivateRabbitMQ()
    broker.stop()
    broker.kill()
    broker.close()
    assert not broker.running
    assert broker.pids == []
