"""HTML to PDF by pdfkit and wkhtmltopdf, shut in: no network, no local files, no scripts, bounded memory and time."""

import os
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pdfkit

from selfmon_plan.document import layout
from selfmon_plan.document.errors import DocumentRenderFailed, DocumentRenderTimeout, RendererMissing

RENDERER_PACKAGE = "wkhtmltopdf"
MEMORY_LIMIT = 4 * 1024**3
TIMEOUT = 180.0
_POLL = 0.2

OPTIONS: dict[str, str] = {
    "page-size": "A4",
    "margin-top": f"{layout.MARGIN_TOP}mm",
    "margin-bottom": f"{layout.MARGIN_BOTTOM}mm",
    "margin-left": f"{layout.MARGIN_LEFT}mm",
    "margin-right": f"{layout.MARGIN_RIGHT}mm",
    "encoding": "UTF-8",
    "disable-javascript": "",
    "disable-local-file-access": "",
    "disable-plugins": "",
    "proxy": "http://127.0.0.1:9",  # the discard port: where no network namespace can be had, nothing gets out either
    "load-media-error-handling": "ignore",
}


class _SealedPdfKit(pdfkit.PDFKit):  # type: ignore[misc]  # pdfkit ships no types
    """pdfkit without options taken from the document (CVE-2025-26240: ``<meta name="pdfkit-…">`` became command-line options)."""

    def _find_options_in_meta(self, content: str) -> dict[str, str]:
        del content
        return {}


def render_html(html: str, *, alive: Callable[[], None] = lambda: None, timeout: float = TIMEOUT) -> bytes:
    """The document as PDF.

    ``alive`` is called a few times a second while the engine runs; what it raises ends the engine and is passed on.

    Raises:
        RendererMissing: wkhtmltopdf is not installed.
        DocumentRenderFailed: the engine ended with an error, or without a PDF.
        DocumentRenderTimeout: the engine took longer than ``timeout`` seconds.
    """
    with (
        tempfile.TemporaryDirectory(prefix="plan-document-") as folder,
        tempfile.TemporaryFile() as source,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as log,
    ):
        source.write(html.encode("utf-8", errors="replace"))
        source.seek(0)
        process = subprocess.Popen(  # the options are fixed, the document goes in by stdin
            command(),
            stdin=source,
            stdout=out,
            stderr=log,
            cwd=folder,
            env=_environment(folder),
            start_new_session=True,
            preexec_fn=_limit,  # noqa: PLW1509 - the rendering child has one thread
        )
        try:
            _wait(process, alive, timeout)
        finally:
            _end(process)
        log.seek(0)
        words = log.read().decode("utf-8", errors="replace")
        out.seek(0)
        pdf = out.read()
    _judge(process.returncode, words, pdf)
    return pdf


def command() -> list[str]:
    """The engine's command line; within a network namespace of its own where the machine allows one."""
    path = shutil.which("wkhtmltopdf")
    if path is None:
        raise RendererMissing(RENDERER_PACKAGE)
    kit = _SealedPdfKit("", "string", options=OPTIONS, configuration=pdfkit.configuration(wkhtmltopdf=path))
    sealed = ["unshare", "--map-root-user", "--net", "--"] if network_namespace_allowed() else []
    return [*sealed, *kit.command()]


@lru_cache(maxsize=1)
def network_namespace_allowed() -> bool:
    """Whether this machine lets an ordinary process give up the network (containers often forbid it)."""
    if shutil.which("unshare") is None:
        return False
    probe = subprocess.run(["unshare", "--map-root-user", "--net", "--", "true"], capture_output=True, check=False)  # noqa: S607
    return probe.returncode == 0


def _environment(folder: str) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": folder,
        "XDG_RUNTIME_DIR": folder,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "QT_QPA_PLATFORM": "offscreen",
        "QT_HASH_SEED": "0",  # the same content gives the same bytes
    }


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (int(TIMEOUT), int(TIMEOUT)))


def _wait(process: "subprocess.Popen[bytes]", alive: Callable[[], None], timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while True:
        try:
            process.wait(_POLL)
        except subprocess.TimeoutExpired:
            alive()
            if time.monotonic() > deadline:
                raise DocumentRenderTimeout(timeout) from None
        else:
            return


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _judge(code: int, words: str, pdf: bytes) -> None:
    handle_error: Any = _SealedPdfKit.handle_error
    try:
        handle_error(code, words)
    except OSError as error:
        raise DocumentRenderFailed(str(error)[-2000:]) from error
    if not pdf.startswith(b"%PDF-"):
        raise DocumentRenderFailed(words[-2000:] or "no PDF was written")
