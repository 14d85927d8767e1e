"""The sample configuration of nginx: nginx takes it, and with it visitors reach the right process."""

import re
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from selfmon_shared.testing.processes import ManagedProcess, free_port, port_answers

SAMPLE = Path(__file__).parents[1] / "nginx/selfmon.conf.sample"
NGINX = "/usr/sbin/nginx"


class Upstream:
    """A process behind nginx, that tells what it was asked."""

    def __init__(self, name: str) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                told = (name, self.headers["X-Forwarded-For"], self.headers["X-Forwarded-Proto"], self.headers["Forwarded"])
                self.wfile.write(" ".join(map(str, told)).encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def upstreams() -> Iterator[dict[str, Upstream]]:
    running = {"8000": Upstream("web"), "8002": Upstream("public")}
    yield running
    for upstream in running.values():
        upstream.close()


def certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "selfmon.example")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
    (folder / "certificate.pem").write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(*pem))


@pytest.fixture
def configured(tmp_path: Path, upstreams: dict[str, Upstream]) -> tuple[Path, int]:
    """The sample as it stands, on ports, certificates and upstreams of the test's own; and the port of https."""
    certificate(tmp_path)
    plain, secure = free_port(), free_port()
    sample = SAMPLE.read_text(encoding="utf-8").replace("/etc/nginx/selfmon", str(tmp_path))
    sample = re.sub(r"^ *listen \[::\].*\n", "", sample, flags=re.MULTILINE)
    sample = sample.replace("listen 80;", f"listen 127.0.0.1:{plain};").replace("listen 443 ssl", f"listen 127.0.0.1:{secure} ssl")
    for port, upstream in upstreams.items():
        sample = sample.replace(f"127.0.0.1:{port};", f"127.0.0.1:{upstream.server.server_port};")
    (tmp_path / "selfmon.conf").write_text(sample, encoding="utf-8")
    kept = " ".join(f"{name}_temp_path {tmp_path / name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    main = (
        f"daemon off; pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off; {kept} include {tmp_path}/selfmon.conf; }}"
    )
    (tmp_path / "nginx.conf").write_text(main, encoding="utf-8")
    return tmp_path / "nginx.conf", secure


def test_nginx_takes_the_sample_configuration(configured: tuple[Path, int]) -> None:
    done = subprocess.run([NGINX, "-t", "-e", "stderr", "-c", str(configured[0])], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "test is successful" in done.stderr


def test_visitors_reach_the_right_process_and_too_many_requests_are_refused(configured: tuple[Path, int]) -> None:
    path, port = configured
    leads = {"/public/": "public", "/api/v1/public/x": "public", "/assets/a.js": "public", "/": "web", "/api/v1/me": "web"}
    forged = {"Forwarded": "for=192.0.2.1", "X-Forwarded-For": "192.0.2.1"}
    nginx = ManagedProcess(
        [NGINX, "-e", "stderr", "-c", str(path)], name="nginx", log_path=path.parent / "nginx.log", ready=lambda: port_answers(port)
    )
    with nginx, httpx.Client(base_url=f"https://127.0.0.1:{port}", verify=False, headers=forged) as client:
        for address, process in leads.items():
            assert client.get(address).text == f"{process} 127.0.0.1 https None", address
        assert client.get("/metrics").status_code == 404
        assert 429 in {client.get("/public/").status_code for _ in range(150)}
