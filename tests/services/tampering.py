"""Whoever has the database and no key, and what they may do to history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from workflow.core.canonical import digest
from workflow.core.events import By
from workflow.core.merkle import grown
from workflow.core.receipts import leaf_of
from workflow.storage.base import Base
from workflow.storage.case import Case, EventRow, PrivateValue
from workflow.storage.history_log import LogHead, LogLeaf, LogNode, LogSize
from workflow.storage.search import Passage

TABLES = (EventRow, PrivateValue, Passage, LogLeaf, LogNode, LogSize, LogHead)
OTHER = "f" * 64


@dataclass
class Intruder:
    """Does one thing to history and says where it should be found."""

    connection: Connection
    draw: Random
    kept: dict[type[Base], list[dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self):
        if not self.kept:
            for table in (*TABLES, Case):
                rows = self.connection.execute(select(table.__table__)).mappings()
                self.kept[table] = [dict(row) for row in rows]
        self.numbers = {case["id"]: case["number"] for case in self.kept[Case]}

    def restore(self):
        for table in TABLES:
            self.connection.execute(delete(table))
            self.connection.execute(insert(table), self.kept[table])
        for case in self.kept[Case]:
            self.connection.execute(update(Case).where(Case.id == case["id"]).values(case))

    def one(self, table):
        return self.draw.choice(self.kept[table])

    def at(self, event):
        return self.numbers[event["case_id"]], event["seq"]

    def change(self, table, row, **values):
        key = [column == row[column.name] for column in table.__table__.primary_key.columns]
        self.connection.execute(update(table).where(*key).values(**values))

    def remove(self, table, row):
        key = [column == row[column.name] for column in table.__table__.primary_key.columns]
        self.connection.execute(delete(table).where(*key))

    # --- Events ---

    def alter_an_event(self):
        event = self.one(EventRow)
        column = self.draw.choice(["kind", "at", "officer", "agency", "guest", "hash", "body"])
        value = {
            "kind": self.draw.choice(["case_announced", "never_heard_of"]),
            "at": event["at"] + timedelta(microseconds=1),
            "officer": (event["officer"] or 0) + 1,
            "hash": OTHER,
            "body": _otherwise(event["body"], self.draw),
        }.get(column, "SEX")
        if value == event[column]:
            value = "other"
        self.change(EventRow, event, **{column: value})
        return self.at(event)

    def delete_an_event(self):
        event = self.one(EventRow)
        self.remove(EventRow, event)
        return self.at(event)

    def delete_a_history(self):
        event = self.one(EventRow)
        self.connection.execute(delete(EventRow).where(EventRow.case_id == event["case_id"]))
        return self.at(event)

    def exchange_two_events(self):
        one = self.one(EventRow)
        other = self.draw.choice(
            [e for e in self.kept[EventRow] if e["case_id"] == one["case_id"] and e is not one]
        )
        self.remove(EventRow, one)
        self.change(EventRow, other, seq=one["seq"])
        self.connection.execute(insert(EventRow).values({**one, "seq": other["seq"]}))
        return self.at(min(one, other, key=lambda event: event["seq"]))

    def add_an_event(self):
        event = self.one(EventRow)
        last = max(e["seq"] for e in self.kept[EventRow] if e["case_id"] == event["case_id"])
        added = {**event, "seq": last + 1, "hash": OTHER}
        self.connection.execute(insert(EventRow).values(added))
        return self.at(added)

    def fork_a_history(self):
        """Tell a case otherwise from some line on, with all seals, leaves and nodes anew."""
        event = self.one(EventRow)
        ours = [e for e in self.kept[EventRow] if e["case_id"] == event["case_id"]]
        previous, seals = "", {}
        for line in sorted(ours, key=lambda line: line["seq"]):
            told = dict(line)
            if line["seq"] == event["seq"]:
                told["at"] += timedelta(seconds=1)
            told["hash"] = _sealed(self.numbers[event["case_id"]], previous, told)
            self.change(EventRow, line, at=told["at"], hash=told["hash"])
            previous = seals[line["seq"]] = told["hash"]
        self.change(Case, {"id": event["case_id"]}, head=previous)
        leaves = [
            {**leaf, "seal": seals[leaf["seq"]]} if leaf["case_id"] == event["case_id"] else leaf
            for leaf in self.kept[LogLeaf]
        ]
        self._log_anew(leaves)
        return self.at(event)

    def _log_anew(self, leaves):
        self.connection.execute(delete(LogLeaf))
        self.connection.execute(delete(LogNode))
        leaves = sorted(leaves, key=lambda leaf: leaf["place"])
        self.connection.execute(insert(LogLeaf), leaves)
        new = grown(0, (leaf_of(leaf["seal"]) for leaf in leaves), lambda _: {})
        nodes = [
            {"level": level, "place": place, "hash": value.hex()}
            for (level, place), value in new.items()
            if level
        ]
        self.connection.execute(insert(LogNode), nodes)
        self.connection.execute(update(LogSize).values(size=len(leaves)))

    # --- The log ---

    def cut_off_the_end(self):
        """Take the last events out of log and histories, and the heads that knew of them."""
        size = self.draw.randrange(1, len(self.kept[LogLeaf]))
        for leaf in self.kept[LogLeaf]:
            if leaf["place"] >= size:
                self.remove(EventRow, leaf | {"case_id": leaf["case_id"]})
        self.connection.execute(delete(LogHead).where(LogHead.size > size))
        self._log_anew([leaf for leaf in self.kept[LogLeaf] if leaf["place"] < size])
        return size

    def exchange_two_places(self):
        one, other = self.draw.sample(self.kept[LogLeaf], 2)
        leaves = [leaf for leaf in self.kept[LogLeaf] if leaf not in (one, other)]
        moved = [{**one, "place": other["place"]}, {**other, "place": one["place"]}]
        self._log_anew([*leaves, *moved])
        return one["place"]

    def alter_a_leaf(self):
        leaf = self.one(LogLeaf)
        self.change(LogLeaf, leaf, seal=_flipped(leaf["seal"], self.draw))
        return leaf["place"]

    def delete_a_leaf(self):
        leaf = self.one(LogLeaf)
        self.remove(LogLeaf, leaf)
        return leaf["place"]

    def alter_a_node(self):
        node = self.one(LogNode)
        self.change(LogNode, node, hash=_flipped(node["hash"], self.draw))
        return node["place"] << node["level"]

    def delete_a_node(self):
        node = self.one(LogNode)
        self.remove(LogNode, node)
        return node["place"] << node["level"]

    def add_a_node(self):
        level = self.draw.randrange(1, 12)
        place = (len(self.kept[LogLeaf]) >> level) + self.draw.randrange(3)
        self.connection.execute(insert(LogNode).values(level=level, place=place, hash=OTHER))
        return place << level

    def alter_the_size(self):
        size = self.kept[LogSize][0]["size"] + self.draw.choice([-1, 1, 100])
        self.connection.execute(update(LogSize).values(size=size))
        return size

    def alter_a_head(self):
        head = self.one(LogHead)
        self.change(LogHead, head, note=_flipped(head["note"], self.draw))
        return head["size"]

    def move_a_head(self):
        head = self.one(LogHead)
        self.change(LogHead, head, size=head["size"] + 1)
        return head["size"] + 1

    def delete_a_head(self):
        head = self.one(LogHead)
        self.remove(LogHead, head)
        return head["size"]

    # --- What history commits to ---

    def alter_a_personal_value(self):
        value = self.one(PrivateValue)
        if self.draw.random() < 0.5:
            self.change(PrivateValue, value, salt=_flipped(value["salt"], self.draw))
        else:
            self.change(PrivateValue, value, value={"never": "said"})
        return self.numbers[value["case_id"]], "private"

    def delete_a_personal_value(self):
        value = self.one(PrivateValue)
        self.remove(PrivateValue, value)
        return self.numbers[value["case_id"]], "private"

    def ways(self):
        """Return everything that they may do."""
        return [
            *(self.alter_an_event, self.delete_an_event, self.delete_a_history),
            *(self.exchange_two_events, self.add_an_event, self.fork_a_history),
            *(self.cut_off_the_end, self.exchange_two_places, self.alter_a_leaf),
            *(self.delete_a_leaf, self.alter_a_node, self.delete_a_node, self.add_a_node),
            *(self.alter_the_size, self.alter_a_head, self.move_a_head, self.delete_a_head),
            *(self.alter_a_personal_value, self.delete_a_personal_value),
        ]


def _sealed(number, previous, event):
    by = By(event["officer"], event["agency"], event["on_behalf_of"], event["guest"])
    parts = {"seq": event["seq"], "kind": event["kind"], "body": event["body"]}
    told = {"case": number, "at": event["at"].isoformat(), "by": by.as_body(), **parts}
    return digest({**told, "previous": previous})


def _flipped(text, draw):
    at = draw.randrange(len(text))
    other = draw.choice([letter for letter in "0123456789abcdefZ\n " if letter != text[at]])
    return text[:at] + other + text[at + 1 :]


def _otherwise(value, draw):
    """Return JSON with one thing in it changed."""
    otherwise = partial(_otherwise, draw=draw)
    if isinstance(value, dict) and value:
        key = draw.choice(sorted(value))
        return {**value, key: otherwise(value[key])}
    if isinstance(value, list) and value:
        at = draw.randrange(len(value))
        return [*value[:at], otherwise(value[at]), *value[at + 1 :]]
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int):
        return value + 1
    return f"{value}x" if isinstance(value, str) else {"new": 1}
