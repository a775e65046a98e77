"""Names the question of each fault, where faults are listed together above a form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from web.words.languages import in_language
from workflow.core.definition import Definition, FormItem
from workflow.core.fields import Field


def told_with_questions(
    definition: Definition, errors: Mapping[str, str], items: Iterable[FormItem] = ()
) -> dict[str, str]:
    """Return each fault after the title of its question; one without a question stays alone."""
    own = {item.key: item for item in items if isinstance(item, Field)}
    return {name: f"{_title(definition, name, own)}{text}" for name, text in errors.items()}


def told_with_fields(fields: Mapping[str, Field], errors: Mapping[str, str]) -> dict[str, str]:
    """Return each fault after the title of its field; the names of inputs begin with `data.`."""
    return {name: f"{_titled(fields.get(_key(name)))}{text}" for name, text in errors.items()}


def _title(definition: Definition, name: str, own: Mapping[str, Field]) -> str:
    kind, key = name.partition(".")[0], _key(name)
    if kind == "roles":
        return f"{in_language(definition.roles[key].title)}: "
    return _titled((own if kind == "own" else definition.data).get(key))


def _titled(asked: Field | None) -> str:
    return f"{in_language(asked.title)}: " if asked else ""


def _key(name: str) -> str:
    """Return the key of a field in the name of an input, as `signed_on` in `data.signed_on`."""
    return name.partition(".")[2].partition(".")[0]
