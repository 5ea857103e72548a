# SPDX-License-Identifier: MIT
"""How nginx, Apache and PHP are started, each by a configuration of its own and in the foreground."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.helpers.unprivileged import NOBODY, folder_of_nobody
from tests.helpers.upload_server import free_port, program, running
from tests.servers.place import Place

APPS = Path(__file__).resolve().parent / "apps"
NGINX = """
daemon off;
master_process off;
pid {home}/nginx.pid;
error_log stderr warn;
events {{}}
http {{
    access_log off;
    client_max_body_size 0;
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    server {{
        listen 127.0.0.1:{port}{tls};
        {locations}
    }}
}}
"""
NGINX_TLS = """ ssl;
        ssl_certificate {pem};
        ssl_certificate_key {pem}"""
NGINX_PUT = """
        location /raw/ {{
            alias {home}/uploads/;
            dav_methods PUT;
            create_full_put_path on;
        }}
        location /limited/ {{
            alias {home}/uploads/;
            dav_methods PUT;
            client_max_body_size 1m;
        }}
"""
NGINX_PROXY = """
        location / {{
            proxy_pass http://127.0.0.1:{backend};
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-Proto https;
        }}
"""
APACHE = """
ServerRoot {home}
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile {home}/apache.pid
ErrorLog /dev/stderr
DefaultRuntimeDir {home}
Mutex pthread
User #{nobody}
Group #{nobody}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule alias_module {modules}/mod_alias.so
LoadModule dav_module {modules}/mod_dav.so
LoadModule dav_fs_module {modules}/mod_dav_fs.so
LoadModule dav_lock_module {modules}/mod_dav_lock.so
StartServers 1
ServerLimit 1
ThreadLimit 8
ThreadsPerChild 8
MaxRequestWorkers 8
DavLockDB {home}/locks
Alias /raw/ {home}/uploads/
<Location /raw/>
    Dav On
</Location>
{tls}
"""
APACHE_TLS = """
LoadModule ssl_module {modules}/mod_ssl.so
SSLEngine on
SSLCertificateFile {pem}
"""


def nginx_command(place: Place, home: Path, locations: str) -> list[str | Path]:
    """Write nginx's configuration into `home` and return the command that runs it."""
    tls = NGINX_TLS.format(pem=place.pem) if place.pem else ""
    configuration = home / "nginx.conf"
    configuration.write_text(NGINX.format(home=home, port=place.port, tls=tls, locations=locations))
    return [program("nginx", package="nginx"), "-e", "stderr", "-p", home, "-c", configuration]


@contextmanager
def nginx(place: Place) -> Iterator[Path]:
    """Run nginx with PUT allowed: it answers 201 or, for a file it had, 204, without a body of its own.

    Under /limited/ it takes at most one MiB.
    """
    command = nginx_command(place, place.home, NGINX_PUT.format(home=place.home))
    with running(command, port=place.port, home=place.home):
        yield place.home / "uploads"


@contextmanager
def apache(place: Place) -> Iterator[Path]:
    """Run Apache with WebDAV; started as root it goes on as nobody, so its files lie outside pytest's folder.

    Debian's package `apache2-bin` is the program and its modules alone: no service comes with it.
    """
    with folder_of_nobody() as home:
        modules = Path("/usr/lib/apache2/modules")
        tls = APACHE_TLS.format(modules=modules, pem=place.pem) if place.pem else ""
        configuration = home / "apache.conf"
        configuration.write_text(
            APACHE.format(home=home, port=place.port, modules=modules, nobody=NOBODY, tls=tls)
        )
        command: list[str | Path] = [program("apache2", package="apache2-bin"), "-DFOREGROUND"]
        with running([*command, "-f", configuration], port=place.port, home=home):
            if os.getuid() == 0:
                os.chown(home / "uploads", NOBODY, NOBODY)
            yield home / "uploads"


@contextmanager
def php(place: Place) -> Iterator[Path]:
    """Run PHP's own web server, its size limits lifted; it knows no TLS, for that nginx stands in front."""
    port = free_port() if place.pem else place.port
    settings = ["upload_max_filesize=16G", "post_max_size=0", "memory_limit=-1", "display_errors=stderr"]
    settings += [f"upload_tmp_dir={place.home}", f"sys_temp_dir={place.home}"]
    command: list[str | Path] = [program("php", package="php-cli"), "-S", f"127.0.0.1:{port}"]
    command += [word for setting in settings for word in ("-d", setting)]
    with running([*command, APPS / "upload.php"], port=port, home=place.home):
        if not place.pem:
            yield place.home / "uploads"
            return
        home = place.home / "nginx"
        home.mkdir()
        front = nginx_command(place, home, NGINX_PROXY.format(backend=port))
        with running(front, port=place.port, home=home):
            yield place.home / "uploads"


REGISTRY = """\
version: 0.1
storage:
  filesystem:
    rootdirectory: {home}/registry
http:
  addr: 127.0.0.1:{port}
"""


def registry_command(port: int, home: Path) -> list[str | Path]:
    """Write the configuration of a registry without sign-in, and return the command that runs it."""
    configuration = home / "registry.yml"
    configuration.write_text(REGISTRY.format(home=home, port=port), "utf-8")
    return [program("docker-registry", package="docker-registry"), "serve", configuration]
