"""WordPress as Debian packages it, installed into a folder: nginx, php-fpm and MariaDB, all of them until the end."""

import getpass
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from benchmarks._nginx import free_port, running_nginx

PACKAGES = "nginx wordpress wordpress-theme-twentytwentythree php-fpm php-mysql mariadb-server"
SHIPPED = Path("/usr/share/wordpress")
PATIENCE_S = 60

NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log stderr crit; {user}
events {{ worker_connections 64; }}
http {{
  include /etc/nginx/mime.types; access_log off; gzip on;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port}; root {folder}/www; index index.php;
    location / {{ try_files $uri $uri/ /index.php?$args; }}
    location ~ \\.php$ {{
      include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
      fastcgi_param HTTP_HOST $http_host; # Debian's leaves the port out, and WordPress would redirect for ever
      fastcgi_pass unix:{folder}/php.sock;
    }}
  }}
}}
"""
PHP = """
[global]
daemonize = no
error_log = {folder}/php.log
[www]
listen = {folder}/php.sock
user = {user}
group = {user}
pm = static
pm.max_children = 2
"""
CONFIGURATION = """<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{folder}/db.sock'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('WP_HOME', 'http://127.0.0.1:{port}'); define('WP_SITEURL', WP_HOME);
define('DISABLE_WP_CRON', true); define('WP_HTTP_BLOCK_EXTERNAL', true);
define('WP_DEFAULT_THEME', 'twentytwentythree');
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
FORM = {
    "weblog_title": "Spring shop",
    "user_name": "admin",
    "admin_password": "correct horse battery",
    "admin_password2": "correct horse battery",
    "admin_email": "admin@example.com",
    "pw_weak": "1",
    "Submit": "Install WordPress",
}


def missing() -> bool:
    """Whether the packages are not all there."""
    return not (SHIPPED.exists() and _php() and all(map(shutil.which, ("nginx", "mariadbd", "mariadb-install-db"))))


@contextmanager
def wordpress(folder: Path) -> Iterator[str]:
    """Install WordPress in the folder and serve it; gives the address of its front page."""
    port, user = free_port(), getpass.getuser()
    shutil.copytree(SHIPPED, folder / "www", ignore=shutil.ignore_patterns(".htaccess"))
    (folder / "www" / "wp-config.php").unlink()
    names = {"folder": folder, "port": port, "user": user}
    (folder / "www" / "wp-config.php").write_text(CONFIGURATION.format(**names), encoding="utf-8")
    (folder / "php.conf").write_text(PHP.format(**names), encoding="utf-8")
    with ExitStack() as stack:
        stack.enter_context(_database(folder, user))
        php = [
            _php(),
            "--fpm-config",
            str(folder / "php.conf"),
            *(["--allow-to-run-as-root"] if user == "root" else []),
        ]
        stack.enter_context(_running(php, folder / "php.sock"))
        names["user"] = f"user {user};" if user == "root" else ""
        stack.enter_context(running_nginx(NGINX.format(**names), folder, port))
        front = f"http://127.0.0.1:{port}/"
        with urlopen(f"{front}wp-admin/install.php?step=2", urlencode(FORM).encode(), timeout=PATIENCE_S) as answer:
            answer.read()
        yield front


def _php() -> str:
    return str(max(Path("/usr/sbin").glob("php-fpm*"), default=""))


@contextmanager
def _database(folder: Path, user: str) -> Iterator[None]:
    made = ["--no-defaults", f"--datadir={folder}/db", f"--user={user}"]
    install = ["mariadb-install-db", *made, "--auth-root-authentication-method=normal"]
    subprocess.run(install, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = ["mariadbd", *made, f"--socket={folder}/db.sock", "--skip-networking", f"--pid-file={folder}/db.pid"]
    with _running(server, folder / "db.sock"):
        create = [
            "mariadb",
            "--no-defaults",
            f"--socket={folder}/db.sock",
            "-u",
            "root",
            "-e",
            "CREATE DATABASE wordpress",
        ]
        subprocess.run(create, check=True)
        yield


@contextmanager
def _running(command: list[str], sock: Path) -> Iterator[None]:
    """Run a server until the end of the block, which begins once its socket is there."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            latest = time.monotonic() + PATIENCE_S
            while not sock.exists():
                if server.poll() is not None or time.monotonic() > latest:
                    raise SystemExit(f"{command[0]} did not start")
                time.sleep(0.05)
            yield
        finally:
            server.terminate()
            server.wait()
