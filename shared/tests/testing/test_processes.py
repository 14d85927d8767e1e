import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from selfmon_shared.testing.guard import Guard, follow_orders, guard, start_time
from selfmon_shared.testing.processes import ManagedProcess, ProcessFailed, free_port, port_answers, temporary_folder
from selfmon_shared.testing.waiting import eventually

SERVER = (
    "import http.server,sys; print('serving', flush=True); http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), None).serve_forever()"
)
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); signal.pause()"


def gone(pid: int) -> bool:
    """No such process, or one that is dead and waits for its parent's notice."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def server(tmp_path: Path, port: int) -> ManagedProcess:
    return ManagedProcess(
        [sys.executable, "-c", SERVER, str(port)], name="web", log_path=tmp_path / "web.log", ready=lambda: port_answers(port)
    )


def python(tmp_path: Path, program: str, **env: str | None) -> ManagedProcess:
    return ManagedProcess([sys.executable, "-c", program], name="program", log_path=tmp_path / "program.log", env=env)


def said(process: ManagedProcess, text: str) -> bool:
    return text in process.log_tail()


def test_start_waits_until_it_is_ready_and_the_end_of_the_block_ends_it(tmp_path: Path) -> None:
    port = free_port()
    with server(tmp_path, port) as web:
        assert web.running
        assert port_answers(port)
        pid = web.pid
    assert not web.running
    assert gone(pid)
    assert not port_answers(port)


def test_a_killed_process_can_be_started_again_and_keeps_its_log(tmp_path: Path) -> None:
    with server(tmp_path, free_port()) as web:
        first = web.pid
        web.kill9()
        assert web.exit_code == -signal.SIGKILL
        web.restart()
        assert web.pid != first
        assert web.restart().running
        assert web.log_path.read_text(encoding="utf-8").count("serving") == 3


def test_kill9_takes_the_children_along(tmp_path: Path) -> None:
    program = "import subprocess,sys; c=subprocess.Popen(['sleep','600']); print(f'started={c.pid}.', flush=True); c.wait()"
    with python(tmp_path, program) as parent:
        eventually(lambda: said(parent, "started="), what="the child's pid")
        child = int(parent.log_tail().split("started=")[1].split(".")[0])
        parent.kill9()
        eventually(lambda: gone(child), what="the child's end")


def test_terminate_answers_the_exit_code(tmp_path: Path) -> None:
    program = "import signal,sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(7)); print('up', flush=True); signal.pause()"
    with python(tmp_path, program) as process:
        eventually(lambda: said(process, "up"), what="its handler")
        assert process.terminate() == 7


def test_a_process_that_ignores_SIGTERM_is_killed_and_reported_with_its_log(tmp_path: Path) -> None:
    with python(tmp_path, STUBBORN) as process:
        eventually(lambda: said(process, "up"), what="its handler")
        with pytest.raises(ProcessFailed, match=r"(?s)program still runs after 0.2 s.*up"):
            process.terminate(deadline=0.2)
        assert process.exit_code == -signal.SIGKILL


def test_stop_ends_even_a_stubborn_process_quietly(tmp_path: Path) -> None:
    process = python(tmp_path, STUBBORN).start()
    eventually(lambda: said(process, "up"), what="its handler")
    process.stop(deadline=0.2)
    assert not process.running


def test_a_process_that_dies_at_once_is_reported_with_its_log(tmp_path: Path) -> None:
    process = ManagedProcess(
        [sys.executable, "-c", "print('no such setting: 端口'); raise SystemExit(3)"],
        name="plan",
        log_path=tmp_path / "plan.log",
        ready=lambda: False,
    )
    with pytest.raises(ProcessFailed, match=r"(?s)plan ended with 3 before it was ready.*no such setting: 端口"):
        process.start()


def test_a_process_that_never_gets_ready_is_ended_and_reported(tmp_path: Path) -> None:
    process = ManagedProcess(["sleep", "600"], name="sleeper", log_path=tmp_path / "log", ready=lambda: False)
    with pytest.raises(ProcessFailed, match="sleeper ready: not within 0.1 s"):
        process.start(ready_within=0.1)
    assert not process.running


def test_it_is_not_started_twice_at_once(tmp_path: Path) -> None:
    with server(tmp_path, free_port()) as web, pytest.raises(ProcessFailed, match="runs already"):
        web.start()


def test_a_process_that_was_never_started_has_no_pid_and_no_end(tmp_path: Path) -> None:
    process = python(tmp_path, "")
    with pytest.raises(ProcessFailed, match="never started"):
        _ = process.pid
    with pytest.raises(ProcessFailed, match="never started"):
        process.wait()
    process.send_signal(signal.SIGTERM)
    process.stop()
    assert process.exit_code is None


def test_environment_is_added_and_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELFMON_OLD", "1")
    program = "import os; print(os.environ.get('SELFMON_OLD'), os.environ['SELFMON_NEW'], 'PATH' in os.environ)"
    process = python(tmp_path, program, SELFMON_OLD=None, SELFMON_NEW="2").start()
    assert process.wait() == 0
    assert said(process, "None 2 True")


def test_a_failing_test_shows_the_log(tmp_path: Path) -> None:
    def failing_test() -> None:
        with python(tmp_path, "print('refused', flush=True)") as process:
            assert process.wait() == 1, "seen by the user"

    with pytest.raises(AssertionError, match="seen by the user") as caught:
        failing_test()
    assert any("refused" in note for note in caught.value.__notes__)


def test_a_started_process_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    with server(tmp_path, free_port()) as web:
        web.kill9()
        thread = threading.Thread(target=web.start)
        thread.start()
        thread.join()
        assert web.running


def test_what_a_hard_killed_test_had_started_is_ended_and_its_folder_removed(tmp_path: Path) -> None:
    program = """
import signal, sys
from pathlib import Path
from selfmon_shared.testing.processes import ManagedProcess, temporary_folder
with temporary_folder("selfmon-guard-") as folder:
    process = ManagedProcess(["sleep", "600"], name="sleeper", log_path=folder / "log").start()
    print(process.pid, folder, flush=True)
    signal.pause()
"""
    victim = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert victim.stdout is not None
    pid, folder = victim.stdout.readline().split()
    assert not gone(int(pid))
    victim.kill()
    victim.wait()
    victim.stdout.close()
    eventually(lambda: gone(int(pid)), what="the orphan's end")
    eventually(lambda: not Path(folder).exists(), what="the folder's removal")


def test_the_guard_spares_a_forgotten_process_and_a_reused_pid(tmp_path: Path) -> None:
    keeper = Guard()
    spared = ManagedProcess(["sleep", "600"], name="spared", log_path=tmp_path / "1.log").start()
    reused = ManagedProcess(["sleep", "600"], name="reused", log_path=tmp_path / "2.log").start()
    ended = ManagedProcess(["sleep", "600"], name="ended", log_path=tmp_path / "3.log").start()
    try:
        keeper.watch(spared.pid)
        keeper.forget(spared.pid)
        keeper._say(f"watch {reused.pid} 1")
        keeper.watch(ended.pid)
        keeper.close()
        assert ended.wait() == -signal.SIGKILL
        assert spared.running
        assert reused.running
        assert not keeper.usable()
    finally:
        for process in (spared, reused, ended):
            process.kill9()


def test_the_guard_is_made_once_and_ignores_the_terminals_signals() -> None:
    assert guard() is guard()
    os.kill(guard().pid, signal.SIGINT)
    os.kill(guard().pid, signal.SIGTERM)
    assert guard().usable()
    assert start_time(os.getpid()) is not None
    assert start_time(2**22 + 1) is None


def test_a_temporary_folder_is_gone_at_the_end() -> None:
    with temporary_folder("selfmon-test-") as folder:
        (folder / "file").write_text("x", encoding="utf-8")
    assert not folder.exists()


def test_the_guards_list_is_worked_off_when_the_orders_end(tmp_path: Path) -> None:
    folder = tmp_path / "left behind"
    folder.mkdir()
    spared = ManagedProcess(["sleep", "600"], name="spared", log_path=tmp_path / "1.log").start()
    ended = ManagedProcess(["sleep", "600"], name="ended", log_path=tmp_path / "2.log").start()
    try:
        orders = [f"watch {process.pid} {start_time(process.pid)}\n" for process in (spared, ended)]
        follow_orders([*orders, f"forget {spared.pid}\n", f"watch {os.getpid()} 1\n", f"folder {folder}\n", "unknown order\n"])
        assert ended.wait() == -signal.SIGKILL
        assert spared.running
        assert not folder.exists()
    finally:
        spared.kill9()
        ended.kill9()
