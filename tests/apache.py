"""A real Apache on loopback with one small page; ends with its block."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from tests.caches import PAGE, free_port, open_folder, served

MODULES = Path("/usr/lib/apache2/modules")
CONF = """
ServerName localhost
ServerRoot {folder}
PidFile {folder}/apache.pid
Listen 127.0.0.1:{port}
LoadModule mpm_{mpm}_module {modules}/mod_mpm_{mpm}.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule mime_module {modules}/mod_mime.so
TypesConfig /etc/mime.types
DocumentRoot {folder}/site
DefaultRuntimeDir {folder}
ErrorLog {folder}/error.log
User www-data
Group www-data
{size}
KeepAlive {keep_alive}
KeepAliveTimeout 5
"""
SIZES = {
    "prefork": "StartServers 5\nServerLimit 5\nMaxRequestWorkers 5",
    "event": "StartServers 1\nServerLimit 1\nThreadsPerChild 25\nMaxRequestWorkers 25",
}


@contextmanager
def apache(mpm: Literal["prefork", "event"] = "prefork", *, keep_alive: bool = True) -> Iterator[str]:
    """Apache that keeps a connection for 5 s: with prefork one of five workers waits on it, with event nobody does."""
    port, size = free_port(), SIZES[mpm]
    with open_folder() as folder:
        (folder / "site").mkdir()
        (folder / "site" / "index.html").write_bytes(PAGE)
        (folder / "site" / "spring.html").write_bytes(PAGE)
        text = CONF.format(
            folder=folder, port=port, mpm=mpm, modules=MODULES, size=size, keep_alive="On" if keep_alive else "Off"
        )
        (folder / "apache.conf").write_text(text)
        with served(["apache2", "-DFOREGROUND", "-f", f"{folder}/apache.conf"], port) as url:
            yield url
