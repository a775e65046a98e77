"""The installation that the matrix asks about: cases of every kind of access, and everybody."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from tests.installation import acting_as, deploy
from tests.services.errands import DATA, PARENT
from tests.stories import play_through
from tests.web.filled import GRANT
from tests.web.matrix.accounts import NOW, TODAY, address_of, employ_all
from tests.web.matrix.learners import let_learn
from tests.web.matrix.oracle import TIED
from tests.web.matrix.people import PEOPLE
from tests.web.matrix.under_way import begin_all
from tests.web.office import JIANGSU, PDF, settings_of
from tests.world import DEFINITIONS, world
from web import create_app
from workflow.catalogue.scenarios import read_scenario
from workflow.core.acts.answers import Answers
from workflow.core.acts.record import Relation
from workflow.core.fields import Access
from workflow.core.numbers import case_number
from workflow.core.story import Readers
from workflow.services import cases, children, clock
from workflow.services.access_codes import new_access_code
from workflow.services.installation import Installation
from workflow.services.papers import whole_case
from workflow.services.reading_log import grant_access
from workflow.services.registers import create
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.engine import writing

MISSION: Final = DEFINITIONS / "scenarios" / "mission_preparation" / "straight_way.yaml"
SUBJECT: Final = "zqs{}x"
"""Stands in the subject of the case of that name."""
INSIDE: Final = "zqi{}x"
"""Stands in what only those inside the case of that name read."""
NETWORK: Final = "zqn{}x"
"""Stands in what the network reads of the case of that name, and the public does not."""
STEPS: Final = 6
CERTIFICATE: Final = {
    "person": "Ana Prado",
    "agency": "SEDE",
    "course": "Captação de recursos",
    "class_name": "Turma 1",
    "hours": 12,
    "finished_on": "2026-03-18",
}


def build(template: Path, folder: Path) -> dict[str, str]:
    """Fill a copy of an installation; return the numbers of its cases and entries by name."""
    shutil.copyfile(template, folder / "matrix.sqlite")
    app = create_app(settings_of(f"sqlite:///{folder / 'matrix.sqlite'}", folder))
    installation: Installation = app.extensions["installation"]
    numbers = fill(installation, folder)
    installation.engine.dispose()
    with closing(sqlite3.connect(folder / "matrix.sqlite")) as connection:
        _keep_documents(connection, folder / "documents")
        _watch(connection)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(folder / "matrix.sqlite", folder / "pristine.sqlite")
    return numbers


def fill(installation: Installation, folder: Path) -> dict[str, str]:
    """Play the cases and employ everybody; return the numbers of cases and entries by name."""
    numbers = _lending(installation)  # the first, so that the clock has only its work to do
    numbers |= {name: _agreement(installation, folder, name) for name in _AGREEMENTS}
    numbers["mission"] = _mission(installation, folder)
    numbers |= {name: _sealed(installation, folder, name) for name in _SEALED}
    _tie(installation, numbers)
    numbers |= _grant(installation) | _entries(installation) | _tasks(installation, numbers)
    numbers["missing"] = case_number(2026, 999_999)
    with writing(installation.engine) as connection:
        employ_all(connection)
        let_learn(connection, numbers["public"])
    numbers |= begin_all(installation)
    _let_in(installation, numbers)
    return numbers


_AGREEMENTS: Final[Mapping[str, Access]] = {
    "public": Access.PUBLIC,
    "network": Access.NETWORK,
    "restricted": Access.RESTRICTED,
    "named": Access.RESTRICTED,
}


def _agreement(installation: Installation, folder: Path, name: str) -> str:
    """Play the protocol with Jiangsu, marked, and give it its access."""
    told = JIANGSU.read_text(encoding="utf-8")
    mark, inside = SUBJECT.format(name), INSIDE.format(name)
    told = told.replace("subject: ", f"subject: {mark} ", 1)
    person = f"representative: {inside} da Silva, email: {inside}@example.org"
    told = told.replace(
        "{name: Governo Popular da Província de Jiangsu, country: CN}",
        f"{{name: Governo Popular da Província de Jiangsu, country: CN, {person}}}",
    )
    told = told.replace("parecer_semad.pdf", f"{inside}.pdf")
    told = told.replace("reason: Detalhar", f"reason: {inside} Detalhar")
    number = _played(installation, folder / f"{name}.yaml", told, STEPS)
    owner = acting_as(installation, "SCC", now=NOW)
    noted = f"{inside} noted"
    cases.comment(owner, number, noted, readers=Readers.AGENCIES, key=f"{name} note")
    access = _AGREEMENTS[name]
    if access is not Access.PUBLIC:
        ground = "informacao_pessoal" if access is Access.RESTRICTED else None
        cases.change_access(owner, number, access, ground, "x", key=f"{name} access")
    return number


_SEALED: Final[Mapping[str, tuple[str, str, int]]] = {
    "class": ("course_class/straight_way.yaml", "SEPLAG", 1),
    "guideline": ("cooperation_guideline/accepted_and_refused.yaml", "SCC", 8),
}
"""The story of a case with places and of one with texts, who answers for it, and its steps."""


def _sealed(installation: Installation, folder: Path, name: str) -> str:
    """Play a story that has pages of its own, and keep it from all who have no part in it."""
    story, owner, steps = _SEALED[name]
    told = (DEFINITIONS / "scenarios" / story).read_text(encoding="utf-8")
    told = told.replace("subject: ", f"subject: {SUBJECT.format(name)} ", 1)
    number = _played(installation, folder / f"{name}.yaml", told, steps)
    access, uow = Access.RESTRICTED, acting_as(installation, owner, now=NOW)
    cases.change_access(uow, number, access, "informacao_pessoal", "x", key=f"{name} access")
    return number


def _lending(installation: Installation) -> dict[str, str]:
    """Open a case whose task another case was to do, of a type that is not there."""
    deploy(acting_as(installation, "SCC", now=NOW), [PARENT.replace("type: errand", "type: nada")])
    uow = acting_as(installation, "SEDE", now=NOW)
    data = {**DATA, "subject": SUBJECT.format("lending")}
    asked = cases.open_case(
        uow, "household", opener="SEDE", answers=Answers(data=data), key="lending"
    )
    clock.work_off(lambda: UnitOfWork(installation, now=NOW, keeper=True), owner="matrix")
    refused = children.refusals(acting_as(installation, "SEF", now=NOW), asked.number)
    return {"lending": asked.number, "refused": str(refused[0].seq)}


def _mission(installation: Installation, folder: Path) -> str:
    """Propose a mission that nobody outside may know of."""
    told = MISSION.read_text(encoding="utf-8")
    told = told.replace("subject: ", f"subject: {SUBJECT.format('mission')} ", 1)
    told = told.replace("- {name: Assessora", f"- {{name: {INSIDE.format('mission')} Assessora", 1)
    return _played(installation, folder / "mission.yaml", told, 1)


def _played(installation: Installation, file: Path, told: str, steps: int) -> str:
    file.write_text(told, encoding="utf-8")
    scenario = read_scenario(file, zone=world().zone)
    return play_through(replace(scenario, steps=scenario.steps[:steps]), installation)


def _tie(installation: Installation, numbers: Mapping[str, str]) -> None:
    """Let a public case belong to cases of which few may know."""
    owner = acting_as(installation, "SCC", now=NOW)
    for name, others in TIED.items():
        for other in others:
            said = Relation.SUPPORTS
            cases.relate(owner, numbers[name], numbers[other], said, key=f"{name} {other}")


def _grant(installation: Installation) -> dict[str, str]:
    """Open a public case with a code for its requester."""
    data = {**GRANT, "subject": SUBJECT.format("grant"), "description": NETWORK.format("grant")}
    data["interested"] = [{"name": "Ana Prado"}]
    uow = acting_as(installation, "SEDE", now=NOW)
    done = cases.open_case(
        uow,
        "grant_application",
        opener="SEDE",
        answers=Answers(data=data),
        key="grant",
        access_code=new_access_code(),
    )
    return {"grant": done.number, "code": done.access_code or ""}


def _entries(installation: Installation) -> dict[str, str]:
    values = {"name": "Universidade do Porto", "kind": "university", "country": "PT"}
    uow = acting_as(installation, "SEDE", now=NOW)
    call = {"name": "Edital", "kind": "call", "fund": "Fundo", "closes_on": "2099-12-31"}
    call["who_may_apply"] = "Estados e municípios."
    coordinator = acting_as(installation, "SCC", now=NOW)
    school = acting_as(installation, "SEPLAG", now=NOW)
    return {
        "partner": create(uow, "partner", values, key="partner").number,
        "call": create(coordinator, "funding_call", call, key="call").number,
        "certificate": create(school, "certificate", CERTIFICATE, key="certificate").code or "",
    }


def _tasks(installation: Installation, numbers: Mapping[str, str]) -> dict[str, str]:
    """Return the numbers of the tasks of an agreement, which are the same in all."""
    view = whole_case(acting_as(installation, "SCC", now=NOW), numbers["public"]).view
    return {f"task {task.key}": str(task.no) for task in view.tasks}


def _let_in(installation: Installation, numbers: Mapping[str, str]) -> None:
    """Open cases to officers by name, as the coordinator of their type would."""
    for person in PEOPLE:
        if person.reads:
            at = NOW - timedelta(days=9) if person.late else NOW
            until = TODAY - timedelta(days=1) if person.late else TODAY + timedelta(days=9)
            grant_access(
                acting_as(installation, "SCC", now=at),
                numbers[person.reads],
                address_of(person),
                until=until,
                reason="x",
                key=person.name,
            )


def _keep_documents(connection: sqlite3.Connection, store: Path) -> None:
    """Put bytes behind the documents of the stories."""
    for (sha256,) in connection.execute("SELECT DISTINCT sha256 FROM document"):
        kept = store / sha256[:2] / sha256[2:4] / sha256
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(PDF)


def _watch(connection: sqlite3.Connection) -> None:
    """Let every table tell when it is written to."""
    tables = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
            " AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'passage%'"
        )
    ]
    connection.execute("CREATE TABLE touched (name TEXT)")
    for table in tables:
        for deed in ("INSERT", "UPDATE", "DELETE"):
            connection.execute(
                f'CREATE TRIGGER "watch_{table}_{deed}" AFTER {deed} ON "{table}"'
                f" BEGIN INSERT INTO touched VALUES ('{table}'); END"
            )
    connection.commit()
