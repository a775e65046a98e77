"""Values of a field that only together with those of others make what conditions compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from itertools import product
from typing import Any

from workflow.core.conditions import magnitude
from workflow.core.definition import Definition
from workflow.core.fields import Computation, Computed, Field, FieldType
from workflow.core.soundness.asking import Asked
from workflow.core.soundness.regions import SOME_DAY, number_in, regions


def spans(definition: Definition, asked: Mapping[str, Asked]) -> dict[str, list[Any]]:
    """Return values that make, with those of other fields, what conditions compare."""
    found: dict[str, list[Any]] = {}
    for field in definition.computed_fields:
        computed = field.computed
        if computed is None or field.key not in asked:
            continue
        if computed.kind is Computation.DAYS_BETWEEN:
            lengths = {
                int(test.value) + by
                for test in asked[field.key].tests
                if isinstance(test.value, int) and not isinstance(test.value, bool)
                for by in (-1, 0, 1)
            }
            first = definition.data[computed.fields[0]].minimum
            start = date.fromisoformat(str(first)) if first else SOME_DAY
            days = (start + timedelta(days=length - 1) for length in sorted(lengths))
            found.setdefault(computed.fields[1], []).extend(map(str, days))
        elif computed.kind is Computation.REACHES:
            part = definition.data[computed.fields[0]]
            found.setdefault(part.key, []).extend(_limits(definition, computed, part, asked))
    return found


def _limits(
    definition: Definition, computed: Computed, part: Field, asked: Mapping[str, Asked]
) -> Iterator[Any]:
    """Go through the values of a part that just reach its share of a whole, or just do not."""

    def numbers(of: str | Decimal | None) -> list[Decimal]:
        if not isinstance(of, str):
            return [] if of is None else [of]
        tests = asked[of].tests
        values = regions(definition.data[of], tests, groups=((), ("",)))
        return [magnitude(value) for value in values if value is not None]

    least, most = part.minimum, part.maximum
    step = Decimal(1) if part.type is FieldType.INTEGER else Decimal("0.01")
    for whole, share in product(numbers(computed.fields[1]), numbers(computed.share)):
        limit = (share * whole / 100).quantize(step, ROUND_CEILING)
        for number in (limit - step, limit):
            above = least is None or number >= Decimal(str(least))
            if above and (most is None or number <= Decimal(str(most))):
                yield number_in(part, number)
