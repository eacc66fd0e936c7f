"""A published page as readers get it: from our memory, from Django's own per-site cache, and made anew; and how long
after a change the old page is still told. The load comes from wrk; nginx stands in front as in setup/nginx.conf."""

import os
import re
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.product.installation import ROOT, Product, free_port

ADDRESS = "/library/coal-stove-co/"
SECONDS, READERS = 5, 16
CHANGES = 5
LONGEST_STALE = 2.5  # seconds
TICKS = os.sysconf("SC_CLK_TCK")

PER_SITE = """
from config.settings.base import *
from django.middleware import cache
WSGI_APPLICATION = "without_ours.application"
MIDDLEWARE = [f"{cache.__name__}.UpdateCacheMiddleware", *MIDDLEWARE, f"{cache.__name__}.FetchFromCacheMiddleware"]
CACHES = CACHES | {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
"""
NGINX = """
daemon off;
worker_processes 1;
pid %(folder)s/pid;
events { worker_connections 256; }
http {
    access_log off;
    proxy_cache_path %(folder)s/pages keys_zone=pages:8m;
    proxy_temp_path %(folder)s/temp;
    upstream platform { server 127.0.0.1:%(platform)s; keepalive 8; }
    server {
        listen 127.0.0.1:%(port)s;
        location / {
            proxy_pass http://platform;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
            proxy_cache pages;
            proxy_cache_key $scheme$host$request_uri$http_accept_encoding;
            proxy_ignore_headers Vary;
            proxy_cache_lock on;
        }
    }
}
"""
WITHOUT_OURS = "from config.wsgi import django_application as application\n"
ANEW = """
from config.settings.base import *
WSGI_APPLICATION = "without_ours.application"
"""


def bench_readers(product: Product) -> None:
    ways = [("from our memory", product, "")]
    ways += [("Django's per-site cache", product, PER_SITE), ("made anew", product, ANEW)]
    print(f"\n{'published page, two processes':34} {'a second':>9} {'Python CPU ms':>14} {'p99 ms':>8}")
    for name, one, settings in ways:
        served = with_settings(one, settings)
        served.start()
        try:
            show(name, load(served))
            if one is served:
                show("the same behind nginx", behind_nginx(served))
        finally:
            served.stop()
    bench_staleness(product)


def show(name: str, measured: tuple[float, float, float]) -> None:
    rate, cpu, late = measured
    print(f"{name:34} {rate:9,.0f} {cpu:14.3f} {late:8.1f}")


def behind_nginx(product: Product) -> tuple[float, float, float]:
    """The cache of setup/nginx.conf without its TLS."""
    port, folder = free_port(), product.var_dir / "nginx"
    folder.mkdir(exist_ok=True)
    (folder / "nginx.conf").write_text(NGINX % {"folder": folder, "port": port, "platform": product.port})
    nginx = subprocess.Popen(["nginx", "-p", str(folder), "-e", "error.log", "-c", str(folder / "nginx.conf")])
    try:
        while socket.socket().connect_ex(("127.0.0.1", port)):
            time.sleep(0.1)
        return load(product, port)
    finally:
        nginx.terminate()
        nginx.wait()


def with_settings(product: Product, text: str) -> Product:
    """The same installation under other settings."""
    if not text:
        return product
    folder = product.var_dir / "bench"
    folder.mkdir(exist_ok=True)
    name = f"bench_settings_{abs(hash(text))}"
    (folder / f"{name}.py").write_text(text)
    (folder / "without_ours.py").write_text(WITHOUT_OURS)
    path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
    return Product(product.var_dir, settings=name, extra=product.extra | {"PYTHONPATH": path})


def load(product: Product, port: int | None = None) -> tuple[float, float, float]:
    """Requests a second, CPU milliseconds of all web processes per request, and the 99th percentile in milliseconds."""
    for _reader in range(2 * READERS):  # so that each process has made its first page
        fetch(product)
    before = web_ticks(product)
    address = f"http://127.0.0.1:{port or product.port}{ADDRESS}"
    command = ["wrk", "--latency", "-t1", f"-c{READERS}", f"-d{SECONDS}s", "-H", "Accept-Encoding: gzip", address]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    count = int(found(r"(\d+) requests in", told)[0])
    amount, unit = found(r"99%\s+([\d.]+)(us|ms|s)", told)
    late = float(amount) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
    return count / SECONDS, (web_ticks(product) - before) / TICKS * 1000 / max(count, 1), late


def found(pattern: str, text: str) -> tuple[str, ...]:
    match = re.search(pattern, text)
    assert match, text
    return match.groups()


def web_ticks(product: Product) -> int:
    """Ticks of the processor spent by gunicorn and its workers."""
    master = product.pids()["web"]
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in (master, *children)]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats)


def fetch(product: Product, address: str = ADDRESS) -> str:
    with socket.create_connection(("127.0.0.1", product.port)) as wire:
        wire.sendall(request(product.port, address, "close"))
        return b"".join(iter(lambda: wire.recv(65536), b"")).decode(errors="replace")


def request(port: int, address: str, connection: str = "keep-alive") -> bytes:
    lines = [f"GET {address} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Connection: {connection}", "", ""]
    return "\r\n".join(lines).encode()


def bench_staleness(product: Product) -> None:
    """From the commit of a change by another process to the last time that the old page was told."""
    product.start()
    try:
        late = [staleness(product, f"标题 {number} {os.getpid()}") for number in range(CHANGES)]
    finally:
        product.stop()
    print(f"old page still told after a change: median {statistics.median(late):.2f} s, most {max(late):.2f} s")


def staleness(product: Product, mark: str) -> float:
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", CHANGE.format(mark=mark)]
    change = subprocess.Popen(command, cwd=ROOT, env=product.environment, stdout=subprocess.PIPE, text=True)
    old, until = 0.0, float("inf")
    while time.time() < until:
        asked = time.time()
        if mark not in fetch(product):
            old = asked
        if until == float("inf") and change.poll() is not None:
            until = time.time() + LONGEST_STALE
    assert change.stdout
    committed = float(change.stdout.read().split()[-1])
    return max(0.0, old - committed)


CHANGE = """
import time
from django.db import transaction
from portal.models import ArticlePage
page = ArticlePage.objects.get(slug="coal-stove-co", locale__language_code="zh-hans")
page.title = "{mark}"
with transaction.atomic():
    page.save_revision().publish()
print(time.time())
"""
