"""structlog: one JSON object a line on standard error, standard library records included, secrets masked."""

import logging
import re
import sys
from typing import Any

import structlog

_PASSWORD_IN_URL = re.compile(r'(\w+://[^:/\s@"]*):[^@\s"]+@')


def _mask_secrets(_logger: Any, _name: str, line: str) -> str:
    return _PASSWORD_IN_URL.sub(r"\1:***@", line)


def configure_logging(process: str, level: str = "INFO") -> None:
    """Log as JSON lines; ``process`` names the process in each."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    finish: list[Any] = [structlog.processors.JSONRenderer(ensure_ascii=False), _mask_secrets]  # also what lies deep inside
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *finish]
        )
    )
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level)
    for noisy in ("nameko", "kombu", "amqp", "pika", "httpx", "httpcore", "alembic", "fontTools", "fpdf"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(process=process)
