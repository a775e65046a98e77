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


def _title(definition: Definition, name: str, own: Mapping[str, Field]) -> str:
    kind, _, rest = name.partition(".")
    key = rest.partition(".")[0]
    if kind == "roles":
        return f"{in_language(definition.roles[key].title)}: "
    asked = (own if kind == "own" else definition.data).get(key)
    return f"{in_language(asked.title)}: " if asked else ""
