"""Makes the values of `core` that say what a case holds: fields, conditions, roles."""

from __future__ import annotations

from decimal import Decimal

from workflow.catalogue.conditions import GROUPS, OUTCOME_OF
from workflow.catalogue.problems import Written
from workflow.core.conditions import Condition, FieldTest, Group, Op, OutcomeTest, Quantity
from workflow.core.entries import Deed, EntrySpec, Taken
from workflow.core.fields import Access, Choice, Computation, Computed, Field, FieldType, RowsOf
from workflow.core.roles import (
    Binding,
    Role,
    ToCases,
    ToChosen,
    ToCodes,
    ToField,
    ToOpener,
    ToRows,
    ToUnit,
)
from workflow.core.terms import Term, parse_term

Json = dict[str, Written]


def build_condition(written: Json | None) -> Condition | None:
    """Make a condition of what was written; several lines hold all together."""
    if not written:
        return None
    parts = [part for key, said in written.items() for part in _parts(key, said)]
    return parts[0] if len(parts) == 1 else Group(Quantity.ALL, tuple(parts))


def _parts(key: str, said: Written) -> list[Condition]:
    if key in GROUPS:
        inner = tuple(part for each in said if (part := build_condition(each)))
        return [Group(Quantity(key), inner)]
    if key == OUTCOME_OF:
        return [_outcome_test(said)]
    return [FieldTest(key, Op(op), _value(value)) for op, value in said.items()]


def _value(value: Written) -> Written:
    return tuple(value) if isinstance(value, list) else value


def _outcome_test(said: Json) -> OutcomeTest:
    wanted = frozenset(said.get("one_of") or [said["is"]])
    if "task" in said:
        return OutcomeTest(Quantity.ANY, (said["task"],), wanted)
    quantity = next(word for word in GROUPS if word in said)
    return OutcomeTest(Quantity(quantity), tuple(said[quantity]), wanted)


def term_of(text: str | None) -> Term | None:
    """Read a term that may not be written."""
    return parse_term(text) if text else None


def build_field(said: Json) -> Field:
    """Make a field; what identifies a person is personal whether or not the file says so."""
    computed: Json = said.get("computed") or {}
    counted = "places" in computed
    columns = tuple(build_field(column) for column in said.get("columns", ()))
    return Field(
        key=said["key"],
        title=said["title"],
        type=FieldType(said["type"]),
        required=said["required"],
        access=Access(said["access"]),
        ground=said.get("ground"),
        released_on=said.get("released_on"),
        help=said.get("help"),
        choices=tuple(Choice(c["key"], c["title"]) for c in said.get("choices", ())),
        minimum=Decimal(0) if counted else _bound(said.get("min")),
        maximum=_bound(said.get("max")),
        length=_pair(said.get("length")),
        rows=_pair(said.get("rows")),
        columns=columns,
        accept=tuple(said.get("accept", ())),
        versions=said.get("versions", False),
        units=tuple(said.get("units", ())),
        standing=tuple(said.get("in", ())),
        currencies=tuple(said.get("currencies", ())),
        of=said.get("of"),
        rows_of=_rows_of(said["rows_of"]) if "rows_of" in said else None,
        given=said.get("given", False),
        default=0 if counted else said.get("default"),
        computed=_computed(computed) if computed else None,
        shown_if=build_condition(said.get("shown_if")),
        personal=is_personal(said) or any(c.personal for c in columns),
        erased_at_end=said.get("erased_at_end"),
    )


def is_personal(said: Json) -> bool:
    """Say whether a field is of a person, by its type or because the file says so."""
    return said["personal"] or said["type"] in (FieldType.CPF, FieldType.EMAIL)


def _rows_of(said: Json) -> RowsOf:
    return RowsOf(said["case"].removeprefix("data."), said["table"], said["by"])


def _bound(said: str | float | None) -> Decimal | str | None:
    return said if said is None or isinstance(said, str) else Decimal(str(said))


def _pair(said: list[int] | None) -> tuple[int, int] | None:
    return (said[0], said[1]) if said else None


def _computed(said: Json) -> Computed:
    """Make what a field follows from."""
    kind = next((k for k in ("any_row", "all_rows", "count_rows") if k in said), None)
    if kind:
        where = build_condition(said.get("where"))
        return Computed(Computation(kind), (said[kind],), where=where)
    adds = next((k for k in ("sum", "share") if k in said), None)
    if adds:
        where = build_condition(said.get("where"))
        return Computed(Computation(adds), (said[adds], said["column"]), where=where)
    return _of_fields(said)


def _of_fields(said: Json) -> Computed:
    """Make what follows from anything but the rows of a table."""
    match said:
        case {"date": field, "plus": plus, "rule": rule}:
            by_term = plus[0].isdigit()
            return Computed(
                Computation.DATE_PLUS,
                (field,),
                plus=parse_term(plus) if by_term else None,
                plus_field=None if by_term else plus,
                rule=rule,
            )
        case {"days_between": fields}:
            return Computed(Computation.DAYS_BETWEEN, tuple(fields))
        case {"reaches": part, "percent": share, "of": whole}:
            per_cent = share if isinstance(share, str) else Decimal(str(share))
            return Computed(Computation.REACHES, (part, whole), share=per_cent)
        case {"places": counted}:
            return Computed(Computation.PLACES, (counted,))
    return Computed(Computation.LAST_COMPLETED, tuple(said["last_completed"]))


def build_record(said: Json) -> EntrySpec:
    """Make what a state does to a register."""
    entry = said.get("entry")
    return EntrySpec(
        register=said["register"],
        deed=Deed(said["do"]),
        entry=entry.removeprefix("data.") if entry else None,
        taken={key: _taken(written) for key, written in said["values"].items()},
        fixed=dict(said["with"]),
        added={key: _taken(written) for key, written in said.get("adds", {}).items()},
        holder=said.get("holder"),
        condition=build_condition(said.get("if")),
    )


def _taken(written: str) -> Taken:
    kind, _, name = written.partition(".")
    if kind == "made":
        return Taken(made=name)
    if kind == "roles":
        return Taken(role=name)
    field, _, column = name.partition(".")
    return Taken(field, column)


def build_role(said: Json) -> Role:
    """Make a role."""
    return Role(
        key=said["key"],
        title=said["title"],
        bind=_binding(said["bind"]),
        many=said["many"],
        external=said["external"],
        recorded_by=said.get("recorded_by"),
    )


_ONE_WORD: dict[str, Binding] = {"opener": ToOpener(), "chosen": ToChosen()}


def _binding(said: Written) -> Binding:
    """Make what binds a role."""
    if isinstance(said, dict):
        return _bound_by_rule(said)
    if isinstance(said, list):
        return ToCodes(tuple(said))
    if said.startswith("data."):
        return ToField(said.removeprefix("data."))
    return _ONE_WORD.get(said) or ToCodes((said,))


def _bound_by_rule(said: Json) -> Binding:
    if "by" in said:
        return ToCases(said["by"], dict(said["cases"]), said["otherwise"])
    if "unit" in said:
        return ToUnit(said["unit"], said["of"], said.get("otherwise") or said["of"])
    return ToRows(said["rows"], build_condition(said.get("where")))
