"""Choosing several agencies: who, whether all at once or one after another, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from web.forms.typed import Typed
from workflow.core.definition import Definition
from workflow.core.network import Network
from workflow.core.snapshot import CaseSnapshot
from workflow.core.turns import may_be_in_turn

IN_TURN = "in_turn"
AT_ONCE = "at_once"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The agencies chosen for a part, in the order in which they are asked."""

    role: str
    agencies: tuple[str, ...]
    in_turn: bool
    ordered: bool
    """Whether an order was given, where one is needed."""

    def typed(self) -> dict[str, Typed]:
        """Return it as the inputs of the form show it again."""
        return {
            f"roles.{self.role}": list(self.agencies),
            f"turns.{self.role}": IN_TURN if self.in_turn else AT_ONCE,
        }


def read_chosen(form: MultiDict[str, str], role: str) -> Chosen:
    """Read who was chosen for a part; whoever has no number comes after those who have one."""
    codes = list(dict.fromkeys(code for code in form.getlist(f"roles.{role}") if code))
    in_turn = form.get(f"turns.{role}") == IN_TURN
    if not in_turn:
        return Chosen(role, tuple(codes), in_turn=False, ordered=True)
    places = {code: _place(form.get(f"order.{role}.{code}", "")) for code in codes}
    last = len(codes) + max((n for n in places.values() if n is not None), default=0)
    found = sorted(codes, key=lambda code: last if places[code] is None else places[code] or 0)
    ordered = len(codes) < 2 or any(n is not None for n in places.values())
    return Chosen(role, tuple(found), in_turn=True, ordered=ordered)


def _place(written: str) -> int | None:
    digits = written.strip().removesuffix("º").removesuffix("ª")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 5 else None


def orderable(definition: Definition, roles: Iterable[str]) -> frozenset[str]:
    """Return the parts whose agencies may be asked one after another."""
    return frozenset(
        role for role in roles if definition.roles[role].many and may_be_in_turn(definition, role)
    )


def with_chosen(
    case: CaseSnapshot, roles: Iterable[str], typed: Mapping[str, Typed], network: Network
) -> CaseSnapshot:
    """Return a case as it would be with the agencies that stand in a form."""
    held = {role: _known(typed.get(f"roles.{role}"), network) for role in roles}
    chosen = {role: codes for role, codes in held.items() if codes}
    in_turn = {role for role in chosen if typed.get(f"turns.{role}") == IN_TURN}
    return replace(
        case,
        participants={**case.participants, **chosen},
        in_turn=(case.in_turn - chosen.keys()) | in_turn,
    )


def _known(held: Typed | None, network: Network) -> tuple[str, ...]:
    codes = held if isinstance(held, list) else []
    return tuple(code for code in codes if isinstance(code, str) and network.get(code))
