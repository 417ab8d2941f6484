"""A small HTTP server on 127.0.0.1 that misbehaves on request."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Behaviour:
    """What the server gives: path -> bytes, and how it fails."""

    def __init__(self):
        self.files = {}
        self.cut_after = {}  # path -> list of byte counts, one per request, after which the connection ends
        self.status = {}  # path -> status to answer instead
        self.ranges = True
        self.etag = '"v1"'
        self.requests = []
        self.url = ""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_GET(self):
        b = self.server.behaviour
        b.requests.append((self.path, self.headers.get("Range"), self.headers.get("If-Range")))
        if self.path in b.status or self.path not in b.files:
            self.send_response(b.status.get(self.path, 404))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = b.files[self.path]
        start = 0
        wanted = self.headers.get("Range")
        unchanged = self.headers.get("If-Range") in (None, b.etag)
        if wanted and b.ranges and unchanged:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if start >= len(body):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(body)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(body) - start))
        if b.etag:
            self.send_header("ETag", b.etag)
        self.end_headers()
        cuts = b.cut_after.get(self.path)
        if cuts:
            self.wfile.write(body[start : start + cuts.pop(0)])
            self.wfile.flush()
            self.close_connection = True
            self.connection.close()
            return
        self.wfile.write(body[start:])


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


@pytest.fixture
def server(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "WUBU_DATASETS_MIRROR"):
        monkeypatch.delenv(name, raising=False)
    httpd = Server(("127.0.0.1", 0), Handler)
    behaviour = Behaviour()
    behaviour.url = f"http://127.0.0.1:{httpd.server_address[1]}"
    httpd.behaviour = behaviour
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield behaviour
    httpd.shutdown()
    httpd.server_close()


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty KERAS_HOME."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path / "keras" / "datasets"


@pytest.fixture
def no_network(monkeypatch):
    """Every connection fails at once, as on a machine without a network."""
    import urllib.error

    from wubu.datasets import downloads

    def refuse(request, timeout=None):
        raise urllib.error.URLError(OSError("[Errno -3] Temporary failure in name resolution"))

    monkeypatch.setattr(downloads.urllib.request, "urlopen", refuse)
