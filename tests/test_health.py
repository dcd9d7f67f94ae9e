"""verify --health-url, against real servers of this machine: healthy, unhealthy, slow, absent, redirecting, and not JSON."""

import json
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from terp_seed.checks.health import check_health, require_address
from terp_seed.errors import BadSetting
from tests.servers import free_port
from tests.support import Database

asked: list[str] = []


class Application(BaseHTTPRequestHandler):
    """An application whose paths are moods."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        asked.append(self.path)
        mood = self.path.partition("?")[0].strip("/")
        bodies = {
            "health": b'{"status": "healthy", "uptime": 12}',
            "degraded": b'{"status": "degraded"}',
            "sick": b'{"status": "unhealthy"}',
            "html": b"<html>healthy</html>",
            "list": b'["healthy"]',
            "binary": b"\xff\xfe\x00",
            "deep": b"[" * 60_000,
            "empty": b"",
        }
        if mood == "silent":
            time.sleep(3)
        elif mood == "dripping":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            for _ in range(30):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.1)
        elif mood == "rude":
            self.wfile.write(b"no HTTP at all\r\n\r\n")
        elif mood in ("moved", "away", "loop", "file"):
            self.send_response(302)
            elsewhere = f"http://localhost:{self.server.server_address[1]}/health"  # the same machine by another name
            self.send_header(
                "Location", {"moved": "/health", "away": elsewhere, "loop": "/loop", "file": "file:///etc/passwd"}[mood]
            )
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self.send_response(503 if mood == "sick" else 200 if mood in bodies else 404)
            body = bodies.get(mood, b"nothing here")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    servers = []

    def start(context: ssl.SSLContext | None = None) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), Application)
        server.daemon_threads, server.block_on_close = True, False
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        asked.clear()
        return f"http{'s' if context else ''}://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name proxies that do not exist, as a test of any URL that would go through one."""
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")


@pytest.mark.parametrize("path", ["/health", "/health?deep=1", "/moved"])
def test_a_healthy_application(serve: Callable[..., str], path: str) -> None:
    result = check_health(serve() + path)
    assert (result.name, result.ok, result.detail) == ("application: healthy", True, "holds")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/sick", "the answer was 503 Service Unavailable"),
        ("/nowhere", "the answer was 404 Not Found"),
        ("/degraded", "the status is 'degraded'"),
        ("/html", "the answer has no JSON with a status"),
        ("/list", "the answer has no JSON with a status"),
        ("/binary", "the answer has no JSON with a status"),
        ("/deep", "the answer has no JSON with a status"),
        ("/empty", "the answer has no JSON with a status"),
        ("/silent", "no answer within 0.5 seconds"),
        ("/dripping", "no answer within 0.5 seconds"),
        ("/rude", "no HTTP at all"),
        ("/away", "it redirects to http://localhost:"),
        ("/file", "the answer was 302"),
        ("/loop", "the answer was 302"),
    ],
)
def test_an_application_that_is_not_well(serve: Callable[..., str], path: str, said: str) -> None:
    started = time.monotonic()
    result = check_health(serve() + path, seconds=0.5)
    assert not result.ok
    assert said in result.detail
    assert result.detail.endswith('expected {"status": "healthy"}')
    assert time.monotonic() - started < 3  # what the slow ones would have taken
    assert not [request for request in asked if request == "/health"]  # nothing was sent to where it was sent on


def test_an_application_that_is_not_there() -> None:
    result = check_health(f"http://127.0.0.1:{free_port()}/health")
    assert not result.ok
    assert "Connection refused" in result.detail


def test_a_host_that_does_not_exist() -> None:
    assert not check_health("http://nowhere.invalid/health").ok


def test_over_tls_the_certificate_is_verified(serve: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    url = serve(context) + "/health"
    result = check_health(url)
    assert not result.ok
    assert "certificate verify failed" in result.detail
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert check_health(url).ok


@pytest.mark.parametrize(
    "url",
    [
        "",
        "health",
        "file:///etc/passwd",
        "ftp://host/",
        "http://",
        "http://u:secret@host/",
        "http://host:x/",
        "http://a b/",
        "http://é/",
        "http://h\n/",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(BadSetting, match="--health-url is not a usable URL: expected http") as refusal:
        require_address(url)
    assert "secret" not in str(refusal.value)


def test_it_is_one_more_check_of_verify(terp: Database, serve: Callable[..., str]) -> None:
    terp.cli("upgrade", "--force")
    url = serve()
    plain = json.loads(terp.cli("verify", "--json").stdout)
    result = terp.cli("verify", "--json", "--health-url", f"{url}/health")
    assert result.exit_code == 0
    verified = json.loads(result.stdout)
    assert verified["checks"] == [*plain["checks"], {"name": "application: healthy", "ok": True, "detail": "holds"}]
    result = terp.cli("verify", "--health-url", f"{url}/sick")
    assert result.exit_code == 1
    assert "FAILED   application: healthy: the answer was 503" in result.stdout
    assert terp.cli("verify", "--health-url", "localhost/health").exit_code == 2
