"""Who goes along and which cases go where: what is chosen beside the preview of a reform."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from web.row_numbers import typed_number
from workflow.core.reform import OUT, End, Reform, Step


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be chosen for an agency that ends."""

    n: int
    """Of its step in the reform."""
    end: End
    heirs: tuple[str, ...]
    """Where anybody or anything of it may go, the usual place first."""


def choices_of(reform: Reform) -> dict[str, Choice]:
    """Return what may be chosen for each agency that ends, by its code."""
    return {choice.end.agency: choice for choice in _choices(reform)}


def _choices(reform: Reform) -> Iterator[Choice]:
    for n, step in enumerate(reform.steps):
        if isinstance(step, End):
            named = [*step.share.values(), *filter(None, step.people.values())]
            heirs = dict.fromkeys([step.heir, *named])
            yield Choice(n, step, tuple(code for code in heirs if code))


def chosen(reform: Reform, form: MultiDict[str, str]) -> Reform:
    """Return a reform with what was chosen; of what was not shown, all stays as it was."""
    choices = {choice.n: choice for choice in _choices(reform)}
    steps: Sequence[Step] = [
        _chosen(choices[n], form) if n in choices else step for n, step in enumerate(reform.steps)
    ]
    return replace(reform, steps=tuple(steps))


def _chosen(choice: Choice, form: MultiDict[str, str]) -> End:
    end, n = choice.end, choice.n
    people = {
        officer: _place(form.get(f"who{n}-{officer}", OUT), choice)
        for officer in form.getlist(f"shown{n}")
        if typed_number(officer) is not None
    }
    cases = {number: form.get(f"case{n}-{number}", "") for number in form.getlist(f"cases{n}")}
    return replace(
        end,
        people=_merged(end.people, people, usual=end.heir),
        share=_merged(end.share, cases, usual="", allowed=choice.heirs),
    )


def _place(typed: str, choice: Choice) -> str:
    return typed if typed in choice.heirs else OUT


def _merged(
    kept: Mapping[str, str],
    said: Mapping[str, str],
    *,
    usual: str | None,
    allowed: Sequence[str] = (),
) -> dict[str, str]:
    """Put what was said over what was kept; the usual needs not be said."""
    left = {key: place for key, place in kept.items() if key not in said}
    meant = {k: place for k, place in said.items() if place != usual}
    return left | {k: place for k, place in meant.items() if not allowed or place in allowed}
