"""A simulated national platform: it serves ``services/permit-sync/national-api.yaml`` from the demo's permits, with faults by setting.

``python -m selfmon_deploy.simulators.national --port 8090 --state DIR [--faults '{"error_rate": 0.1}']``

Beside the interface it has hooks for tests and demos, which meet no faults: ``GET|PUT /_faults`` (see :mod:`national_faults`),
``POST /_permits`` (add a permit, or change fields of one: ``{"PWXKZBH": …, "CLBZ": "0"}`` withdraws it), ``GET /_uploads``,
``GET /_health``.
"""

import argparse
import base64
import binascii
import contextlib
import hashlib
import json
import signal
import threading
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge
from werkzeug.routing import Map, Rule
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from selfmon_deploy.demo.data import demo_permits
from selfmon_deploy.simulators.national_faults import Fault, Faults, FaultSettings, FaultsInvalid
from selfmon_deploy.simulators.national_state import NationalState, PermitIncomplete

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

REQUIRED_OF_PERMIT = frozenset(
    ("PWXKZBH", "TYSHXYDM", "DWMC", "SZSFQHDM", "SZDSQHDM", "SZQXQHDM", "XKYXQXQ", "XKYXQXZ", "SQLX", "SJC", "CLBZ", "PFK", "ZXJCYQ")
)
KINDS = ("plan", "results", "abnormal", "annual-report")
_MAX_UPLOAD = 64 * 1024 * 1024
_MAX_PAGE = 200
_BEIJING = timezone(timedelta(hours=8))
_ROUTES = Map(
    [
        Rule("/permits", endpoint="list_permits", methods=["GET"]),
        Rule("/permits/<number>", endpoint="get_permit", methods=["GET"]),
        Rule("/uploads/<client_id>", endpoint="put_upload", methods=["PUT"]),
        Rule("/uploads/<client_id>", endpoint="get_upload", methods=["GET"]),
        Rule("/_faults", endpoint="get_faults", methods=["GET"]),
        Rule("/_faults", endpoint="put_faults", methods=["PUT"]),
        Rule("/_permits", endpoint="post_permits", methods=["POST"]),
        Rule("/_uploads", endpoint="list_uploads", methods=["GET"]),
        Rule("/_health", endpoint="health", methods=["GET"]),
    ]
)


class _UploadMalformed(ValueError):
    """The body is not an upload."""


class NationalSimulator:
    """The simulator as a WSGI application."""

    def __init__(self, state: NationalState, faults: Faults) -> None:
        self.state = state
        self.faults = faults
        self._closing = threading.Event()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = _MAX_UPLOAD
        hook = request.path.startswith("/_")
        fault = Fault.NONE if hook else self.faults.draw(upload=request.method == "PUT")
        if fault is Fault.TIMEOUT:
            self._closing.wait(self.faults.settings.timeout_seconds)
            raise ConnectionResetError("simulated: no answer")
        response = _problem(503, "unavailable", "系统繁忙（模拟）") if fault is Fault.ERROR else self._dispatch(request)
        if fault is Fault.LOST_RECEIPT:
            raise ConnectionResetError("simulated: answer lost")
        if fault is Fault.CUT:
            return _cut(response, environ, start_response)
        return response(environ, start_response)

    def release(self) -> None:
        """Let go of what hangs in a simulated time-out; from now on nothing hangs in one."""
        self._closing.set()

    def _dispatch(self, request: Request) -> Response:
        try:
            endpoint, values = _ROUTES.bind_to_environ(request.environ).match()
        except MethodNotAllowed:
            return _problem(405, "method-not-allowed", "不支持该方法")
        except HTTPException:
            return _problem(404, "no-such-path", "没有这个地址")
        response: Response = getattr(self, endpoint)(request, **values)
        return response

    def list_permits(self, request: Request) -> Response:
        cursor = request.args.get("cursor", "0")
        limit = request.args.get("limit", "50")
        if not (cursor.isdecimal() and limit.isdecimal() and 1 <= int(limit) <= _MAX_PAGE):
            return _problem(400, "bad-parameter", "cursor 或 limit 不正确")
        found = self.state.permits_after(int(cursor), int(limit) + 1)
        page, more = found[: int(limit)], len(found) > int(limit)
        following = str(page[-1][0]) if page else cursor
        if page and self.faults.repeats(cursor):
            following, more = cursor, True
        records = [self.faults.disguise(record) for _, record in page]
        return _json({"records": records, "next_cursor": following, "more": more})

    def get_permit(self, request: Request, number: str) -> Response:
        record = self.state.permit(number)
        return _json(self.faults.disguise(record)) if record else _problem(404, "not-found", "没有该许可证")

    def put_upload(self, request: Request, client_id: str) -> Response:
        try:
            body = request.get_data()
            upload = _checked(body)
        except RequestEntityTooLarge:
            return _refusal(413, client_id, "too-large", "超过大小上限")
        except _UploadMalformed as error:
            return _refusal(400, client_id, "malformed", f"格式不正确：{error}")
        taken = self.state.take_upload(client_id, body, lambda number: self._judge(client_id, upload, number))
        if taken is None:
            return _refusal(409, client_id, "client-id-reused", "该编号已用于另一次上传")
        return _json(taken[1], taken[0])

    def get_upload(self, request: Request, client_id: str) -> Response:
        answer = self.state.answer_of(client_id)
        return _json(answer) if answer else _problem(404, "not-found", "没有收到该上传")

    def _judge(self, client_id: str, upload: Mapping[str, Any], number: str) -> tuple[int, dict[str, Any]]:
        """Status and answer, by the first rule that refuses the whole, else by all that refuse lines."""
        lines = upload["content"].get("lines", [])
        refused: dict[str, dict[str, str]] = {}
        for rule in self.faults.settings.refuse:
            if not rule.concerns(upload):
                continue
            if rule.lines is None:
                return 422, _refused(client_id, rule.code, rule.text)
            for line in lines:
                if all(line.get(name) == value for name, value in rule.lines.items()):
                    refused.setdefault(line["line"], {"line": line["line"], "code": rule.code, "text": rule.text})
        if refused and len(refused) == len(lines):
            return 422, _refused(client_id, "all-lines-refused", "所有数据均被退回", list(refused.values()))
        return 201, {
            "outcome": "accepted",
            "client_id": client_id,
            "receipt": number,
            "received_at": datetime.now(_BEIJING).isoformat(timespec="seconds"),
            "refused_lines": list(refused.values()),
        }

    def get_faults(self, request: Request) -> Response:
        return _json(self.faults.settings.to_json())

    def put_faults(self, request: Request) -> Response:
        try:
            self.faults.set(FaultSettings.from_json(request.get_json(force=True)))
        except FaultsInvalid as error:
            return _problem(400, "bad-faults", str(error))
        except HTTPException:
            return _problem(400, "bad-faults", "no JSON")
        return self.get_faults(request)

    def post_permits(self, request: Request) -> Response:
        try:
            return _json(self.state.put_permit(request.get_json(force=True), REQUIRED_OF_PERMIT))
        except PermitIncomplete as error:
            return _problem(400, "incomplete", str(error))
        except (HTTPException, AttributeError):
            return _problem(400, "incomplete", "an object of fields is wanted")

    def list_uploads(self, request: Request) -> Response:
        return _json({"uploads": self.state.uploads()})

    def health(self, request: Request) -> Response:
        return _json({"simulator": "national", "note": "simulated, not the national platform"})


def _checked(body: bytes) -> dict[str, Any]:
    try:
        upload = json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        raise _UploadMalformed("no JSON") from error
    if not isinstance(upload, dict) or not isinstance(upload.get("uscc"), str) or "permit_number" not in upload:
        raise _UploadMalformed("uscc, permit_number")
    if upload.get("kind") not in KINDS:
        raise _UploadMalformed("kind")
    content = upload.get("content")
    lines = content.get("lines", []) if isinstance(content, dict) else None
    if not isinstance(lines, list) or not all(isinstance(line, dict) and isinstance(line.get("line"), str) for line in lines):
        raise _UploadMalformed("content")
    document = upload.get("document")
    if document is not None:
        _check_document(document)
    return upload


def _check_document(document: Any) -> None:
    try:
        content = base64.b64decode(document["base64"], validate=True)
        if hashlib.sha256(content).hexdigest() != document["sha256"]:
            raise _UploadMalformed("document: sha256")
    except (TypeError, KeyError, binascii.Error) as error:
        raise _UploadMalformed("document") from error


def _json(data: Any, status: int = 200) -> Response:
    return Response(json.dumps(data, ensure_ascii=False), status, content_type="application/json; charset=utf-8")


def _problem(status: int, code: str, text: str) -> Response:
    return _json({"code": code, "text": text}, status)


def _refused(client_id: str, code: str, text: str, lines: list[dict[str, str]] | None = None) -> dict[str, Any]:
    return {"outcome": "refused", "client_id": client_id, "code": code, "text": text, "lines": lines or []}


def _refusal(status: int, client_id: str, code: str, text: str) -> Response:
    return _json(_refused(client_id, code, text), status)


def _cut(response: Response, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterator[bytes]:
    """Half of the answer under the length of the whole; the server drops the connection on this error."""
    body = response.get_data()
    response.headers["Content-Length"] = str(len(body))
    start_response(response.status, response.get_wsgi_headers(environ).to_wsgi_list())
    yield body[: len(body) // 2]
    raise ConnectionResetError("simulated: cut")


class _Handler(WSGIRequestHandler):
    """Simulated losses really close the connection, and there is no line for each request: under load it would be the bulk of the log."""

    def connection_dropped(self, error: BaseException, environ: "WSGIEnvironment | None" = None) -> None:
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def create_app(
    state_folder: Path, *, faults: FaultSettings | None = None, permits: Iterable[Mapping[str, Any]] | None = None
) -> NationalSimulator:
    """The simulator over a folder. A new one is filled with ``permits``, by default the demo's."""
    state = NationalState(state_folder)
    if state.is_new:
        for record in demo_permits() if permits is None else permits:
            state.put_permit(record, REQUIRED_OF_PERMIT)
    return NationalSimulator(state, Faults(faults or FaultSettings()))


@contextlib.contextmanager
def serving(app: NationalSimulator, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve the simulator from threads of this process; gives its base URL. The simulator is closed at the end."""
    server = make_server(host, port, app, threaded=True, request_handler=_Handler)
    thread = threading.Thread(target=server.serve_forever, name="national-simulator", daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.port}"
    finally:
        app.release()
        server.shutdown()
        server.server_close()
        thread.join()
        app.state.close()


def main(arguments: list[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="selfmon_deploy.simulators.national", description="A simulated national platform.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--state", type=Path, required=True, metavar="DIR", help="where permits and uploads are kept")
    parser.add_argument("--faults", default="{}", metavar="JSON", help="fault settings, see GET /_faults for their names")
    parser.add_argument("--empty", action="store_true", help="begin without the demo's permits")
    options = parser.parse_args(arguments)
    try:
        faults = FaultSettings.from_json(json.loads(options.faults))
    except ValueError as error:
        parser.error(f"--faults: {error}")
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    app = create_app(options.state, faults=faults, permits=() if options.empty else None)
    with serving(app, host=options.host, port=options.port) as url:
        print(f"simulated national platform (not the real one) at {url}", flush=True)
        ended.wait()


if __name__ == "__main__":
    main()
