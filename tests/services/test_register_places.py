"""What happens to register entries has its places in the log of all events, as all else has."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, text, update

from tests.installation import acting_as, keep_registers
from tests.services.conftest import NOON
from tests.storage.counting import counted
from tests.stories import SCENARIOS, play_through
from workflow.catalogue.scenarios import read_scenario
from workflow.core.merkle import grown
from workflow.core.receipts import ENTRY, leaf_of
from workflow.core.registers.acts import NewEntry
from workflow.services.backup import back_up, restore
from workflow.services.history_log import BATCH, place_events
from workflow.services.installation import Installation
from workflow.services.proving import verify_log
from workflow.services.register_verification import verify_entries
from workflow.services.registers import change, create, create_all, renew
from workflow.services.signing import make_key, signer_from
from workflow.services.tree_heads import Folder, publish_heads, sign_head
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.engine import make_engine, writing
from workflow.storage.history_log import LogLeaf, LogNode
from workflow.storage.migrations import downgrade, upgrade
from workflow.storage.placing import waiting_entries
from workflow.storage.registers import RegisterEntry, RegisterEvent

STORY = next(path for path in SCENARIOS if path.stem == "acts_on_the_way")
PARTNER = {"kind": "university", "country": "PT"}
GONE = (
    "DELETE FROM register_event WHERE entry_id = 2",
    "DELETE FROM register_private WHERE entry_id = 2",
    "DELETE FROM register_entry WHERE id = 2",
    "UPDATE register_number SET last = 1 WHERE prefix = 'PAR'",
)
"""What leaves nothing of the second entry, not even the number that it was given."""


@pytest.fixture
def office(installed):
    """Act for an agency of the shipped installation, which keeps registers, too."""
    uow = acting_as(installed, "SES", now=NOON)
    keep_registers(uow)
    return uow


@pytest.fixture
def signer(tmp_path):
    make_key(tmp_path / "key", "log.example.org")
    return signer_from(tmp_path / "key")


def partner(office, name):
    return create(office, "partner", {"name": name, **PARTNER}, key=name).number


def placed(uow):
    leaf = LogLeaf
    wanted = select(leaf.place, leaf.case_id, leaf.entry_id, leaf.seq, leaf.seal)
    with uow.reading() as connection:
        return [tuple(row) for row in connection.execute(wanted.order_by(leaf.place))]


def sealed(uow):
    event = RegisterEvent
    wanted = select(event.entry_id, event.seq, event.hash).order_by(event.entry_id, event.seq)
    with uow.reading() as connection:
        return [(None, *row[:2], f"{ENTRY}{row.hash}") for row in connection.execute(wanted)]


def flaws(uow, signer, outside=()):
    return list(map(str, verify_log(uow, keys=[signer.public], outside=outside).flaws))


def test_each_event_of_an_entry_has_one_place_that_it_keeps(office, signer, tmp_path):
    folder = Folder(tmp_path / "heads")
    first, second = partner(office, "Porto"), partner(office, "Minho")
    assert place_events(office) == 2
    sign_head(office, signer)
    play_through(read_scenario(STORY, zone=office.installation.zone), office.installation)
    change(office, first, {"name": "Coimbra"}, key="c")
    renew(office, second, key="r")
    renew(acting_as(office.installation, "SES", now=NOON + timedelta(days=9)), second, key="s")
    before = placed(office)
    place_events(office)
    assert place_events(office) == 0

    there = placed(office)
    assert there[: len(before)] == before
    assert [place for place, *_ in there] == list(range(len(there)))
    assert sorted(row[1:] for row in there if row[2]) == sorted(sealed(office))
    later = acting_as(office.installation, "SES", now=NOON + timedelta(minutes=1))
    sign_head(later, signer)
    publish_heads(later, [folder])
    found = verify_log(later, keys=[signer.public], outside=folder.heads())
    assert (found.flaws, found.events, found.of_entries) == ((), len(there), 5)
    assert verify_entries(later).events == 5


def test_however_many_wait_each_is_placed_and_one_costs_the_same_then(office):
    def cost(of):
        with counted(office.installation.engine) as statements:
            assert place_events(office) == of
        return len(statements)

    first = partner(office, "Porto")
    place_events(office)
    renew(office, first, key="r")
    little = cost(1)
    names = (f"Universidade {n}" for n in range(BATCH + 5))
    create_all(office, "partner", [NewEntry({"name": n, **PARTNER}) for n in names], key="k")
    assert place_events(office) == BATCH + 5
    renew(office, "PAR-000400", key="s")
    assert cost(1) <= little + 1  # what is above the leaves is read, too
    assert cost(0) == 4


def test_an_entry_without_its_number_is_missed_though_nothing_is_left_of_it(office, signer):
    partner(office, "Porto"), partner(office, "Minho")
    place_events(office)
    with office.writing() as connection:
        for statement in GONE:
            connection.execute(text(statement))
    assert verify_entries(office).unsound == ()
    assert flaws(office, signer) == [
        f"place 1 of the log, register entry (its id was 2), event 1: {what}"
        for what in ("the register entry of the event is gone", "the event is gone")
    ]


def test_the_tail_of_an_entry_is_missed_though_its_row_is_as_it_was_before(office, signer):
    number = partner(office, "Porto")
    table = RegisterEntry.__table__
    with office.reading() as connection:
        row = dict(connection.execute(select(table)).mappings().one())
    change(office, number, {"name": "Coimbra"}, key="c")
    place_events(office)
    with office.writing() as connection:
        connection.execute(delete(RegisterEvent).where(RegisterEvent.seq == 2))
        connection.execute(update(table).values({**row, "logged": 1}))
    assert verify_entries(office).unsound == ()
    assert flaws(office, signer) == [
        f"place 1 of the log, register entry {number}, event 2: the event is gone",
        f"register entry {number}: other events of it have places than it says",
    ]


def test_an_event_that_says_it_waits_for_no_place_is_told(office, signer):
    number = partner(office, "Porto")
    with office.writing() as connection:
        connection.execute(update(RegisterEntry).values(logged=1))
    assert place_events(office) == 0
    assert flaws(office, signer) == [
        f"register entry {number}, event 1: it has no place in the log",
        f"register entry {number}: other events of it have places than it says",
    ]


def test_no_event_of_an_entry_passes_for_one_of_a_case(office, signer):
    """Neither can a leaf be taken for another's, nor the hash over it."""
    play_through(read_scenario(STORY, zone=office.installation.zone), office.installation)
    partner(office, "Porto")
    place_events(office)
    sign_head(office, signer)
    ((_, _, _, _, seal),) = [row for row in placed(office) if row[2]]
    bare = seal.removeprefix(ENTRY)
    assert leaf_of(bare) != leaf_of(seal)
    last = len(placed(office)) - 1
    of_one = {"case_id": None, "entry_id": 1, "seq": 1, "seal": seal}
    for otherwise in (
        {"case_id": 1, "entry_id": None, "seq": 999},
        {"case_id": 1, "seq": 999},
        {"entry_id": None},
        {"seal": bare},
    ):
        _rewrite(office, last, {**of_one, **otherwise})
        assert any(f"place {last} of the log" in one for one in flaws(office, signer)), otherwise
    _rewrite(office, last, of_one)
    assert flaws(office, signer) == []
    _rewrite(office, last, {**of_one, "seal": bare}, nodes=True)
    assert any("not those that were signed for" in one for one in flaws(office, signer))


def _rewrite(office, place, row, *, nodes=False):
    with office.writing() as connection:
        connection.execute(update(LogLeaf).where(LogLeaf.place == place).values(row))
        if not nodes:
            return
        seals = connection.execute(select(LogLeaf.seal).order_by(LogLeaf.place)).scalars().all()
        connection.execute(delete(LogNode))
        new = grown(0, map(leaf_of, seals), lambda _: {})
        rows = [
            {"level": level, "place": at, "hash": value.hex()}
            for (level, at), value in new.items()
            if level
        ]
        connection.execute(insert(LogNode), rows)


def test_what_happened_before_the_upgrade_gets_its_places_after_it(office, installed_url, signer):
    number = partner(office, "Porto")
    change(office, number, {"name": "Coimbra"}, key="c")
    play_through(read_scenario(STORY, zone=office.installation.zone), office.installation)
    office.installation.engine.dispose()
    downgrade(installed_url, "0035")
    upgrade(installed_url)

    many = place_events(office)
    of_entries = [row for row in placed(office) if row[2]]
    assert [row[2:4] for row in of_entries] == [(1, 1), (1, 2)]
    assert many == len(placed(office)) > 2
    assert flaws(office, signer) == []
    with pytest.raises(RuntimeError, match="never taken back"):
        downgrade(installed_url, "0035")


@pytest.fixture
def empty_url(request, installed_url):
    kind = "sqlite" if installed_url.startswith("sqlite") else "postgresql"
    return request.getfixturevalue(f"empty_{kind}_url")


def test_a_backup_brings_the_places_back(office, installed_url, empty_url, signer, tmp_path):
    renew(office, partner(office, "Porto"), key="r")
    place_events(office)
    sign_head(office, signer)
    file, documents = tmp_path / "backup.tar", str(tmp_path / "documents")
    assert back_up(installed_url, documents, file, at=office.now).entries == 1
    assert restore(empty_url, documents, file).entries == 1
    engine = make_engine(empty_url)
    there = UnitOfWork(Installation(engine, office.installation.zone), now=office.now)
    found = verify_log(there, keys=[signer.public])
    assert (found.flaws, found.of_entries, place_events(there)) == ((), 2, 0)
    renew(acting_as(there.installation, "SES", now=NOON + timedelta(days=1)), "PAR-000001", key="s")
    assert place_events(there) == 1
    engine.dispose()


def test_an_entry_in_somebody_elses_hands_waits_without_anybody_waiting(office):
    if office.installation.engine.dialect.name != "postgresql":
        return  # one writes at a time there
    partner(office, "Porto"), partner(office, "Minho")
    with office.installation.engine.connect() as other:
        held = select(RegisterEntry.id).where(RegisterEntry.id == 1).with_for_update()
        other.execute(held)
        assert place_events(office) == 1
    assert place_events(office) == 1
    assert len(placed(office)) == 2


def test_what_waits_is_found_along_its_index(office):
    engine = office.installation.engine
    embedded = engine.dialect.name == "sqlite"
    with writing(engine) as connection:
        with counted(engine) as statements:
            waiting_entries(connection, limit=5)
        assert "register_entry.logged < register_entry.revision" in statements[0]
        plain = "SELECT id, revision FROM register_entry WHERE logged < revision ORDER BY id"
        if not embedded:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        how = "EXPLAIN QUERY PLAN" if embedded else "EXPLAIN"
        plan = str(connection.execute(text(f"{how} {plain} LIMIT 5")).all())
    assert "ix_register_entry_unlogged" in plan
