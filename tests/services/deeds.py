"""Many manipulations, turn by turn: together what cannot be mistaken for each other, else alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from tests.services.intruder import Intruder
from tests.services.tampering import BY_ITSELF, OF_A_CASE, Found

MOST: Final = 7
"""How much may be done in one turn."""
OF_FILES: Final = frozenset(
    {"flip_a_byte_of_a_document", "cut_a_document_off", "delete_a_document"}
)
_NUMBERS: Final = ("register_number", None)


class Errand(NamedTuple):
    """One thing to do; what is drawn for it hangs on its number alone."""

    no: int
    way: str


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done, and where it should be found."""

    errand: Errand
    found: Found


class Deeds:
    """So many manipulations, each way as often as any other."""

    def __init__(self, intruder: Intruder, many: int) -> None:
        self.intruder, self.database = intruder, intruder.database
        self.seed = self.database.draw.getrandbits(64)
        ways = intruder.ways()
        self.errands = [Errand(no, ways[no % len(ways)]) for no in range(many)]
        self.round = len(ways)

    def by_turn(self) -> Iterator[list[Deed]]:
        """Do them all; whoever asks for the next turn has put everything back."""
        for first in range(0, len(self.errands), self.round):
            for errands in self._apart(self.errands[first : first + self.round]):
                left = errands
                while left:
                    done, left = self._turn(left)
                    yield done

    def _apart(self, errands: Sequence[Errand]) -> Iterator[list[Errand]]:
        """Deal out what may be done together; what is done to a file comes first, and one a turn.

        For that cannot be put back once it shows that it should not have been done.
        """
        alone = [errand for errand in errands if errand.way in BY_ITSELF]
        yield from ([errand] for errand in alone)
        others = [errand for errand in errands if errand not in alone]
        self.database.draw.shuffle(others)
        others.sort(key=lambda errand: errand.way not in OF_FILES)
        turns = -(-len(others) // MOST)
        yield from (others[n::turns] for n in range(turns))

    def _turn(self, errands: Sequence[Errand]) -> tuple[list[Deed], list[Errand]]:
        """Do what can be told apart, at least the first, and return what is left to do."""
        done, left, taken = list[Deed](), list[Errand](), set[object]()
        for errand in errands:
            touched, self.database.touched = self.database.touched, set()
            found = self._do(errand, done, taken)
            if found is None:
                left.append(errand)
            else:
                done.append(Deed(errand, found))
                taken |= self._about(found)
            self.database.touched |= touched
        return done, left

    def _do(self, errand: Errand, done: Sequence[Deed], taken: set[object]) -> Found | None:
        self.database.draw.seed(f"{self.seed} {errand.no}")
        try:
            return self.intruder.do(
                errand.way, unless=lambda found: not self._is_apart(found, done, taken)
            )
        except Exception:  # what is done to rows that are not as they were may fail in any way
            if not done:
                raise
            return None

    def _is_apart(self, found: Found, done: Sequence[Deed], taken: set[object]) -> bool:
        """Say whether nothing that shows something can be mistaken for showing this, or back."""
        if not done:
            return True
        told = all(each.tells_apart for each in (found, *(deed.found for deed in done)))
        return told and taken.isdisjoint(self._about(found))

    def _about(self, found: Found) -> set[object]:
        """Return the cases and entries that something is about which was just done."""
        touched = self.database.touched
        cases = {case for table, case in touched if table in OF_A_CASE and case is not None}
        return {*found.cases(), *cases, *({_NUMBERS} & touched)}
