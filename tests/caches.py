"""Real caches in front of an origin that counts: Varnish and nginx, on loopback, each ending with its block."""

import http.server
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

PAGE = (
    b"<!doctype html><html lang=en><head><meta charset=utf-8><title>Spring sale</title>"
    b"<meta name=viewport content='width=device-width, initial-scale=1'></head>"
    b"<body><h1>Spring sale</h1><p>-30 % on everything until Thursday, in every shop and here.</p></body></html>"
)

VCL = """
vcl 4.1;
backend default {{ .host = "127.0.0.1"; .port = "{origin}"; }}
sub vcl_recv {{ {recv} }}
sub vcl_backend_response {{ set beresp.ttl = 1h; }}
sub vcl_deliver {{ {deliver} }}
"""
NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
  access_log off; proxy_cache_path {folder}/cache keys_zone=pages:1m;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://127.0.0.1:{origin}; proxy_cache pages; proxy_cache_valid 200 1h; proxy_cache_key "{key}";
      {told}
    }}
  }}
}}
"""


@dataclass
class Origin:
    """A server behind a cache: `asked` are the URLs that came as far as here; each costs `takes_s`."""

    takes_s: float = 0.05
    asked: list[str] = field(default_factory=list)
    port: int = 0


@contextmanager
def origin(takes_s: float = 0.05, *, workers: int = 8) -> Iterator[Origin]:
    """An origin that lets everybody keep its page; so many visits at once are served."""
    seen = Origin(takes_s)
    turn = threading.Semaphore(workers)

    class Answers(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            seen.asked.append(self.path)
            with turn:
                time.sleep(seen.takes_s)
            self.send_response(200)
            for name, value in (("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(PAGE)))):
                self.send_header(name, value)
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):  # nobody waits any more: the load was stopped
                self.wfile.write(PAGE)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    seen.port = server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def varnish(behind: Origin, *, recv: str = "", told: bool = True) -> Iterator[str]:
    """Varnish before an origin; `recv` is put into vcl_recv. Unless `told`, its answers do not say who gave them."""
    hidden = "unset resp.http.X-Varnish; unset resp.http.Via; unset resp.http.Age;"
    port, text = free_port(), VCL.format(origin=behind.port, recv=recv, deliver="" if told else hidden)
    with open_folder() as folder:
        (folder / "site.vcl").write_text(text)
        command = ["varnishd", "-F", "-n", f"{folder}/varnish", "-a", f"127.0.0.1:{port}", "-f", f"{folder}/site.vcl"]
        with served([*command, "-s", "malloc,16m", "-T", "none"], port) as url:
            yield url


@contextmanager
def nginx(behind: Origin, *, key: str = "$uri$is_args$args", told: bool = True) -> Iterator[str]:
    """nginx with proxy_cache before an origin; `key` is its proxy_cache_key."""
    port, says = free_port(), "add_header X-Cache-Status $upstream_cache_status;" if told else ""
    with open_folder() as folder:
        text = NGINX.format(folder=folder, port=port, origin=behind.port, key=key, told=says)
        (folder / "nginx.conf").write_text(text)
        with served(["nginx", "-p", str(folder), "-c", f"{folder}/nginx.conf"], port) as url:
            yield url


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that a server may read after it has given up its rights, which pytest's are not."""
    with tempfile.TemporaryDirectory(prefix="launchguard-cache-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def served(command: list[str], port: int) -> Iterator[str]:
    program = shutil.which(command[0]) or f"/usr/sbin/{command[0]}"
    # In a process group of its own: Apache ends with a signal to the whole of its group.
    process = subprocess.Popen(
        [program, *command[1:]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        deadline = time.monotonic() + 30
        while not _answers(port):
            assert process.poll() is None, f"{command[0]} did not start"
            assert time.monotonic() < deadline, f"{command[0]} does not listen"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
