"""What a file of cases under way would bring: said line by line before anything is brought in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from functools import lru_cache, partial
from typing import Any

from workflow.catalogue.case_lines import (
    EXTERNAL,
    CaseLine,
    CaseTable,
    Known,
    case_table,
    emails_in,
    read_lines,
)
from workflow.catalogue.cells import Files, folded, names_of, no_file, pick
from workflow.catalogue.columns import ROLES, CellFault, case_columns, is_done_on, words_for
from workflow.catalogue.form_values import Fault
from workflow.catalogue.row_sheets import further_sheets
from workflow.catalogue.sheets import SheetRefused, read_sheet
from workflow.core.acts.answers import Answers
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.importing import Holder, UnderWay, import_case
from workflow.core.acts.time import wake
from workflow.core.change import Change
from workflow.core.errors import (
    ActNotAllowed,
    AgencyUnknown,
    AnswersRefused,
    HoursOverlap,
    ImportRefused,
    Refusal,
)
from workflow.core.events import By, Kind
from workflow.core.fields import FieldType, Text
from workflow.services.batches import CASES, Told, batch_named, keep
from workflow.services.entry_names import entry_named
from workflow.services.held_hours import LinesSoFar, demand_free_hours
from workflow.services.named_cases import demand_named_cases
from workflow.services.notices import CLOCK_POWERS
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries import batches as queries
from workflow.storage.queries.batches import Batch

_NOBODY = "0000-000000-00"
"""The number of a case that is only previewed."""


def preview(
    uow: UnitOfWork,
    type_key: str,
    content: bytes,
    *,
    file_name: str,
    key: str,
    agency: str = "",
    files: Files = no_file,
    told: Told = lambda _done, _all: None,
) -> Batch:
    """Say of every line of a file what it would become or why it cannot; nothing is brought in.

    `agency` is in whose name it would be; `files` keeps the documents that come with the file.
    Raise `UnknownDefinition` or `SheetRefused`.
    """
    definition = uow.installation.newest(type_key)
    further = further_sheets(content, case_columns(definition))
    table = case_table(definition, read_sheet(content), further)
    lines = [] if table.faults else list(_previewed(uow, table, files, told))
    number = keep(
        uow,
        lines,
        list(table.faults),
        key=key,
        kind=CASES,
        type=definition.key,
        version=definition.version,
        file_name=file_name[:200],
        agency=agency or definition.owner,
    )
    return batch_named(uow, number)


def type_named(uow: UnitOfWork, content: bytes) -> str:
    """Return the key of the request type that a file names; raise `SheetRefused`."""
    sheet = read_sheet(content)
    called = {folded(title) for title in (*words_for("type").values(), "type")}
    place = next((n for n, cell in enumerate(sheet.header.cells) if folded(cell) in called), None)
    types = [(key, definition.title) for key, definition in uow.installation.latest().items()]
    named = next((text for line in sheet.lines if (text := line.cell(place or 0))), "")
    if place is None or not named:
        raise SheetRefused(why="no_type")
    try:
        return pick(named, types)
    except Fault:
        raise SheetRefused(why="no_type", written=named[:80]) from None


def _previewed(
    uow: UnitOfWork, table: CaseTable, files: Files, told: Told
) -> Iterator[dict[str, Any]]:
    world = uow.world()
    # Whoever has no account reads all, as on the command line.
    reader = uow if uow.powers.officer else uow.as_powers(CLOCK_POWERS)
    entry = lru_cache(maxsize=4096)(partial(entry_named, reader))
    with uow.as_keeper().reading() as connection:
        officers = queries.acting_for(connection, emails_in(table), today=uow.today)
        names = names_of(world.network.active(uow.today), entry, files)
        read = list(read_lines(table, Known(names, officers)))
        externals = {line.external for line in read if line.external}
        known = queries.known_externals(connection, table.definition.key, externals)
    now = uow.circumstances(world)
    so_far = LinesSoFar(table.definition)
    for done, line in enumerate(read, 1):
        yield _line(reader, table, line, known.get(line.external), now, so_far=so_far)
        told(done, len(read))


def _line(
    uow: UnitOfWork,
    table: CaseTable,
    line: CaseLine,
    known: str | None,
    now: Circumstances,
    *,
    so_far: LinesSoFar,
) -> dict[str, Any]:
    faults, notes, shown = list(line.faults), list(line.notes), {}
    if known:
        title = table.title(EXTERNAL)
        faults.append(CellFault(line.no, title, "number_known", {"number": known}))
    if line.wish:
        faults += _at_odds(uow, table, line, line.wish, so_far)
        try:
            demand_named_cases(uow, table.definition.data, line.wish.answers.data)
            demand_free_hours(uow, table.definition, line.wish.answers.data)
            change = import_case(table.definition, _NOBODY, line.wish, batch=0, by=By(), now=now)
        except Refusal as refusal:
            faults += _explained(table, line, line.wish, refusal)
        else:
            shown = _shown(change, line.holder) | {"brought": _brought(table, line.wish)}
            notes += _foreseen(table, line, change, now)
    return {
        "line": line.no,
        "title": line.title,
        "external": line.external,
        "body": None if faults or not line.wish else spell_wish(line.wish),
        "shown": shown,
        "faults": [asdict(fault) for fault in faults],
        "notes": [asdict(note) for note in notes],
    }


def _at_odds(
    uow: UnitOfWork, table: CaseTable, line: CaseLine, wish: UnderWay, so_far: LinesSoFar
) -> Iterator[CellFault]:
    """Tell of an earlier line by which the same person takes a place at the same hours."""
    earlier = so_far.earlier(uow, line.no, wish.answers.data)
    if earlier:
        no, clash = earlier
        about = {"line": no, "day": clash.begins.date().isoformat()}
        yield CellFault(line.no, _title_of_host(table), "hours_twice", about)


def _title_of_host(table: CaseTable) -> Text:
    """Return the title of the column that says in which case a place is asked for."""
    awaited = (spec.awaits for _, spec in table.definition.tasks())
    return table.title(next((one.case for one in awaited if one and one.place), ""))


def _shown(change: Change, holder: str) -> dict[str, Any]:
    """Return what a line becomes, in the words of its type."""
    case = change.after
    tasks = [
        {
            "title": dict(case.spec(task).title),
            "agency": task.agency,
            "holder": holder if task.assignee else "",
            "due_on": task.clock.due_on.isoformat() if task.clock else None,
        }
        for task in case.tasks
    ]
    return {"state": dict(case.state_spec.title), "opener": case.opener, "tasks": tasks}


def _brought(table: CaseTable, wish: UnderWay) -> list[dict[str, Any]]:
    """Say how many rows a line brings into tables, and which documents."""
    rows = {
        key: {"rows": len(value)}
        for key, value in wish.answers.data.items()
        if table.definition.data[key].type is FieldType.TABLE
    }
    files = {key: {"files": [d["name"] for d in all_]} for key, all_ in wish.documents.items()}
    return [{"title": dict(table.title(key)), **what} for key, what in (rows | files).items()]


def _foreseen(
    table: CaseTable, line: CaseLine, change: Change, now: Circumstances
) -> Iterator[CellFault]:
    """Say what time does with the case as soon as it is here, and which deadlines are past."""
    title = table.title("entered_on")
    following = wake(change.after, now=now)
    kinds = {event.kind for event in following.events} if following else set()
    if kinds & {Kind.TASK_LAPSED, Kind.STATE_ENTERED}:
        state = dict(following.after.state_spec.title) if following else {}
        yield CellFault(line.no, title, "time_moves_on", {"state": state})
    clocks = [*change.after.clocks, *(task.clock for task in change.after.tasks)]
    today = now.world.day(now.at)
    past = [c.due_on for c in clocks if c and c.status == "running" and c.due_on < today]
    if past:
        yield CellFault(line.no, title, "overdue", {"day": min(past).isoformat()})


def _explained(
    table: CaseTable, line: CaseLine, wish: UnderWay, refusal: Refusal
) -> Iterator[CellFault]:
    """Tell a refusal as the fault of a cell."""
    said: Mapping[str, Any] = refusal.particulars
    match refusal:
        case AnswersRefused():
            for key, code in said["problems"].items():
                yield CellFault(line.no, table.title(key), code)
        case AgencyUnknown():
            code = str(said["agency"])
            roles = (r for r, codes in wish.answers.roles.items() if code in codes)
            key = "opener" if code == wish.opener else f"{ROLES}{next(roles, '')}"
            yield CellFault(line.no, table.title(key), "no_such_agency", {"written": code})
        case ActNotAllowed():
            yield CellFault(line.no, table.title("opener"), "may_not_open", {"agency": wish.opener})
        case ImportRefused():
            about = _about_place(table, said)
            yield CellFault(line.no, _title_of_part(table, said), f"place_{said['why']}", about)
        case HoursOverlap():
            about = {"number": said["number"], "subject": said["subject"]}
            about["day"] = said["begins"].date().isoformat()
            yield CellFault(line.no, _title_of_host(table), "hours_taken", about)
        case _:
            about = {"refusal": type(refusal).__name__}
            yield CellFault(line.no, table.title("entered_on"), "cannot_count", about)


def _title_of_part(table: CaseTable, said: Mapping[str, Any]) -> Text:
    """Return the title of the column that a refusal is about."""
    done = (c.key for c in table.columns.values() if c.spec and is_done_on(c.spec))
    return table.title(next(done, "") if said["part"] == "completed_on" else str(said["part"]))


def _about_place(table: CaseTable, said: Mapping[str, Any]) -> dict[str, Any]:
    about = {k: v.isoformat() if isinstance(v, date) else v for k, v in said.items()}
    if "state" in about:
        about["state"] = dict(table.definition.state(str(about["state"])).title)
    return {**about, "agencies": list(said.get("agencies", ()))}


# --- As JSON -------------------------------------------------------------------------------------


def spell_wish(wish: UnderWay) -> dict[str, Any]:
    """Write what a line says as JSON values."""
    holder = wish.holder
    return {
        "opener": wish.opener,
        "state": wish.state,
        "opened_on": wish.opened_on.isoformat(),
        "entered_on": wish.entered_on.isoformat(),
        "data": dict(wish.answers.data),
        "roles": {role: list(codes) for role, codes in wish.answers.roles.items()},
        "completed_on": {task: day.isoformat() for task, day in wish.completed_on.items()},
        "documents": {key: [dict(one) for one in all_] for key, all_ in wish.documents.items()},
        "holder": {"agencies": list(holder.agencies), "officer": holder.officer}
        if holder
        else None,
    }


def read_wish(body: Mapping[str, Any]) -> UnderWay:
    """Read back what `spell_wish` wrote."""
    roles = {role: tuple(codes) for role, codes in body["roles"].items()}
    holder = body["holder"]
    return UnderWay(
        opener=body["opener"],
        state=body["state"],
        opened_on=date.fromisoformat(body["opened_on"]),
        entered_on=date.fromisoformat(body["entered_on"]),
        answers=Answers(data=body["data"], roles=roles),
        completed_on={t: date.fromisoformat(day) for t, day in body["completed_on"].items()},
        holder=Holder(tuple(holder["agencies"]), holder["officer"]) if holder else None,
        documents={key: tuple(all_) for key, all_ in body.get("documents", {}).items()},
    )
