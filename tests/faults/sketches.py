"""Small request types drawn at random, as plain values and in the language of definitions."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

OPENER, OWNER = "SEDE", "SCC"
AGENCIES = ("AGE", "SEF", "SEPLAG", "SEE", "SES")
OUTCOMES = ("good", "bad")
SILENT = "silent"
DAYS = 4
FIRST, DONE, WITHDRAWN = "s0", "done", "withdrawn"


@dataclass(frozen=True)
class Asked:
    """A task of a state: of one agency, or (None) of each that is asked."""

    key: str
    agency: str | None
    lapses: bool


@dataclass(frozen=True)
class Way:
    """A transition: `how` many of the tasks ended with one of the outcomes."""

    target: str
    how: str
    outcomes: tuple[str, ...]


@dataclass(frozen=True)
class Sketch:
    """A request type by its states: what is asked in each, and where it leads."""

    key: str
    asks: dict[str, tuple[Asked, ...]]
    ways: dict[str, tuple[Way, ...]]


def sketched(random: Random, key: str) -> Sketch:
    """Draw a request type of two to four states."""
    states = [f"s{n}" for n in range(random.randint(2, 4))]
    asks, ways = {}, {}
    for n, state in enumerate(states):
        drawn = [
            Asked(
                f"t{n}_{m}",
                random.choice((None, *AGENCIES[:3], OPENER)),
                random.random() < 0.5,
            )
            for m in range(random.randint(1, 3))
        ]
        asks[state] = tuple(drawn)
        onward = states[n + 1] if n + 1 < len(states) else DONE
        back = Way(random.choice(states[: n + 1]), _how(random), ("bad",))
        silence = (SILENT,) if any(asked.lapses for asked in drawn) else ()
        wanted = random.choice((("good",), ("answered",), ("good", *silence)))
        forth = Way(onward, _how(random), wanted)
        whatever = Way(onward, "all", ("answered", *silence))
        ways[state] = (*random.sample([back, forth], 2), whatever)
    return Sketch(key, asks, ways)


def _how(random: Random) -> str:
    return random.choice(("any", "all", "majority", "at least 2"))


def written(sketch: Sketch) -> str:
    """Write a sketch in the language of definitions."""
    lines = [
        f"key: {sketch.key}",
        "version: 1",
        "title: Sorteado",
        "summary: Um tipo sorteado.",
        f"owner: {OWNER}",
        "roles:",
        "  proponent: {title: Quem pede, bind: opener}",
        f"  owner: {{title: Quem responde, bind: {OWNER}}}",
        "  asked: {title: Quem opina, many: true, bind: chosen}",
        *[f"  r_{a.lower()}: {{title: {a}, bind: {a}}}" for a in AGENCIES[:3]],
        "opening: [roles.asked]",
        "states:",
    ]
    for state, asks in sketch.asks.items():
        lines += [f"  - key: {state}", f"    title: Estado {state}", "    tasks:"]
        lines += [line for asked in asks for line in _task(asked)]
    lines += [
        f"  - {{key: {DONE}, title: Pronto, final: completed}}",
        f"  - {{key: {WITHDRAWN}, title: Retirado, final: withdrawn}}",
        "transitions:",
    ]
    for state, ways in sketch.ways.items():
        lines += [
            f"  - {{source: {state}, target: {w.target}, when: {w.how} {' or '.join(w.outcomes)}}}"
            for w in ways
        ]
    lines += [
        "acts:",
        f"  withdraw: {{by: proponent, to: {WITHDRAWN}}}",
        f"  reopen: {{by: [proponent, owner], to: {FIRST}}}",
        "  suspend: {by: [proponent, owner], review_within: 30 days}",
        "  resume: {by: [proponent, owner]}",
    ]
    return "\n".join(lines) + "\n"


def _task(asked: Asked) -> list[str]:
    whose = {None: "each: asked", OPENER: "role: proponent"}.get(
        asked.agency, f"role: r_{(asked.agency or '').lower()}"
    )
    lines = [
        f"      - key: {asked.key}",
        f"        title: Tarefa {asked.key}",
        f"        {whose}",
        "        outcomes: [good, bad]",
        f"        deadline: {{term: {DAYS} days, rule: house}}",
    ]
    if asked.lapses:
        lines.append(f"        lapse: {{outcome: {SILENT}, title: Sem resposta}}")
    return lines
