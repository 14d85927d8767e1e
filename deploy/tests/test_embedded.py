"""The embedded run harms nothing that is not its own."""

import socket
from pathlib import Path

from click.testing import CliRunner

from selfmon_deploy.embedded import begin_anew, require_free, run_embedded
from selfmon_shared.application.tokens import create_keys
from selfmon_shared.testing.processes import free_port


def test_a_folder_that_is_not_the_platforms_is_never_emptied(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    ports = ["--port", str(free_port()), "--national-port", str(free_port())]
    outcome = CliRunner().invoke(run_embedded, ["--demo", "--headless", "--data", str(tmp_path), *ports])
    assert outcome.exit_code == 1
    assert "不是平台的数据目录" in outcome.output
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_the_folder_of_an_earlier_run_is_emptied_and_a_new_or_empty_one_taken(tmp_path: Path) -> None:
    begin_anew(tmp_path / "new")
    begin_anew(tmp_path)
    create_keys(tmp_path)
    begin_anew(tmp_path)
    assert not tmp_path.exists()


def test_a_second_run_on_the_same_port_is_told_so_before_it_touches_anything(tmp_path: Path) -> None:
    create_keys(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        arguments = ["--demo", "--port", str(port), "--national-port", str(free_port()), "--data", str(tmp_path)]
        outcome = CliRunner().invoke(run_embedded, arguments)
    assert outcome.exit_code == 1
    assert f"127.0.0.1:{port} 已被占用" in outcome.output
    assert (tmp_path / "actor-private.pem").exists()
    require_free(port)
