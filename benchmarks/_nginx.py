"""nginx as a target: of the load benchmarks on one core, or the embedded site where nginx is not installed."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

from launchguard.site import landing_site
from launchguard.site.page import landing_page

CONFIGURATION = """
worker_processes 1; daemon off; pid {folder}/pid; error_log stderr crit;
events {{ worker_connections 8192; }}
http {{
  access_log off; keepalive_requests 1000000; default_type text/html; types {{}}
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.pem;
  server {{ listen 127.0.0.1:{plain} backlog=8192; listen 127.0.0.1:{tls} ssl backlog=8192; root {folder}/www; }}
}}
"""


@dataclass(frozen=True)
class Target:
    """A page of 30 KB, over HTTP and over TLS, and what serves it."""

    name: str
    plain: str
    tls: str


@contextmanager
def thirty_kilobytes(folder: Path, core: int | None = None) -> Iterator[Target]:
    """Serve the page; its certificate's authority is in `folder`/ca.pem. `core` pins the server."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    before = os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})
    try:
        with _nginx(folder) if shutil.which("nginx") else _site(folder) as target:
            os.sched_setaffinity(0, before)
            yield target
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def _nginx(folder: Path) -> Iterator[Target]:
    (folder / "www").mkdir()
    folder.chmod(0o755)
    (folder / "www" / "index.html").write_bytes(landing_page())
    plain, tls = free_port(), free_port()
    with running_nginx(CONFIGURATION.format(folder=folder, plain=plain, tls=tls), folder, plain):
        yield Target("nginx", f"http://127.0.0.1:{plain}", f"https://localhost:{tls}")


@contextmanager
def running_nginx(configuration: str, folder: Path, port: int) -> Iterator[None]:
    """Run nginx in a folder until the end of the block, which begins once the port accepts connections."""
    (folder / "nginx.conf").write_text(configuration, encoding="utf-8")
    server = subprocess.Popen(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        await_port(port)
        yield
    finally:
        server.terminate()
        server.wait()


@contextmanager
def _site(folder: Path) -> Iterator[Target]:
    with landing_site() as plain, landing_site(cert_file=folder / "server.pem") as tls:
        yield Target("the embedded site (nginx is not installed)", plain.url, tls.url)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def await_port(port: int) -> None:
    """Wait until something accepts connections there."""
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("nginx did not start")
