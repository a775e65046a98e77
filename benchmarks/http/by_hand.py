"""Views without a program around them: an empty one, and one indexed query of a page's own rows.

`gunicorn benchmarks.http.by_hand:app` serves them as it serves ours. Nobody is recognised, nothing
is permitted, translated or counted: less than this no page of those rows can cost. The inbox is
there twice: its bare rows, and the page as ours answers it, of which all but the rows is a text
that lies ready in the file that `FRAME` names.
"""

from __future__ import annotations

import os
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from flask import Flask, render_template, request
from psycopg.rows import namedtuple_row

FRAME: Final = "BY_HAND_FRAME"
"""The setting with the file of the page without its rows."""
ROWS: Final = "<!-- rows -->"
"""Where the rows go in it."""
PAGE: Final = 25
INBOX: Final = """
SELECT t.no, t.key, t.due_on, t.opener, c.number, c.subject, c.state, o.name, t.opened_at
FROM task t JOIN "case" c ON c.id = t.case_id LEFT JOIN officer o ON o.id = t.assignee
WHERE t.agency = %s AND t.ended_at IS NULL
ORDER BY t.rank, t.order_at, t.case_id, t.no LIMIT %s
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
SHOWN_ROWS: Final = """{% for row in rows %}    <tr class="task" role="row">
      <td class="col-pick" role="cell"><label>\
<span class="sr-only">Selecionar {{ row.number }}</span>\
<input type="checkbox" class="pick" name="task" value="{{ row.number }}.{{ row.no }}" form="bulk">\
</label></td>
      <td class="col-due" role="cell"><span class="due due-later">\
<svg class="icon" aria-hidden="true"><use href="{{ icons }}#calendar"/></svg>\
{{ (row.due_on - today).days if row.due_on }} dias \
<time datetime="{{ row.due_on }}">({{ row.due_on.strftime("%d/%m") if row.due_on }})</time>\
</span></td>
      <th class="col-subject" scope="row" role="rowheader">\
<a href="/pedidos/{{ row.number }}/tarefas/{{ row.no }}">{{ row.subject }}</a>\
<span class="sub"><b>{{ row.key }}</b> · <span class="num">{{ row.number }}</span></span></th>
      <td class="col-requester" role="cell">\
<abbr title="{{ row.opener }}">{{ row.opener }}</abbr></td>
      <td class="col-officer" role="cell">{% if row.name %}<span>\
<b class="avatar" aria-hidden="true">{{ row.name[0] }}</b>{{ row.name }}</span>{% endif %}</td>
      <td class="col-last" role="cell">{{ row.opened_at.strftime("%d/%m") }}</td>
    </tr>
{% endfor %}"""
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
_FRAME = Path(os.environ[FRAME]).read_text(encoding="utf-8") if FRAME in os.environ else ROWS
_WHOLE = app.jinja_env.from_string(
    SHOWN_ROWS.join(f"{{% raw %}}{part}{{% endraw %}}" for part in _FRAME.split(ROWS))
)
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


@app.get("/inbox-page")
def inbox_page() -> str:
    """List the same tasks on the page as ours answers it."""
    rows = _rows(INBOX, request.args["agency"], PAGE)
    today: date = datetime.now(UTC).date()
    return render_template(_WHOLE, rows=rows, today=today, icons="/static/0/icons.svg")


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
