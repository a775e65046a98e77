"""What whoever has the database may do to the log, to what it commits to, and to documents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.services.intruder import OTHER, Intruder
from tests.services.tampering import Found, at, by_itself, in_log, wherever
from workflow.core.tree_heads import read_note
from workflow.services.signing import Signer


@dataclass
class LogIntruder(Intruder):
    """Has a key of their own besides, and the folder of the documents."""

    signer: Signer
    documents: Path

    # --- What history commits to ---

    def _private(self, *, erased: bool = False) -> tuple[dict, Found]:
        rows = [r for r in self.kept["private_value"] if (r["erased_at"] is not None) == erased]
        value = self.draw.choice(rows)
        number = self.numbers[value["case_id"]]
        lines = self._lines_with(value["case_id"], value["commitment"])
        return value, at(number, *(f"private_value.{line}" for line in lines), "private_value.")

    def _lines_with(self, case_id: int, sealed: str) -> list[int]:
        return [e["seq"] for e in self.history(case_id) if sealed in str(e["body"])]

    def change_a_salt(self) -> Found:
        value, found = self._private()
        at_ = self.draw.randrange(len(value["salt"]))
        salt = value["salt"]
        new = salt[:at_] + ("0" if salt[at_] != "0" else "1") + salt[at_ + 1 :]
        self.change("private_value", value, salt=new)
        return found

    def flip_a_byte_of_a_personal_value(self) -> Found:
        value, found = self._private()
        return wherever(found, self.flip("private_value", value))

    def delete_a_personal_value(self) -> Found:
        value, found = self._private()
        self.remove("private_value", value)
        return found

    def erase_without_a_line(self) -> Found:
        value, found = self._private()
        last = self.history(value["case_id"])[-1]["at"]
        self.change("private_value", value, salt=None, value=None, erased_at=last)
        return found

    def bring_back_what_was_erased(self) -> Found:
        value, found = self._private(erased=True)
        self.change("private_value", value, salt="0" * 32, value="Ana", erased_at=None)
        return found

    def add_a_personal_value(self) -> Found:
        value, found = self._private()
        self.add("private_value", {**value, "commitment": OTHER})
        return at(found.places[0][0], f"private_value.{OTHER}")

    # --- The log ---

    @by_itself
    def flip_a_byte_of_a_leaf(self) -> Found:
        leaf = self.one("log_leaf")
        self.flip("log_leaf", leaf)
        return in_log(leaf["place"])

    @by_itself
    def delete_a_leaf(self) -> Found:
        leaf = self.one("log_leaf")
        self.remove("log_leaf", leaf)
        return in_log(leaf["place"])

    @by_itself
    def exchange_two_places(self) -> Found:
        one, other = self.draw.sample(self.kept["log_leaf"], 2)
        leaves = [leaf for leaf in self.kept["log_leaf"] if leaf not in (one, other)]
        moved = [{**one, "place": other["place"]}, {**other, "place": one["place"]}]
        self._log_anew([*leaves, *moved])
        return in_log(min(one["place"], other["place"]))

    @by_itself
    def flip_a_byte_of_a_node(self) -> Found:
        node = self.one("log_node")
        self.flip("log_node", node)
        return in_log(node["place"] << node["level"])

    @by_itself
    def delete_a_node(self) -> Found:
        node = self.one("log_node")
        self.remove("log_node", node)
        return in_log(node["place"] << node["level"])

    @by_itself
    def add_a_node(self) -> Found:
        level = self.draw.randrange(1, 12)
        place = (len(self.kept["log_leaf"]) >> level) + self.draw.randrange(3)
        self.add("log_node", {"level": level, "place": place, "hash": OTHER})
        return in_log(place << level)

    @by_itself
    def change_the_size(self) -> Found:
        size = self.kept["log_size"][0]
        self.change("log_size", size, size=size["size"] + self.draw.choice([-1, 1, 100]))
        return in_log(len(self.kept["log_leaf"]))

    @by_itself
    def delete_the_size(self) -> Found:
        self.remove("log_size", *self.kept["log_size"])
        return in_log(len(self.kept["log_leaf"]))

    @by_itself
    def flip_a_byte_of_a_head(self) -> Found:
        head = self.one("log_head")
        self.flip("log_head", head)
        return in_log(head["size"])

    @by_itself
    def move_a_head(self) -> Found:
        head = self.one("log_head")
        self.change("log_head", head, size=head["size"] + 1)
        return in_log(head["size"])

    @by_itself
    def delete_a_head(self) -> Found:
        head = self.one("log_head")
        self.remove("log_head", head)
        return in_log(head["size"])

    @by_itself
    def replay_an_older_head(self) -> Found:
        older, newer = sorted(self.draw.sample(self.kept["log_head"], 2), key=lambda h: h["size"])
        self.change("log_head", newer, note=older["note"])
        return in_log(newer["size"])

    @by_itself
    def sign_with_another_key(self) -> Found:
        head = self.one("log_head")
        told, _, _ = read_note(head["note"])
        self.change("log_head", head, note=self.signer.sign(told))
        return in_log(head["size"])

    # --- Counts and documents ---

    @by_itself
    def miscount_an_inbox(self) -> Found:
        moves = [move for move in self.kept["queue_move"] if move["come_as"] == "open"]
        tables = {"queue_count": self.kept["queue_count"], "queue_move": moves}
        of = self.draw.choice([name for name, rows in tables.items() if rows])
        queue = self.draw.choice(tables[of])
        more = {"n": queue["n"] + 1} if of == "queue_count" else {"come_as": None}
        self.change(of, queue, **more)
        return Found((("count", queue["agency"]),))

    def _document(self) -> tuple[Path, Found]:
        document = self.one("document")
        sha256 = document["sha256"]
        holders = [d for d in self.kept["document"] if d["sha256"] == sha256]
        self.database.touched |= {("document", d["case_id"]) for d in holders}
        places = tuple(
            (self.numbers[d["case_id"]], f"document.{d['field']}.{d['version']}.bytes")
            for d in holders
        )
        return self.documents / sha256[:2] / sha256[2:4] / sha256, Found(places)

    def flip_a_byte_of_a_document(self) -> Found:
        path, found = self._document()
        content = bytearray(path.read_bytes())
        content[self.draw.randrange(len(content))] ^= self.draw.randrange(1, 256)
        path.write_bytes(content)
        return found

    def cut_a_document_off(self) -> Found:
        path, found = self._document()
        content = path.read_bytes()
        path.write_bytes(content[: self.draw.randrange(len(content))])
        return found

    def delete_a_document(self) -> Found:
        path, found = self._document()
        path.unlink()
        return found
