"""Logs: one JSON object a line, whoever writes it, and no password in any."""

import json
import subprocess
import sys
from typing import Any

SPEAK = """
import logging, structlog
from selfmon_shared.observability.logging import configure_logging
configure_logging("plan", "INFO")
log = structlog.get_logger()
structlog.contextvars.bind_contextvars(correlation="c-1")
log.info("connected", uri="amqp://guest:geheim@h1:5672/v", count=3, hosts=["amqp://a:geheim@h"])
log.debug("unheard")
logging.getLogger("somebody.else").warning("重连 postgresql+psycopg2://plan_app:geheim@db/plan?x=1")
logging.getLogger("kombu").info("unheard too")
logging.getLogger("other").info("both amqp://u:geheim@h1;amqp://u:geheim@h2")
try:
    raise ValueError("broken")
except ValueError as error:
    log.error("failed", exc_info=error)
"""


def spoken() -> list[dict[str, Any]]:
    done = subprocess.run([sys.executable, "-c", SPEAK], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_every_line_is_an_object_with_process_level_time_and_correlation() -> None:
    lines = spoken()
    assert [line["event"].split(" ")[0] for line in lines] == ["connected", "重连", "both", "failed"]
    for line in lines:
        assert (line["process"], line["correlation"]) == ("plan", "c-1")
        assert line["timestamp"].endswith("Z")
    assert [line["level"] for line in lines] == ["info", "warning", "info", "error"]
    assert lines[0]["count"] == 3
    assert "ValueError: broken" in lines[3]["exception"]


def test_no_password_is_ever_written() -> None:
    lines = spoken()
    assert lines[0]["uri"] == "amqp://guest:***@h1:5672/v"
    assert "plan_app:***@db/plan" in lines[1]["event"]
    assert lines[2]["event"].count("u:***@h") == 2
    assert "geheim" not in json.dumps(lines, ensure_ascii=False)
