"""Views without a program around them: an empty one, and one indexed query of a page's own rows.

`gunicorn benchmarks.http.by_hand:app` serves them as it serves ours. Nobody is recognised, nothing
is permitted, translated or counted: less than this no page of those rows can cost.
"""

from __future__ import annotations

import os
import threading
from typing import Any, Final

import psycopg
from flask import Flask, render_template, request
from psycopg.rows import namedtuple_row

PAGE: Final = 25
INBOX: Final = """
SELECT t.no, t.key, t.due_on, t.opener, c.number, c.subject, c.state, o.name
FROM task t JOIN "case" c ON c.id = t.case_id LEFT JOIN officer o ON o.id = t.assignee
WHERE t.agency = %s AND t.status IN ('open', 'claimed')
ORDER BY t.order_at, t.case_id, t.no LIMIT %s
"""
CASE: Final = """
SELECT c.number, c.subject, c.state, c.opener, c.opened_at, c.data,
  (SELECT json_agg(json_build_object('no', t.no, 'key', t.key, 'agency', t.agency,
     'status', t.status, 'due_on', t.due_on) ORDER BY t.no)
   FROM task t WHERE t.case_id = c.id) AS tasks,
  (SELECT json_agg(json_build_object('kind', e.kind, 'at', e.at, 'agency', e.agency)
     ORDER BY e.seq DESC) FROM event e WHERE e.case_id = c.id) AS events
FROM "case" c WHERE c.number = %s
"""
INBOX_PAGE: Final = """<!doctype html>
<html lang="pt-BR"><head><meta charset="utf-8"><title>Caixa</title></head><body>
<h1>{{ agency }}</h1>
<table>{% for row in rows %}<tr><td>{{ row.due_on }}</td>
<td><a href="/pedidos/{{ row.number }}/tarefas/{{ row.no }}">{{ row.subject }}</a>
<b>{{ row.key }}</b> {{ row.number }}</td>
<td>{{ row.opener }}</td><td>{{ row.name or "" }}</td><td>{{ row.state }}</td></tr>
{% endfor %}</table></body></html>
"""
CASE_PAGE: Final = """<!doctype html>
<html lang="pt-BR"><head><meta charset="utf-8"><title>{{ row.number }}</title></head><body>
<h1>{{ row.subject }}</h1><p>{{ row.number }} {{ row.state }} {{ row.opener }}</p>
<dl>{% for key, value in row.data.items() %}<dt>{{ key }}</dt><dd>{{ value }}</dd>{% endfor %}</dl>
<ul>{% for task in row.tasks %}<li>{{ task.key }} {{ task.agency }} {{ task.status }}
{{ task.due_on }}</li>{% endfor %}</ul>
<ol>{% for event in row.events %}<li>{{ event.at }} {{ event.kind }} {{ event.agency or "" }}</li>
{% endfor %}</ol></body></html>
"""

app = Flask(__name__, static_folder=None)
_INBOX = app.jinja_env.from_string(INBOX_PAGE)
_CASE = app.jinja_env.from_string(CASE_PAGE)
_own = threading.local()


@app.get("/nothing")
def nothing() -> str:
    """Answer at once."""
    return ""


@app.get("/inbox")
def inbox() -> str:
    """List the open tasks of an agency."""
    agency = request.args["agency"]
    return render_template(_INBOX, agency=agency, rows=_rows(INBOX, agency, PAGE))


@app.get("/case")
def case() -> str:
    """Show a case with its tasks and its history."""
    (row,) = _rows(CASE, request.args["number"])
    return render_template(_CASE, row=row)


def _rows(query: str, *given: Any) -> list[Any]:  # noqa: ANN401 - what the driver takes
    if not hasattr(_own, "connection"):
        url = os.environ["TRAMITA_DATABASE_URL"]
        connection = psycopg.connect(url, autocommit=True, row_factory=namedtuple_row)
        connection.prepare_threshold = 0
        _own.connection = connection
    return list(_own.connection.execute(query, given))
