"""What a person had typed when a form could not be accepted, so that nobody types it twice."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import RequestEntityTooLarge

from web.security import FORM_TOKEN, ONCE_KEY, came_from_our_page
from web.settings import current_settings

AN_HOUR = 3600
MOST_FIELDS = 200
NEVER_KEPT = ("password", FORM_TOKEN)
NEVER_TYPED = frozenset({ONCE_KEY, "seq", "shown", "asked", "confirmed", "back"})
WRITTEN = frozenset({"reason", "text", "question", "answer"})
LONG = 20


@dataclass(frozen=True, slots=True)
class KeptForm:
    """The fields of a form and where it was going, to be sent again by the person."""

    path: str
    fields: tuple[tuple[str, str], ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """What the person wrote, to be seen and copied: no choices, and nothing of the machine."""
        return tuple(
            value
            for name, value in self.fields
            if name in WRITTEN or (len(value) > LONG and name not in NEVER_TYPED)
        )

    def sealed(self) -> str:
        """Return the form as a text that nobody but us can have made."""
        return _serializer().dumps([self.path, self.fields])


def kept_form() -> KeptForm | None:
    """Keep the form of this request, if our own page sent it and it holds no secret."""
    if request.method != "POST" or not came_from_our_page():
        return None
    try:
        names = list(request.form)
    except RequestEntityTooLarge:
        return None
    if any(name.startswith(NEVER_KEPT[0]) for name in names) or len(names) > MOST_FIELDS:
        return None
    fields = tuple(
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in NEVER_KEPT and value
    )
    return KeptForm(request.full_path.rstrip("?"), fields)


def unsealed(text: str) -> KeptForm | None:
    """Return the form that `KeptForm.sealed` sealed, or None if it is not one or too old."""
    if not text:
        return None
    try:
        path, fields = _serializer().loads(text, max_age=AN_HOUR)
    except BadData:
        return None
    return KeptForm(path, tuple((name, value) for name, value in fields))


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_settings().secret_key, salt="kept form")
