"""Every event gets one place in the log; the log is signed for, and heads are kept outside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from tests.stories import SCENARIOS, play_through
from workflow.catalogue.scenarios import read_scenario
from workflow.core.history import ERASED
from workflow.core.merkle import consistency_proof, is_consistent, root
from workflow.core.tree_heads import UnreadableError, read_public_key
from workflow.services.clock import work_off
from workflow.services.history_log import place_events
from workflow.services.proving import verify_log
from workflow.services.purging import KEYS_KEPT, purge
from workflow.services.signing import NotSignedError, make_key, signer_from, verified_head
from workflow.services.tree_heads import Folder, publish_heads, sign_head
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.verification import verify_all
from workflow.storage.case import ActKey, Case, EventRow, PrivateValue
from workflow.storage.history_log import LogHead, LogLeaf, hashes_from

NOW = datetime(2026, 4, 1, 15, 0, tzinfo=UTC)
STORIES = {path.stem: path for path in SCENARIOS}


@pytest.fixture
def signer(tmp_path):
    make_key(tmp_path / "key", "log.example.org")
    return signer_from(tmp_path / "key")


def at(installed, **after):
    return UnitOfWork(installed, now=NOW + timedelta(**after))


def play(installed, name):
    return play_through(read_scenario(STORIES[name], zone=installed.zone), installed)


def logged(uow):
    with uow.reading() as connection:
        rows = connection.execute(
            select(LogLeaf.place, LogLeaf.case_id, LogLeaf.seq, LogLeaf.seal).order_by("place")
        ).all()
        events = connection.execute(select(EventRow.case_id, EventRow.seq, EventRow.hash)).all()
    assert sorted(row[1:] for row in rows) == sorted(map(tuple, events))
    assert [row.place for row in rows] == list(range(len(rows)))
    return [tuple(row) for row in rows]


def test_each_event_has_one_place_that_it_keeps(installed, signer, tmp_path):
    folder = Folder(tmp_path / "heads")
    assert place_events(at(installed)) == 0
    empty = sign_head(at(installed), signer)
    play(installed, "acts_on_the_way")
    assert place_events(at(installed)) == len(first := logged(at(installed)))
    assert sign_head(at(installed, seconds=59), signer) is None
    grown = sign_head(at(installed, minutes=1), signer)
    assert place_events(at(installed)) == 0

    play(installed, "solved_by_another_unit")
    more = place_events(at(installed))
    assert logged(at(installed))[: len(first)] == first

    keys = [signer.public]
    heads = [
        verified_head(note, keys)
        for note in (empty, grown, sign_head(at(installed, minutes=2), signer))
    ]
    assert [head.size for head in heads] == [0, len(first), len(first) + more]
    _, old, new = heads
    with at(installed).reading() as connection:
        hashes = hashes_from(connection)
        assert root(old.size, hashes) == old.root
        proof = consistency_proof(old.size, new.size, hashes)
    assert is_consistent(old.size, new.size, proof, old_root=old.root, new_root=new.root)

    assert publish_heads(at(installed), [folder]) == 3
    assert publish_heads(at(installed), [folder]) == 0
    outside = list(folder.heads())
    assert [len(told.seals) for told in outside] == [0, len(first), more]
    found = verify_log(at(installed), keys=keys, outside=outside)
    assert (found.flaws, found.events, found.heads, found.outside) == ((), new.size, 3, 3)


def test_a_log_that_does_not_grow_is_signed_for_at_midnight(installed, signer):
    assert sign_head(at(installed), signer) is not None
    assert sign_head(at(installed, hours=11), signer) is None  # 23 hours in São Paulo
    assert sign_head(at(installed, hours=12), signer) is not None
    assert sign_head(at(installed, hours=13), signer) is None
    for day in (1, 2):
        assert sign_head(at(installed, days=day, hours=12), signer)
    heads = list(map(str, verify_log(at(installed), keys=[signer.public]).flaws))
    assert heads == []
    with at(installed).writing() as connection:
        connection.execute(delete(LogHead).where(LogHead.id == 3))
    (flaw,) = verify_log(at(installed), keys=[signer.public]).flaws
    assert "before this one are gone" in flaw.what


def test_an_act_keeps_its_key_until_its_lines_have_their_places_and_people_are_told(installed):
    play(installed, "acts_on_the_way")

    def keys():
        with at(installed).reading() as connection:
            return len(connection.execute(select(ActKey.key)).all())

    def waiting():
        with at(installed).reading() as connection:
            return len(connection.execute(select(ActKey.key).where(ActKey.waits)).all())

    with at(installed).writing() as connection:
        connection.execute(update(ActKey).values(asked_at=ActKey.at))
    kept = keys()
    assert waiting() == kept
    long_after = at(installed, days=KEYS_KEPT.days * 2)
    purge(long_after)
    assert keys() == kept > 0
    place_events(long_after)
    purge(long_after)
    assert keys() == kept
    assert waiting() == kept
    work_off(lambda: long_after, owner="one")
    assert waiting() == 0
    purge(long_after)
    assert keys() == 0


def test_an_act_that_people_were_told_of_still_waits_for_its_places(installed):
    play(installed, "acts_on_the_way")
    work_off(lambda: at(installed), owner="one")
    with at(installed).reading() as connection:
        untold = select(ActKey.key).where(ActKey.tell_from.is_not(None))
        assert connection.execute(untold).all() == []

    assert place_events(at(installed)) == len(logged(at(installed))) > 0
    with at(installed).reading() as connection:
        assert connection.execute(select(ActKey.key).where(ActKey.waits)).all() == []


def test_personal_values_that_no_line_says_were_erased_are_missed(installed, signer):
    play(installed, "acts_on_the_way")
    uow = at(installed)
    place_events(uow)
    sign_head(uow, signer)
    with uow.writing() as connection:
        erased = update(PrivateValue).values(value=None, salt=None, erased_at=NOW)
        assert connection.execute(erased).rowcount
        data = connection.execute(select(Case.data)).scalar_one()
        shown = update(Case).values(data={**data, "parties": ERASED})
        connection.execute(shown)
    assert verify_log(uow, keys=[signer.public]).is_sound
    (found,) = verify_all(uow).unsound
    assert (found.broken, found.differs) == (None, ("private_value.1", "private_value.12"))


def test_a_head_is_believed_only_as_it_was_signed(installed, signer, tmp_path):
    note = sign_head(at(installed), signer)
    public = read_public_key(signer.public.text())
    assert verified_head(note, [public]).size == 0
    with pytest.raises(NotSignedError, match="changed"):
        verified_head(note.replace("\n0\n", "\n7\n"), [public])
    other = make_key(tmp_path / "other", "log.example.org")
    with pytest.raises(NotSignedError, match="not known"):
        verified_head(note, [other])
    for broken in ("", "x", note[:-9], note.replace("at 2", "on 2"), f"x{note}\n"):
        with pytest.raises((UnreadableError, NotSignedError)):
            verified_head(broken, [public])
    with pytest.raises(UnreadableError):
        read_public_key(signer.public.text()[:-4])
    with pytest.raises(FileExistsError):
        make_key(tmp_path / "key", "log.example.org")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
