"""What a person had typed when a form could not be accepted, so that nobody types it twice."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from itsdangerous import BadData
from werkzeug.exceptions import RequestEntityTooLarge

from web.security import FORM_TOKEN, ONCE_KEY, came_from_our_page
from web.signed import signed

AN_HOUR = 3600
PURPOSE = "kept form"
MOST_FIELDS = 200
NEVER_KEPT = ("password", FORM_TOKEN)
NEVER_TYPED = frozenset({ONCE_KEY, "seq", "shown", "asked", "confirmed", "back"})
WRITTEN = frozenset({"reason", "text", "question", "answer", "email"})
LONG = 20


@dataclass(frozen=True, slots=True)
class KeptForm:
    """The fields of a form and where it was going, to be sent again by the person."""

    path: str
    fields: tuple[tuple[str, str], ...]
    token: str = ""
    """What proved the form to be ours, as it came: it may be sent once more while it holds."""
    has_documents: bool = False
    """Whether documents came with it, which no page can send again."""

    @property
    def texts(self) -> tuple[str, ...]:
        """What the person wrote, to be seen and copied: no choices, and nothing of the machine."""
        return tuple(
            value
            for name, value in self.fields
            if name in WRITTEN or (len(value) > LONG and name not in NEVER_TYPED)
        )

    @property
    def is_done_once(self) -> bool:
        """Whether the act is done once, however often the form is sent."""
        return any(name == ONCE_KEY for name, _ in self.fields)

    def sealed(self) -> str:
        """Return the form as a text that nobody but us can have made."""
        return signed(PURPOSE).dumps([self.path, self.fields])


def kept_form() -> KeptForm | None:
    """Keep the form of this request, if our own page sent it and it holds no secret."""
    if request.method != "POST" or not came_from_our_page():
        return None
    try:
        names = list(request.form)
    except (RequestEntityTooLarge, OSError):
        return None
    if None in names or len(names) > MOST_FIELDS:  # a part may come without a name
        return None
    if any(name.startswith(NEVER_KEPT[0]) for name in names):
        return None
    fields = tuple(
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in NEVER_KEPT and value
    )
    token = request.form.get(FORM_TOKEN, "")
    has_documents = any(upload.filename for upload in request.files.values())
    return KeptForm(request.full_path.rstrip("?"), fields, token, has_documents)


def unsealed(text: str) -> KeptForm | None:
    """Return the form that `KeptForm.sealed` sealed, or None if it is not one or too old."""
    if not text:
        return None
    try:
        path, fields = signed(PURPOSE).loads(text, max_age=AN_HOUR)
    except BadData:
        return None
    return KeptForm(path, tuple((name, value) for name, value in fields))
