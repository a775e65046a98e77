"""A receipt of one line of history: that it is in the log, for whoever keeps it to show anybody.

It is verified with nothing but itself and the public key of the log. Where the person it was
given to may not read everything in the line, it tells no more than the line's seal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from workflow.core.canonical import digest
from workflow.core.events import Event, Kind
from workflow.core.merkle import is_included, leaf_hash
from workflow.core.registers.entries import EntryEvent, EntryKind
from workflow.core.tree_heads import TreeHead

FORM: Final = "tramita-receipt/1"
ENTRY: Final = "entry:"
"""What stands in the log before the seal of a register entry's event, never before a case's."""
_SEAL: Final = re.compile(r"[0-9a-f]{64}")
_CODE: Final = re.compile(r"(\d{1,15})-([0-9a-f]{64})")
_TOLD: Final = frozenset({"kind", "at", "by", "body", "previous"})
"""What a receipt tells of an event, all of it or nothing."""


class Fault(StrEnum):
    """What is wrong with a receipt."""

    UNREADABLE = "unreadable"
    ALTERED = "altered"
    """What it says of the event is not what was sealed."""
    NOT_IN_LOG = "not_in_log"
    """Its proof does not lead to the head."""
    NOT_SIGNED = "not_signed"
    """Its head was signed with none of the known keys, or was changed."""


class ReceiptRefusedError(ValueError):
    """A receipt proves nothing, for the reason in `fault`."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        self.fault = fault
        super().__init__(f"{fault.value}: {detail}" if detail else fault.value)


@dataclass(frozen=True, slots=True)
class Receipt:
    """One line of history, its place in the log and the head that was signed over it."""

    number: str
    """Of the case, or of the register entry."""
    seq: int
    seal: str
    told: Mapping[str, Any] | None
    """Everything else that was sealed; None where the receipt does not show it."""
    place: int
    size: int
    proof: tuple[bytes, ...]
    note: str
    of_entry: bool = False
    """Whether the line is of a register entry."""

    @property
    def kind(self) -> Kind | EntryKind | None:
        """What happened, where the receipt tells it."""
        kinds, kind = EntryKind if self.of_entry else Kind, (self.told or {}).get("kind")
        return kinds(kind) if kind in set(kinds) else None

    @property
    def about(self) -> str:
        """What the line is of, in the word that is sealed with its number."""
        return "entry" if self.of_entry else "case"

    @property
    def logged(self) -> str:
        """What stands in the log for the line."""
        return logged_as(self.seal, of_entry=self.of_entry)

    @property
    def code(self) -> str:
        """What is enough to find the line in the log: its place and its seal."""
        return f"{self.place}-{self.seal}"

    def text(self) -> str:
        """Return the file that a person keeps."""
        content = {
            "form": FORM,
            self.about: self.number,
            "event": {"seq": self.seq, "seal": self.seal, **(self.told or {})},
            "log": {
                "place": self.place,
                "size": self.size,
                "proof": [value.hex() for value in self.proof],
            },
            "head": self.note,
        }
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def logged_as(seal: str, *, of_entry: bool) -> str:
    """Return what stands in the log for an event of a case or of a register entry."""
    return f"{ENTRY}{seal}" if of_entry else seal


def leaf_of(logged: str) -> bytes:
    """Return what the log is grown from: the hash of the letters of what stands in it."""
    return leaf_hash(logged.encode())


def told_of(event: Event | EntryEvent, previous: str) -> dict[str, Any]:
    """Return what a receipt tells of an event besides its seal."""
    return {
        "kind": event.kind.value,
        "at": event.at.isoformat(),
        "by": event.by.as_body(),
        "body": dict(event.body),
        "previous": previous,
    }


def read_code(code: str) -> tuple[int, str] | None:
    """Return the place and the seal of a code, None if it is none."""
    found = _CODE.fullmatch(code.strip())
    return (int(found[1]), found[2]) if found else None


def read_receipt(text: str) -> Receipt:
    """Return a receipt as it was written; raise `ReceiptRefusedError`."""
    try:
        content = json.loads(text)
        json.dumps(content, ensure_ascii=False).encode()  # half a letter has no hash
        if content["form"] != FORM:
            raise ValueError(f"it is no {FORM}")
        event, log = content["event"], content["log"]
        told = {key: value for key, value in event.items() if key not in {"seq", "seal"}}
        return Receipt(
            number=_is(str, content["entry" if "entry" in content else "case"]),
            seq=_is(int, event["seq"]),
            seal=_is_seal(event["seal"]),
            told=told or None,
            place=_is(int, log["place"]),
            size=_is(int, log["size"]),
            proof=tuple(bytes.fromhex(value) for value in _is(list, log["proof"])),
            note=_is(str, content["head"]),
            of_entry="entry" in content,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ReceiptRefusedError(Fault.UNREADABLE, str(error)) from None


def verified(text: str, opened: Callable[[str], TreeHead]) -> tuple[Receipt, TreeHead]:
    """Return what a receipt proves; raise `ReceiptRefusedError`.

    Of which case or entry and line it is, only the content proves: one that shows none proves
    its seal.
    `opened` returns the head of a signed note, or raises `ValueError`.
    """
    receipt = read_receipt(text)
    if receipt.told is not None and (set(receipt.told) != _TOLD or not _is_sealed(receipt)):
        raise ReceiptRefusedError(Fault.ALTERED)
    try:
        head = opened(receipt.note)
    except ValueError as error:
        raise ReceiptRefusedError(Fault.NOT_SIGNED, str(error)) from None
    leaf = leaf_of(receipt.logged)
    if receipt.size != head.size or not is_included(
        leaf, receipt.place, receipt.size, receipt.proof, in_=head.root
    ):
        raise ReceiptRefusedError(Fault.NOT_IN_LOG)
    return receipt, head


def _is_sealed(receipt: Receipt) -> bool:
    """Say whether the seal is that of what the receipt tells, and of nothing else."""
    sealed = {receipt.about: receipt.number, "seq": receipt.seq, **(receipt.told or {})}
    return digest(sealed) == receipt.seal


def _is_seal(value: Any) -> str:  # noqa: ANN401 - JSON
    """Return a seal as it is; raise `ValueError` for what might pass for that of another kind."""
    if not _SEAL.fullmatch(_is(str, value)):
        raise ValueError("the seal is no SHA-256")
    return str(value)


def _is(kind: type, value: Any) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value
