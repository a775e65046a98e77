"""What was heard, held against what is right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tests.web.matrix import oracle
from tests.web.matrix.accounts import address_of, officer_of
from tests.web.matrix.addresses import BY_FORM, TASK_IN_FORM, Cell
from tests.web.matrix.asking import Asking, Heard
from tests.web.matrix.oracle import Answer
from tests.web.matrix.people import Person

MARK: Final = re.compile(r"zq([sin])(public|network|restricted|named|mission|grant|lending)x")
OWN_MARK: Final = re.compile(r"zqo(\w+?)x")


def complaints(asking: Asking, cell: Cell) -> list[str]:
    """Ask, and say everything that is wrong with the answer."""
    heard = asking.ask(cell)
    found = [
        *_of_answer(asking, cell, heard),
        *_of_wall(cell, heard),
        *_of_text(asking, cell, heard),
        *_of_list(asking, cell, heard),
        *_of_coming_in(cell, heard),
        *_of_writing(asking, cell, heard),
    ]
    return [f"{cell}: {what} (status {heard.status})" for what in found]


def _of_answer(asking: Asking, cell: Cell, heard: Heard) -> Iterator[str]:
    right = oracle.expected(cell.person, cell.path, endpoint=cell.endpoint, thing=cell.thing)
    if heard.answer in right:
        return
    gone = right == {Answer.GONE} and heard.answer is Answer.OPEN and cell.method == "POST"
    if gone and oracle.is_hidden(cell.person, cell.thing) and _as_missing(asking, cell, heard):
        return  # a form refused before it was asked whose thing it is, as for a thing not there
    yield f"{heard.answer} instead of {' or '.join(sorted(right))}"


def _of_wall(cell: Cell, heard: Heard) -> Iterator[str]:
    """Look whether the first wall stopped whom an address is not for, whatever stands behind it."""
    stopped = heard.why == oracle.AT_THE_FIRST_WALL
    if stopped != oracle.is_stopped(cell.person, cell.path):
        yield f"{'' if stopped else 'not '}stopped at the first wall"


def _as_missing(asking: Asking, cell: Cell, heard: Heard) -> bool:
    """Say whether the same is answered where there is no such thing, and nothing is written."""
    number = asking.facts.get(cell.thing, str(officer_of(cell.person)))
    if cell.thing == "foreign":
        path = re.sub(r"/(5\d\d\d|[12])(?=/|$)", "/999999", cell.path)
    elif cell.thing in oracle.UNDER_WAY:
        path = re.sub(rf"/{number}(?=/|$)", "/999999", cell.path)
    else:
        path = cell.path.replace(number, asking.facts["missing"])
    missing = asking.ask(replace(cell, path=path, thing="missing"))
    return missing.status == heard.status and not heard.wrote - oracle.COUNTED


def _of_text(asking: Asking, cell: Cell, heard: Heard) -> Iterator[str]:
    """Look for marks of what the person may not read."""
    text = re.sub(r'value="zq\w"', "", heard.text)  # what was searched for
    for kind, case in set(MARK.findall(text)):
        if not oracle.may_be_told(cell.person, cell.path, kind=kind, case=case):
            yield f"tells zq{kind}{case}x"
    for case in oracle.PARTS:
        number = asking.facts[case]
        told = number in text and number not in cell.path
        if told and not oracle.may_be_told(cell.person, cell.path, kind="s", case=case):
            yield f"tells that {case} exists"
    yield from _of_others(cell.person, text)


def _of_list(asking: Asking, cell: Cell, heard: Heard) -> Iterator[str]:
    """Look in lists of cases, and beside a case, for those that the person knows of."""
    if cell.method != "GET" or not cell.person.signed_in:
        return
    for case in sorted(oracle.listed(cell.person, cell.endpoint, thing=cell.thing)):
        if asking.facts[case] not in heard.text:
            yield f"does not list {case}"


def _of_others(person: Person, text: str) -> Iterator[str]:
    """Look for marks of what is another's own."""
    agencies = {code.lower() for code in person.acts_for}
    mine = {str(officer_of(person)), *agencies} if person.signed_in else set()
    for whose in set(OWN_MARK.findall(text)) - mine:
        yield f"tells what is {whose}'s own"


def _of_coming_in(cell: Cell, heard: Heard) -> Iterator[str]:
    """Look who has come in by asking: nobody but by an exercise, or anew as they were."""
    way = cell.method == "POST" and oracle.signs_in_as(cell.endpoint, cell.path, thing=cell.thing)
    own = {address_of(cell.person)} if cell.person.signed_in else set()
    if heard.signed_in != {way} if way else heard.signed_in - own:
        yield f"signed in {sorted(heard.signed_in) or 'nobody'}"


def _of_writing(asking: Asking, cell: Cell, heard: Heard) -> Iterator[str]:
    wrote = heard.wrote - oracle.COUNTED
    must = cell.method == "POST" and "event" not in wrote
    if must and oracle.must_write(cell.person, cell.endpoint, thing=cell.thing):
        yield "wrote nothing"
    if not wrote:
        return
    if oracle.is_for_anybody(cell.path):
        most = oracle.may_write_unseen(cell.endpoint, thing=cell.thing)
        if most is not None and wrote - most:
            yield f"wrote {sorted(wrote - most)}"
        return
    if not cell.person.signed_in:
        yield f"wrote {sorted(wrote)}"
        return
    if oracle.is_hidden(cell.person, cell.thing):
        yield f"wrote {sorted(wrote)} of what is not there"
    task = next(
        (key for key in oracle.HOLDERS if f"/tarefas/{asking.facts[f'task {key}']}" in cell.path),
        "",
    )
    task = task or (TASK_IN_FORM if cell.endpoint in BY_FORM else "")
    beyond = wrote - oracle.DESK
    if beyond and not oracle.may_write(cell.person, cell.endpoint, thing=cell.thing, task=task):
        yield f"wrote {sorted(beyond)}"
