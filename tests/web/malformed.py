"""Requests that no browser makes: drawn over every address, method, header and body there is."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote, urlencode

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.web.naughty import NAUGHTY

METHODS = ("GET", "GET", "GET", "POST", "POST", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS")
ODD_METHODS = ("PATCH", "TRACE", "BREW", "get", "")
TYPES = (
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "application/json",
    "text/plain; charset=utf-7",
    "application/x-www-form-urlencoded; charset=utf-16",
    "\xff/\xfe",
    "",
)
HEADERS = (
    *("Accept-Language", "Cookie", "Host", "If-None-Match", "If-Modified-Since", "Range"),
    *("HX-Request", "HX-Target", "HX-Current-URL", "Referer", "Origin", "Sec-Fetch-Site"),
    *("X-Forwarded-For", "Authorization", "Accept", "Content-Encoding", "Transfer-Encoding"),
    *("X-Request-Id", "Cache-Control", "User-Agent"),
)
BODIES = (
    b"\xff\xfe\0\x80",
    b"%ZZ=%&=&&a=%C3%28",
    b"--b\r\n",
    b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n',
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="\0.pdf"\r\n\r\nx\r\n--b--\r\n',
    b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n",
    b'{"a": ' * 500,
    b"a=1&" * 2000,
)
NAMED = re.compile(r'name="([^"]+)"')
HELD = re.compile(r'(?:value|href)="([^"]{1,80})"')


@dataclass(slots=True)
class Odd:
    """Draws requests, and learns from the answers what fields and values there are."""

    app: Flask
    random: Random
    number: str
    cookie: str
    token: str
    names: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)

    def ask(self) -> tuple[int, str]:
        """Send one; return the status code and what was asked."""
        rule = self.random.choice(list(self.app.url_map.iter_rules()))
        method = self._method(rule)
        environ = self._environ(rule, method)
        answer = run_wsgi_app(self.app, environ, buffered=True)
        body, status = b"".join(answer[0]), int(answer[1].split()[0])
        if status == 200 and len(self.names) < 2000:
            page = body[:60_000].decode("utf-8", "replace")
            self.names.update(NAMED.findall(page))
            self.values.update(HELD.findall(page)[:40])
        facts = {k: v for k, v in environ.items() if k.isupper()}
        return status, f"{rule.endpoint} {method} {facts} {str(environ['sent'])[:3000]}"

    def _method(self, rule: Rule) -> str:
        own = sorted((rule.methods or {"GET"}) - {"HEAD", "OPTIONS"})
        draw = self.random.random()
        if draw < 0.8:
            return self.random.choice(own)
        return self.random.choice(METHODS if draw < 0.95 else ODD_METHODS)

    def _environ(self, rule: Rule, method: str) -> dict[str, object]:
        content, kind = self._body() if method not in ("GET", "HEAD") else (b"", "")
        environ = EnvironBuilder(path="/", base_url="http://localhost").get_environ()
        environ["REQUEST_METHOD"] = method
        environ["PATH_INFO"] = self._path(rule).decode("latin-1")
        environ["QUERY_STRING"] = self._query()
        environ["HTTP_COOKIE"] = self.cookie
        environ["HTTP_SEC_FETCH_SITE"] = "same-origin"
        environ["CONTENT_TYPE"] = kind
        environ["CONTENT_LENGTH"] = self._length(len(content))
        environ["wsgi.input"] = io.BytesIO(content)
        environ["sent"] = content
        for name in self.random.sample(HEADERS, self.random.choice((0, 0, 1, 3))):
            key = f"HTTP_{name.upper().replace('-', '_')}"
            environ[key] = self._text().encode("utf-8", "surrogatepass").decode("latin-1")
        return environ

    def _length(self, true: int) -> str:
        if self.random.random() < 0.9:
            return str(true)
        return self.random.choice(("", "-1", "abc", "0", "1e3", str(true // 2), "+5"))

    def _path(self, rule: Rule) -> bytes:
        path = re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", self._part, rule.rule)
        sent = path.encode("utf-8", "surrogatepass")
        if self.random.random() < 0.03:
            at = self.random.randrange(len(sent) + 1)
            sent = (
                sent[:at] + self.random.choice((b"\xff", b"//", b"\0", b"%", b"/../")) + sent[at:]
            )
        return sent

    def _part(self, found: re.Match[str]) -> str:
        if found[1] == "int":
            return self.random.choice(("0", "1", "2", "3", "5", "8", "9" * 30, "-1", "²"))
        if self.random.random() < 0.6:
            return self.number
        return self._text()[:300].replace("/", "")

    def _query(self) -> str:
        if self.random.random() < 0.5:
            return ""
        pairs = [(self._name(), self._text()) for _ in range(self.random.randrange(1, 5))]
        asked = urlencode(pairs, errors="surrogatepass")[:8000]
        return asked if self.random.random() < 0.9 else asked + "&%ff=%&=&;\xff"

    def _name(self) -> str:
        known = sorted(self.names)
        return self.random.choice(known) if known and self.random.random() < 0.9 else self._text()

    def _text(self) -> str:
        draw = self.random.random()
        if draw < 0.25 and self.values:
            return self.random.choice(sorted(self.values))
        if draw < 0.3:
            return "".join(chr(self.random.randrange(1, 0x3000)) for _ in range(12))
        return self.random.choice(NAUGHTY)

    def _body(self) -> tuple[bytes, str]:
        if self.random.random() < 0.15:
            return self.random.choice(BODIES), self.random.choice(TYPES)
        pairs = [(self._name(), self._text()) for _ in range(self.random.randrange(1, 12))]
        pairs.append(("csrf", self.token))
        if self.random.random() < 0.85:
            return urlencode(pairs, errors="surrogatepass").encode(), TYPES[0]
        return self._parts(pairs), TYPES[1]

    def _parts(self, pairs: list[tuple[str, str]]) -> bytes:
        sent = b""
        for name, text in pairs:
            file = "; filename=a.pdf" if self.random.random() < 0.2 else ""
            named = quote(name, errors="surrogatepass")
            head = f'--b\r\nContent-Disposition: form-data; name="{named}"{file}\r\n\r\n'
            sent += head.encode() + text.encode("utf-8", "surrogatepass") + b"\r\n"
        return sent + b"--b--\r\n"
