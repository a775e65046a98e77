"""Entries of registers brought in from a file: all or nothing, and taken back together."""

from __future__ import annotations

from datetime import date

import pytest

from tests.installation import acting_for
from tests.services.conftest import NOON
from tests.services.errands import Office
from tests.world import DEFINITIONS
from workflow.core.errors import ImportActedOn
from workflow.core.registers.entries import Status
from workflow.services import batches, entry_imports, registers
from workflow.services.batches import ENTRIES
from workflow.services.notices import CLOCK_POWERS
from workflow.services.register_lists import count
from workflow.services.register_types import deploy_registers
from workflow.services.register_verification import verify_entries
from workflow.storage.queries.batches import BatchPhase, move_batch

pytestmark = pytest.mark.at_work

HEADER = "Nome*;Sigla;Tipo*;País*;Quem mantém;Confirmado em\n"
PORTO = "Universidade do Porto;UP;Universidade;Portugal;SEDE;12/03/2025\n"
BANK = "Banco Mundial;BM;banco ou agência de fomento;US;;\n"


@pytest.fixture
def office(installation):
    made = Office(installation, NOON)
    deploy_registers(made.uow(), [DEFINITIONS / "registers" / "partner.yaml"])
    return made


def keeper(office):
    return acting_for(office.uow(), office.coordinator, "SCC")


def looked_at(office, *lines, key="file"):
    content = (HEADER + "".join(lines)).encode("cp1252")
    return entry_imports.preview(
        keeper(office), "partner", content, file_name="parceiros.csv", key=key
    )


def now(office, batch):
    return batches.batch_named(office.uow(), batch.id, kind=ENTRIES)


def brought_in(office, *lines, **more):
    batch = batches.begin(keeper(office), looked_at(office, *lines, **more))
    office.work()
    return now(office, batch)


def told(office, batch):
    lines = batches.lines_page(office.uow(), batch, after=0, limit=99)
    return [(one.line, f["code"]) for one in lines for f in (*one.faults, *one.notes)]


def numbers(office, batch):
    return [one.number for one in batches.lines_page(office.uow(), batch, after=0, limit=99)]


def entry(office, number):
    return registers.read(office.uow().as_powers(CLOCK_POWERS), number)


def test_a_file_becomes_entries_as_old_as_they_are(office):
    batch = brought_in(office, PORTO, BANK)
    assert (batch.phase, batch.agency) == (BatchPhase.APPLIED, "SCC")
    porto, bank = (entry(office, number) for number in numbers(office, batch))
    assert (porto.holder, bank.holder) == ("SEDE", "SCC")
    assert (porto.renewed_on, bank.renewed_on) == (date(2025, 3, 12), date(2026, 3, 2))
    assert porto.before_the_system
    assert porto.source == f"import:{batch.id}"
    assert porto.values["country"] == "PT"
    office.sweep()
    office.work()
    assert (office.told(), office.courier.letters) == ([], [])
    assert verify_entries(office.uow()).unsound == ()


def test_each_fault_is_told_and_nothing_is_entered(office):
    ahead = PORTO.replace("2025", "2027").replace("Porto", "Minho")
    nameless = BANK.replace("Banco Mundial", "")
    nowhere = BANK.replace(";;\n", ";NADA;\n").replace("Mundial", "Central")
    batch = looked_at(office, PORTO, PORTO, ahead, nameless, nowhere)
    assert batch.phase is BatchPhase.FAULTY
    assert told(office, batch) == [
        (3, "line_twice"),
        (4, "place_future"),
        (5, "missing"),
        (6, "no_such_agency"),
    ]
    assert count(keeper(office), "partner") == 0


def test_what_is_in_the_register_is_not_entered_again(office):
    brought_in(office, PORTO)
    again = looked_at(office, PORTO, PORTO.replace("do Porto;UP", "de Porto Novo;"), key="again")
    assert told(office, again)[0] == (2, "entry_known")
    assert again.phase is BatchPhase.FAULTY


def test_an_import_is_undone_until_somebody_acts_on_an_entry(office):
    batch = brought_in(office, PORTO, BANK)
    batches.begin_undoing(keeper(office), batch)
    office.work()
    assert now(office, batch).phase is BatchPhase.UNDONE
    assert {entry(office, n).status for n in numbers(office, batch)} == {Status.UNDONE}
    batch = brought_in(office, PORTO, BANK, key="again")
    [first, second] = numbers(office, batch)
    deploy_registers(office.uow(), [DEFINITIONS / "registers" / "correspondence.yaml"])
    letter = {"subject": "Visita", "partner": second, "date": "2026-03-02", "language": "pt"}
    registers.create(keeper(office), "correspondence", letter | {"direction": "meeting"}, key="l")
    batches.begin_undoing(keeper(office), batch)
    office.work()
    stays = now(office, batch)
    assert (stays.phase, stays.because["particulars"]["numbers"]) == (BatchPhase.APPLIED, [second])
    assert entry(office, second).status is Status.CURRENT
    registers.renew(keeper(office), first, key="renewed")
    with pytest.raises(ImportActedOn) as acted:
        batches.begin_undoing(keeper(office), now(office, batch))
    assert acted.value.particulars == {"numbers": (first,), "count": 1}


def test_what_was_done_before_a_crash_is_settled_though_the_register_changed(office, tmp_path):
    batch = batches.begin(keeper(office), looked_at(office, PORTO))
    source = entry_imports.source_of(batch)
    lines = batches.lines_page(office.uow(), batch, after=0, limit=9)
    drafts = [entry_imports.read_entry(line.body) for line in lines]
    owner = entry_imports.as_owner(office.uow(), batch.agency, batch.applied_by)
    registers.create_all(owner, batch.type, drafts, key=source, source=source)
    newer = (DEFINITIONS / "registers" / "partner.yaml").read_text("utf-8")
    version = str(now(office, batch).version)
    newer = newer.replace(f"version: {version}\n", f"version: {int(version) + 1}\n", 1)
    newer = newer.replace("plural:", "plural: Parceiros de antes #", 1)
    (tmp_path / "partner.yaml").write_text(newer, "utf-8")
    deploy_registers(office.uow(), [tmp_path / "partner.yaml"])
    entry_imports.bring_in(office.uow(), now(office, batch))
    assert now(office, batch).phase is BatchPhase.APPLIED
    batches.begin_undoing(keeper(office), batch)
    office.work()
    with office.uow().writing() as connection:
        undone, undoing = BatchPhase.UNDONE, BatchPhase.UNDOING
        assert move_batch(connection, batch.id, source=undone, target=undoing)
    entry_imports.take_back(office.uow(), now(office, batch))
    assert now(office, batch).phase is BatchPhase.UNDONE
