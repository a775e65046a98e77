"""Whoever has the database and no key, and what they may do to history in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

from tests.services.tampering import (
    OF_A_CASE,
    Database,
    Found,
    Row,
    at,
    by_itself,
    in_log,
    wherever,
)
from workflow.core.canonical import digest
from workflow.core.events import By
from workflow.core.merkle import grown
from workflow.core.receipts import leaf_of
from workflow.core.retelling import retell
from workflow.services.installation import Installation
from workflow.storage.queries.events import events_of
from workflow.storage.rows import case_row, change_rows

OTHER: Final = "f" * 64
KEYS: Final = {
    "task": ("no",),
    "case_agency": ("agency",),
    "case_reader": ("officer_id",),
    "case_deadline": ("key",),
    "document": ("field", "version"),
    "relation": ("other_number", "kind"),
    "passage": ("place",),
    "place": ("host",),
    "place_person": ("host", "field"),
}
"""How verification names the rows that follow from history.

Said here by itself, so that a table which verification forgot is still tampered with.
"""


@dataclass
class Intruder:
    """Does one thing to history and says where it should be found."""

    database: Database
    installation: Installation

    def __post_init__(self) -> None:
        self.kept, self.numbers = self.database.kept, self.database.numbers
        self.draw = self.database.draw

    def do(self, way: str, *, unless: Callable[[Found], bool] = lambda _: False) -> Found | None:
        """Do one thing to the database; put it back and return None where it should not be done.

        That is asked once it is known where it would be found. What was done to files stays.
        """
        with self.database.begin() as connection:
            self.connection = connection
            self.flip = partial(self.database.flip, connection)
            self.change = partial(self.database.change, connection)
            self.remove = partial(self.database.remove, connection)
            self.add = partial(self.database.add, connection)
            found: Found = getattr(self, way)()
            if unless(found):
                return None
            connection.commit()
        return found

    def one(self, table: str) -> Row:
        return self.draw.choice(self.kept[table])

    def at(self, event: Row, *others: Row) -> Found:
        places = [(self.numbers[one["case_id"]], one["seq"]) for one in (event, *others)]
        return Found(tuple(places))

    def history(self, case_id: int) -> list[Row]:
        return sorted(self.database.of_case("event", case_id), key=lambda event: event["seq"])

    def stretch(self, many: int) -> list[Row]:
        """Draw so many lines of one case that follow on each other."""
        while True:
            lines = self.history(self.one("event")["case_id"])
            if len(lines) > many:
                first = self.draw.randrange(len(lines) - many + 1)
                return lines[first : first + many]

    # --- Events ---

    def flip_a_byte_of_an_event(self) -> Found:
        event = self.one("event")
        return wherever(self.at(event), self.flip("event", event))

    def delete_an_event(self) -> Found:
        event = self.one("event")
        self.remove("event", event)
        return self.at(event)

    def delete_the_last_events(self) -> Found:
        lines = self.history(self.one("event")["case_id"])
        gone = lines[self.draw.randrange(1, len(lines)) :]
        self.remove("event", *gone)
        return self.at(gone[0])

    def delete_a_history(self) -> Found:
        lines = self.history(self.one("event")["case_id"])
        self.remove("event", *lines)
        return self.at(lines[0])

    def exchange_two_events(self) -> Found:
        lines = self.history(self.one("event")["case_id"])
        one, other = sorted(self.draw.sample(lines, 2), key=lambda event: event["seq"])
        self.remove("event", one, other)
        self.add("event", {**one, "seq": other["seq"]}, {**other, "seq": one["seq"]})
        return self.at(one)

    def reorder_events(self) -> Found:
        lines = self.stretch(3)
        order = [*lines[1:], lines[0]]
        self.remove("event", *lines)
        moved = [{**line, "seq": at["seq"]} for line, at in zip(order, lines, strict=True)]
        self.add("event", *moved)
        return self.at(lines[0])

    def add_an_event(self) -> Found:
        event = self.one("event")
        added = {**event, "seq": self.history(event["case_id"])[-1]["seq"] + 1, "hash": OTHER}
        self.add("event", added)
        return self.at(added)

    def insert_an_event(self) -> Found:
        """Put a line between two, all later ones moved on, their seals left."""
        event = self.one("event")
        later = [e for e in self.history(event["case_id"]) if e["seq"] > event["seq"]]
        self.remove("event", *later)
        moved = [{**line, "seq": line["seq"] + 1} for line in later]
        self.add("event", {**event, "seq": event["seq"] + 1}, *moved)
        return self.at({**event, "seq": event["seq"] + 1})

    def move_an_event_to_another_case(self) -> Found:
        event = self.one("event")
        other = self.draw.choice([case for case in self.numbers if case != event["case_id"]])
        moved = {**event, "case_id": other, "seq": self.history(other)[-1]["seq"] + 1}
        self.change("event", event, case_id=other, seq=moved["seq"])
        return self.at(event, moved)

    # --- Forks: all seals, and the case, as if it had been so ---

    def tell_a_case_otherwise(self) -> Found:
        return self._fork(self.stretch(1)[0])[0]

    def forge_a_line_with_all_seals_after_it(self) -> Found:
        return self._fork(self.stretch(1)[0], insert=True)[0]

    @by_itself
    def tell_a_case_otherwise_in_the_log_too(self) -> Found:
        found, seals = self._fork(self.stretch(1)[0])
        (number, _), *_ = found.places
        ours = next(case for case, name in self.numbers.items() if name == number)
        self._log_anew(
            {**leaf, "seal": seals[leaf["seq"]]} if leaf["case_id"] == ours else leaf
            for leaf in self.kept["log_leaf"]
        )
        return Found(found.places, alone=False)

    def _fork(self, event: Row, *, insert: bool = False) -> tuple[Found, dict[int, str]]:
        """Tell a case otherwise from a line on, each line sealed anew."""
        case_id, previous, seals, told = event["case_id"], "", {}, []
        lines = self.history(case_id)
        if insert:
            lines.insert(lines.index(event), dict(event))
        for seq, line in enumerate(lines, 1):
            new = {**line, "seq": seq}
            if seq == event["seq"]:
                new["at"] += timedelta(seconds=1)
            new["hash"] = _sealed(self.numbers[case_id], previous, new)
            previous = seals[seq] = new["hash"]
            told.append(new)
        self.remove("event", *self.history(case_id))
        self.add("event", *told)
        self.change("case", {"id": case_id}, head=previous, seq=len(told))
        return self.at(event), seals

    def _log_anew(self, leaves: Any) -> None:
        """Grow the log again over other leaves, as the program would have."""
        placed = sorted(leaves, key=lambda leaf: leaf["place"])
        for table in ("log_leaf", "log_node"):
            self.database.empty(self.connection, table)
        self.add("log_leaf", *placed)
        new = grown(0, (leaf_of(leaf["seal"]) for leaf in placed), lambda _: {})
        nodes = [
            {"level": level, "place": place, "hash": value.hex()}
            for (level, place), value in new.items()
            if level
        ]
        self.add("log_node", *nodes)
        self.change("log_size", self.kept["log_size"][0], size=len(placed))

    # --- Going back ---

    def take_a_case_back(self) -> Found:
        """Bring a whole case back to an earlier day, and leave the log alone."""
        case_id, lines = self._earlier()
        gone = self.history(case_id)[lines]
        self.remove("event", *self.history(case_id)[lines:])
        self._as_it_was(case_id, lines)
        return self.at(gone)

    def replay_an_old_snapshot(self) -> Found:
        case_id, lines = self._earlier()
        self._as_it_was(case_id, lines)
        return at(self.numbers[case_id], "case.seq")

    def _earlier(self) -> tuple[int, int]:
        case_id = self.stretch(2)[0]["case_id"]
        return case_id, self.draw.randrange(1, len(self.history(case_id)))

    def _as_it_was(self, case_id: int, lines: int) -> None:
        events = events_of(self.connection, case_id, before=lines + 1)
        body = events[0].body
        definition = self.installation.definition(body["definition"], body["version"])
        told = retell(self.numbers[case_id], definition, events)
        kept = {"wake_at", "noticed_until", "access_code_hash", "revision"}
        values = {name: value for name, value in case_row(told).items() if name not in kept}
        self.change("case", {"id": case_id}, **values)
        rows = change_rows(told, key="")
        for table in KEYS:
            self.remove(table, *self.database.of_case(table, case_id))
            if table != "passage":
                self.add(table, *({**row, "case_id": case_id} for row in rows.get(table, ())))

    @by_itself
    def take_everything_back(self) -> Found:
        """Restore an older copy of the log and of its events, with no head that knew of more."""
        size = self.draw.randrange(1, len(self.kept["log_leaf"]))
        leaves = self.kept["log_leaf"]
        later = {
            (leaf["case_id"], leaf["entry_id"], leaf["seq"])
            for leaf in leaves
            if leaf["place"] >= size
        }
        events, of_entries = self.kept["event"], self.kept["register_event"]
        gone = [e for e in events if (e["case_id"], None, e["seq"]) in later]
        self.remove("event", *gone)
        gone = [e for e in of_entries if (None, e["entry_id"], e["seq"]) in later]
        self.remove("register_event", *gone)
        self.remove("log_head", *(head for head in self.kept["log_head"] if head["size"] > size))
        self._log_anew(leaf for leaf in self.kept["log_leaf"] if leaf["place"] < size)
        return in_log(size)

    # --- What follows from history ---

    def flip_a_byte_of_a_case(self) -> Found:
        case = self.one("case")
        column = self.flip("case", case)
        if column == "number":  # under whatever number it is found, that one is not sealed
            return Found(((None, 1),))
        return at(case["number"], f"case.{column}")

    def flip_a_byte_beside_history(self) -> Found:
        table, row = self._derived()
        column = self.flip(table, row)
        found = at(self.numbers[row["case_id"]], _place(table, row), f"{table}.{column}")
        return wherever(found, column)

    def delete_a_row_beside_history(self) -> Found:
        table, row = self._derived()
        self.remove(table, row)
        return at(self.numbers[row["case_id"]], _place(table, row))

    def add_a_row_beside_history(self) -> Found:
        while True:
            table, row = self._derived()
            if table in {"task", "case_agency", "case_deadline", "document"}:
                break
        key = KEYS[table][0]
        added = {**row, key: 999 if isinstance(row[key], int) else "never"}
        self.add(table, added)
        return at(self.numbers[row["case_id"]], _place(table, added))

    def _derived(self) -> tuple[str, Row]:
        """Draw a row that tells something: a person taken back leaves one that says nothing."""
        telling = {name: [r for r in self.kept[name] if r.get("person") != ""] for name in KEYS}
        table = self.draw.choice([name for name, rows in telling.items() if rows])
        return table, self.draw.choice(telling[table])

    def exchange_the_numbers_of_two_cases(self) -> Found:
        one, other = self.draw.sample(self.kept["case"], 2)
        self.change("case", one, number="between")
        self.change("case", other, number=one["number"])
        self.change("case", one, number=other["number"])
        return Found(((one["number"], 1), (other["number"], 1)))

    def delete_a_case(self) -> Found:
        return self._without(self.one("case"), *OF_A_CASE)

    def delete_the_row_of_a_case(self) -> Found:
        return self._without(self.one("case"), "case")

    @by_itself
    def delete_a_case_and_what_the_log_knows_of_it(self) -> Found:
        case = self.one("case")
        self._without(case, *OF_A_CASE)
        places = [leaf["place"] for leaf in self.kept["log_leaf"] if leaf["case_id"] == case["id"]]
        left = [leaf for leaf in self.kept["log_leaf"] if leaf["case_id"] != case["id"]]
        moved = sorted(left, key=lambda leaf: leaf["place"])
        self._log_anew({**leaf, "place": place} for place, leaf in enumerate(moved))
        return in_log(min(places))

    def _without(self, case: Row, *tables: str) -> Found:
        for table in tables:
            self.remove(table, *self.database.of_case(table, case["id"]))
        return at(f"(its id was {case['id']})", 1)


def _place(table: str, row: Row) -> str:
    return ".".join((table, *(str(row[key]) for key in KEYS[table])))


def _sealed(number: str, previous: str, event: Row) -> str:
    by = By(event["officer"], event["agency"], event["on_behalf_of"], event["guest"])
    parts = {"seq": event["seq"], "kind": event["kind"], "body": event["body"]}
    told = {"case": number, "at": event["at"].isoformat(), "by": by.as_body(), **parts}
    return digest({**told, "previous": previous})
