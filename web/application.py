"""The application as Flask has it, without what our views never ask of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import Map, MapAdapter
from werkzeug.sansio.http import parse_cookie
from werkzeug.utils import cached_property
from werkzeug.wsgi import get_host

from web.starting import LateRule
from web.words.spoken import SpokenTemplates


class Asked(Request):
    """What is asked, as Flask has it."""

    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        """Read the cookies that came with it; Werkzeug goes through all headers for theirs."""
        sent = self.environ.get("HTTP_COOKIE", "")
        return parse_cookie(sent, cls=self.dict_storage_class)  # type: ignore[return-value]  # is one


class Application(Flask):
    """Flask for views that are plain functions, with our templates and our addresses."""

    request_class = Asked
    jinja_environment = SpokenTemplates  # type: ignore[assignment]  # a class of ours for theirs
    url_rule_class = LateRule

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function as it is: none of ours is a coroutine, which each request would ask."""
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Return what finds the view of a request; its host is judged once for all that name it.

        Raise `SecurityError` for a foreign host.
        """
        if request is None or "HTTP_UPGRADE" in request.environ:
            return super().create_url_adapter(request)
        environ = request.environ
        request.trusted_hosts = self.config["TRUSTED_HOSTS"]
        scheme = environ["wsgi.url_scheme"]
        request.host, name = _host(
            scheme,
            environ.get("HTTP_HOST"),
            environ.get("SERVER_NAME"),
            environ.get("SERVER_PORT"),
            trusted=tuple(request.trusted_hosts),
        )
        return MapAdapter(
            self.url_map,
            name,
            _text(environ.get("SCRIPT_NAME", "")),
            "",
            scheme,
            _text(environ.get("PATH_INFO", "")),
            environ["REQUEST_METHOD"],
            _text(environ.get("QUERY_STRING", "")),
        )


@lru_cache(maxsize=64)
def _host(
    scheme: str,
    named: str | None,
    server: str | None,
    port: str | None,
    *,
    trusted: tuple[str, ...],
) -> tuple[str, str]:
    """Return the host that was asked, and its name as addresses are built of it."""
    there = {"HTTP_HOST": named, "SERVER_NAME": server, "SERVER_PORT": port}
    environ = {name: value for name, value in there.items() if value is not None}
    host = get_host({"wsgi.url_scheme": scheme, **environ}, trusted)
    return host, Map().bind(host).server_name


def _text(raw: str) -> str:
    """Read what WSGI hands on byte by byte."""
    return raw.encode("latin1").decode(errors="replace")
