"""Who is to be told of one errand and when, reckoned with pencil and paper.

It shares nothing with the program but the list of closed days: days are walked one by one, and
what happened is a list of lines. The errand has one task, on one calendar.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

DAY = timedelta(days=1)
DEADLINE = ("reminder", "due_today", "overdue")


@dataclass
class Line:
    """One notice to one person."""

    kind: str
    officer: int
    due_on: date
    at: datetime
    withdrawn: bool = False


@dataclass
class Reckoning:
    """A case as somebody would keep it in a notebook."""

    closed: set
    zone: object
    members: dict
    """Agency to its people, and to its head."""
    heads: dict
    opened_at: datetime
    due_on: date
    agency: str = "SEF"
    holder: int | None = None
    received: bool = False
    since: datetime | None = None
    seen: datetime | None = None
    away: list = field(default_factory=list)
    """Officer, substitute, first and last day."""
    lines: list = field(default_factory=list)
    over: bool = False

    def __post_init__(self):
        self.since = self.seen = self.opened_at

    # --- Days and hours

    def is_open(self, day):
        return day.weekday() < 5 and day not in self.closed

    def step(self, day, n):
        """Walk so many open days forward, or back."""
        move = DAY if n > 0 else -DAY
        while n:
            day += move
            n -= (1 if n > 0 else -1) if self.is_open(day) else 0
        return day

    def eight(self, day, move=DAY):
        while not self.is_open(day):
            day += move
        return datetime.combine(day, time(8), self.zone)

    def at_work(self, at):
        local = at.astimezone(self.zone)
        return self.is_open(local.date()) and 8 <= local.hour < 18

    # --- What is due

    def deadlines(self):
        """List when, what, and whether to the head as well."""
        due = self.due_on
        yield self.eight(self.step(due, -5), -DAY), "reminder", False
        yield self.eight(self.step(due, -2), -DAY), "reminder", False
        yield self.eight(due, -DAY), "due_today", True
        yield self.eight(self.step(due, 1)), "overdue", True
        for week in range(1, 27):
            yield self.eight(due + 7 * week * DAY), "overdue", True

    def neglects(self):
        if self.holder is None:
            began = self.since.astimezone(self.zone).date()
            yield self.eight(self.step(began, 1) + DAY), "unassigned"
            if not self.received:
                yield self.eight(self.step(began, 2) + DAY), "unreceived"

    def due_now(self, now):
        """Return what is due of the deadline and of the neglect: of what was missed the last."""
        found = [d for d in self.deadlines() if max(self.seen, self.opened_at) < d[0] <= now]
        left = [n for n in self.neglects() if self.seen < n[0] <= now]
        return sorted(found)[-1:], sorted(left)[-1:], any(head for _, _, head in found)

    def sweep(self, now):
        """Tell what is due, unless nobody is at work."""
        if self.over:
            return
        deadlines, neglects, to_head = self.due_now(now)
        if not self.at_work(now):
            first = [one[0] for one in (*deadlines, *neglects)]
            if first:
                self.seen = min(first) - timedelta(microseconds=1)
            return
        for _, kind, _ in deadlines:
            people = self.people(now) + (
                self.present(self.heads[self.agency], now) if to_head else []
            )
            self.tell(kind, people, now)
        for _, kind in neglects:
            self.tell(kind, self.present(self.heads[self.agency], now), now)
        self.seen = now

    def people(self, now):
        held = [self.holder] if self.holder is not None else self.members[self.agency]
        return self.present(held, now)

    def present(self, officers, now):
        today = now.astimezone(self.zone).date()
        found = []
        for officer in officers:
            stand_in = [
                s for a, s, first, last in self.away if a == officer and first <= today <= last
            ]
            found += stand_in or [officer]
        return found

    def tell(self, kind, people, now):
        for officer in dict.fromkeys(people):
            self.lines.append(Line(kind, officer, self.due_on, now))

    # --- What people do

    def withdraw(self, kinds):
        for line in self.lines:
            line.withdrawn = line.withdrawn or line.kind in kinds

    def hold(self, officer):
        self.holder, self.received = officer, True
        self.withdraw(("unassigned", "unreceived"))

    def give_back(self, now):
        self.holder, self.since = None, now

    def move(self, due_on):
        self.due_on = due_on
        self.withdraw(DEADLINE)

    def hand_over(self, agency, now):
        self.agency, self.holder, self.received, self.since = agency, None, False, now
        self.withdraw((*DEADLINE, "unassigned", "unreceived"))

    def end(self):
        self.over = True
        self.withdraw((*DEADLINE, "unassigned", "unreceived"))
