"""What whoever has the database may do to register entries, to their history and to its places."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from tests.services.intruder import OTHER, Intruder
from tests.services.log_intruder import LogIntruder
from tests.services.tampering import Found, Row, at, by_itself, in_log, wherever
from workflow.core.events import By
from workflow.core.receipts import ENTRY
from workflow.core.registers.entries import EntryEvent, EntryKind, rebuild, seal
from workflow.storage.queries.register_types import history_of

LATER: Final = timedelta(seconds=1)
_LINE: Final = re.compile(r"\b(?:line |register_event\.)(\d+)")


class RegisterIntruder(LogIntruder):
    """Has the registers, besides."""

    def _number(self, entry_id: int) -> str:
        return next(e["number"] for e in self.kept["register_entry"] if e["id"] == entry_id)

    def _of(self, entry_id: int) -> list[Row]:
        lines = (e for e in self.kept["register_event"] if e["entry_id"] == entry_id)
        return sorted(lines, key=lambda line: line["seq"])

    def _at(self, line: Row) -> Found:
        return at(self._number(line["entry_id"]), line["seq"])

    def _row(self, entry_id: int) -> Row:
        return next(e for e in self.kept["register_entry"] if e["id"] == entry_id)

    def _leaf(self) -> Row:
        of_entries = [leaf for leaf in self.kept["log_leaf"] if leaf["entry_id"] is not None]
        return self.draw.choice(of_entries)

    # --- What happened to an entry ---

    def flip_a_byte_of_an_entrys_event(self) -> Found:
        line = self.one("register_event")
        return wherever(self._at(line), self.flip("register_event", line))

    def delete_an_entrys_event(self) -> Found:
        line = self.one("register_event")
        self.remove("register_event", line)
        return self._at(line)

    def exchange_two_events_of_an_entry(self) -> Found:
        lines = self._of(self.draw.choice(self._long())["id"])
        one, other = sorted(self.draw.sample(lines, 2), key=lambda line: line["seq"])
        self.remove("register_event", one, other)
        moved = {**one, "seq": other["seq"]}, {**other, "seq": one["seq"]}
        self.add("register_event", *moved)
        return self._at(one)

    def add_an_event_to_an_entry(self) -> Found:
        line = self.one("register_event")
        last = self._of(line["entry_id"])[-1]
        added = {**line, "seq": last["seq"] + 1, "hash": OTHER, "key": "added"}
        self.add("register_event", added)
        return self._at(added)

    def move_an_event_to_another_entry(self) -> Found:
        line = self.one("register_event")
        others = [e for e in self.kept["register_entry"] if e["id"] != line["entry_id"]]
        other = self.draw.choice(others)
        moved = {**line, "entry_id": other["id"], "seq": self._of(other["id"])[-1]["seq"] + 1}
        self.change("register_event", line, entry_id=moved["entry_id"], seq=moved["seq"])
        return Found((*self._at(line).places, *self._at(moved).places))

    def tell_an_entry_otherwise(self) -> Found:
        return self._told_anew(self.one("register_event"))[0]

    @by_itself
    def tell_an_entry_otherwise_in_the_log_too(self) -> Found:
        line = self.one("register_event")
        found, seals = self._told_anew(line)
        self._log_anew(
            {**leaf, "seal": f"{ENTRY}{seals[leaf['seq']]}"}
            if leaf["entry_id"] == line["entry_id"]
            else leaf
            for leaf in self.kept["log_leaf"]
        )
        return Found(found.places, alone=False)

    def _told_anew(self, line: Row) -> tuple[Found, dict[int, str]]:
        """Tell an entry otherwise from a line on, each sealed anew, and the row with them."""
        entry_id, previous, seals = line["entry_id"], "", dict[int, str]()
        number = self._number(entry_id)
        for old in self._of(entry_id):
            moved = LATER if old["seq"] >= line["seq"] else timedelta()
            previous = seals[old["seq"]] = _sealed(number, previous, old, moved)
            self.change("register_event", old, at=old["at"] + moved, hash=previous)
        self._as_told(entry_id)
        return self._at(line), seals

    def _as_told(self, entry_id: int) -> None:
        """Have the row of an entry say what its lines tell."""
        told = rebuild(self._number(entry_id), history_of(self.connection, entry_id))
        values = {"updated_at": told.updated_at, "created_at": told.created_at}
        values |= {"revision": told.revision, "head": told.head, "data": dict(told.values)}
        values |= {"renewed_on": told.renewed_on, "due_on": told.due_on}
        self.change("register_entry", self._row(entry_id), **values)

    # --- Going back ---

    def cut_an_entry_off(self) -> Found:
        """Take its last lines away, and bring its row back to before them."""
        entry = self.draw.choice(self._long())
        lines = self._of(entry["id"])
        gone = lines[self.draw.randrange(1, len(lines)) :]
        self.remove("register_event", *gone)
        told = {str(line["body"]) for line in lines if line not in gone}
        for value in self.kept["register_private"]:
            if value["entry_id"] == entry["id"] and not any(value["commitment"] in t for t in told):
                self.remove("register_private", value)
        self._as_told(entry["id"])
        self.change("register_entry", entry, logged=lines[-1]["seq"] - len(gone))
        return self._at(gone[0])

    def delete_an_entry(self) -> Found:
        """Leave nothing of it, and take its number back where it was the last given."""
        entry = self.one("register_entry")
        self._without_entry(entry)
        return Found((*at(f"(its id was {entry['id']})", 1).places, (entry["number"], "is gone")))

    @by_itself
    def delete_an_entry_and_what_the_log_knows_of_it(self) -> Found:
        entry = self.one("register_entry")
        self._without_entry(entry)
        leaves = sorted(self.kept["log_leaf"], key=lambda leaf: leaf["place"])
        places = [leaf["place"] for leaf in leaves if leaf["entry_id"] == entry["id"]]
        left = [leaf for leaf in leaves if leaf["entry_id"] != entry["id"]]
        self._log_anew({**leaf, "place": place} for place, leaf in enumerate(left))
        return in_log(min(places))

    def _without_entry(self, entry: Row) -> None:
        for table in ("register_event", "register_private"):
            rows = [row for row in self.kept[table] if row["entry_id"] == entry["id"]]
            self.remove(table, *rows)
        self.remove("register_entry", entry)
        prefix, no = entry["number"].split("-")
        for given in self.kept["register_number"]:
            if given["prefix"] == prefix and given["last"] == int(no):
                self.change("register_number", given, last=int(no) - 1)

    # --- What follows from it ---

    def flip_a_byte_of_an_entry(self) -> Found:
        entry = self.one("register_entry")
        column = self.flip("register_entry", entry)
        if column == "number":  # under whatever number it is found, that one was never given
            return Found(((entry["number"], "is gone"),), alone=False)
        return at(entry["number"], None, "")

    def flip_a_byte_of_what_an_entry_commits_to(self) -> Found:
        value = self.one("register_private")
        column = self.flip("register_private", value)
        return Found(at(self._number(value["entry_id"]), "").places, alone=column != "entry_id")

    def delete_what_an_entry_commits_to(self) -> Found:
        value = self.one("register_private")
        self.remove("register_private", value)
        lines = self._of(value["entry_id"])
        return at(
            self._number(value["entry_id"]),
            *(line["seq"] for line in lines if value["commitment"] in str(line["body"])),
        )

    def give_more_numbers(self) -> Found:
        given = self.one("register_number")
        self.change("register_number", given, last=given["last"] + 1)
        return at(f"{given['prefix']}-{given['last'] + 1:06}", "is gone")

    # --- Its places ---

    def say_that_other_events_of_an_entry_have_places(self) -> Found:
        entry = self.one("register_entry")
        self.change("register_entry", entry, logged=entry["logged"] + self.draw.choice([-1, 1, 9]))
        return at(entry["number"], None)

    @by_itself
    def flip_a_byte_of_an_entrys_leaf(self) -> Found:
        leaf = self._leaf()
        self.flip("log_leaf", leaf)
        return in_log(leaf["place"])

    @by_itself
    def pass_an_entrys_event_off_as_one_of_a_case(self) -> Found:
        leaf = self._leaf()
        case = self.draw.choice(list(self.numbers))
        bare = leaf["seal"].removeprefix(ENTRY)
        others = {"case_id": case, "seq": 9999, "entry_id": self.draw.choice([None, 1])}
        self.change("log_leaf", leaf, **others, seal=self.draw.choice([bare, leaf["seal"]]))
        return in_log(leaf["place"])

    @by_itself
    def exchange_the_seals_of_a_case_and_an_entry(self) -> Found:
        """Let each have the place of the other, everything above grown anew."""
        one = self._leaf()
        other = self.draw.choice([e for e in self.kept["log_leaf"] if e["entry_id"] is None])
        left = [leaf for leaf in self.kept["log_leaf"] if leaf not in (one, other)]
        moved = {**one, "place": other["place"]}, {**other, "place": one["place"]}
        self._log_anew([*left, *moved])
        return in_log(min(one["place"], other["place"]))

    def _long(self) -> list[Row]:
        """Return the entries with more than one line."""
        return [e for e in self.kept["register_entry"] if len(self._of(e["id"])) > 1]

    def ways(self) -> list[str]:
        """Name everything that they may do."""
        means = {"do", "one", "at", "history", "stretch", "ways"}
        all_ = (*vars(Intruder), *vars(LogIntruder), *vars(RegisterIntruder))
        return [name for name in all_ if not name.startswith("_") and name not in means]


def entry_places(number: str, why: str) -> set[tuple[str, object]]:
    """Return the places that verification names in what it says of an entry."""
    lines = _LINE.findall(why)
    return {(number, why), *((number, int(line)) for line in lines)}


def _sealed(number: str, previous: str, line: Row, moved: timedelta) -> str:
    by = By(line["officer"], line["agency"], line["on_behalf_of"])
    kind, when = EntryKind(line["kind"]), line["at"] + moved
    return seal(number, previous, EntryEvent(line["seq"], kind, when, by, line["body"]))
