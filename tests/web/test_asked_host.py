"""Which host and page are asked for: our application makes of it what Flask itself would."""

from __future__ import annotations

from itertools import product

import pytest
from flask import Flask, request, url_for
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import create_environ, run_wsgi_app

from web.application import Application

HOSTS = (
    *(None, "", "example.org", "EXAMPLE.org", "example.org:80", "example.org:443"),
    *("example.org:8000", "example.org:0", "example.org:99999", "example.org:", "example.org."),
    *("evil.org", "sub.example.org", "evilexample.org", ".example.org", "a..example.org"),
    *("[::1]", "[::1]:8000", "[::1", "::1", "127.0.0.1:5000", "user@example.org"),
    *("example.org@evil.org", "example.org/evil", "exa mple.org", "ex\xe4mple.org"),
    *("xn--bcher-kva.example.org", "example.org,evil.org", f"{'a' * 64}.example.org"),
    *("*.example.org", "example.org\x00", " example.org", "_x.example.org"),
)
PATHS = (
    *("/", "", "/list", "//list", "//evil.org/list", "/named/%C3%A9", "/named/\xc3\xa9"),
    *("/named/\xff\xfe", "/named/a//b", "/named/../b", "/named/\x00", "/nowhere"),
)
ROOTS = (None, "", "/", "/there", "/there/", "/\xc3\xa9", "/\xff")
SENT = (
    {},
    {"HTTP_X_FORWARDED_HOST": "evil.org"},
    {"HTTP_X_FORWARDED_HOST": "example.org:8443", "HTTP_X_FORWARDED_PROTO": "https"},
    {"HTTP_UPGRADE": "websocket", "HTTP_CONNECTION": "keep-alive, Upgrade"},
    {"HTTP_UPGRADE": "h2c", "HTTP_CONNECTION": "upgrade"},
    {"SERVER_NAME": "::1", "SERVER_PORT": "8000"},
    {"SERVER_NAME": "/run/it.sock", "SERVER_PORT": None},
    {"QUERY_STRING": "a=\xff&b=%ff&&c"},
    {"REQUEST_METHOD": "POST"},
)


def made(kind: type[Flask], trusted: list[str], hops: int) -> Flask:
    app = kind(__name__, static_folder=None)
    app.config["TRUSTED_HOSTS"] = trusted

    @app.get("/list/")
    @app.get("/named/<path:name>")
    def shown(name: str = "") -> list[str]:
        addresses = [request.host, request.url, request.root_url, request.script_root, request.path]
        return [*addresses, name, url_for("shown", name="\xe9", _external=True), request.scheme]

    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
    return app


def answered(app, changed):
    environ = create_environ("/list/")
    for name, value in changed.items():
        environ.pop(name, None)
        environ |= {} if value is None else {name: value}
    content, status, headers = run_wsgi_app(app, environ, buffered=True)
    return status, sorted(headers), b"".join(content)


@pytest.mark.parametrize("hops", [0, 1])
@pytest.mark.parametrize("trusted", [["example.org", "[::1]", "::1"], [".example.org"], []])
def test_a_host_is_judged_and_a_page_found_as_by_flask(trusted, hops):
    theirs, ours = (made(kind, trusted, hops) for kind in (Flask, Application))
    by_host = [{"HTTP_HOST": host, **sent} for host, sent in product(HOSTS, SENT[:4])]
    by_path = [
        {"HTTP_HOST": "example.org", "PATH_INFO": path, "SCRIPT_NAME": root, **SENT[n % len(SENT)]}
        for n, (path, root) in enumerate(product(PATHS, ROOTS))
    ]
    unnamed = [{"HTTP_HOST": None, **sent} for sent in SENT]
    found = set()
    for changed in (*by_host, *by_path, *unnamed, *by_host):
        said = answered(theirs, changed)
        assert answered(ours, changed) == said, changed
        found.add(said[0][:3])
    assert found >= {"200", "308", "404", "405"}
    assert ("400" in found) or not trusted
