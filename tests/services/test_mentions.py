"""Calling colleagues to a comment: who is told, who is asked about, who is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.installation import acting_for, employ
from tests.services.conftest import NOON
from tests.services.errands import Office
from workflow.core.errors import MentionNotRead, MentionUnclear
from workflow.core.story import Readers
from workflow.core.topics import MENTIONED, Topic, Way
from workflow.services import cases, mentions, notices
from workflow.services.case_view import case_view
from workflow.services.reading_log import grant_access
from workflow.services.searching import Asked, search
from workflow.services.ways import choose_ways


@pytest.fixture
def office(installation):
    made = Office(installation, NOON)
    made.rita = employ(made.uow(), "rita.reis@example.org", SEF="officer")
    made.rosa = employ(made.uow(), "rita.rosa@example.org", SCC="officer")
    made.stranger = employ(made.uow(), "saulo.prado@example.org", SES="officer")
    made.number = made.open()
    made.turn()
    return made


def say(office, text="Veja.", *, readers=Readers.AGENCIES, by=None, **about):
    uow = by or acting_for(office.uow(), office.opener, "SEDE")
    return cases.comment(uow, office.number, text, readers=readers, key=office.key(), **about)


def called(office):
    return [officer for kind, officer in office.told() if kind == MENTIONED]


def test_who_is_chosen_or_named_is_told_at_once_and_once(office):
    office.claim(office.number)
    office.turn()

    say(office, "@Rita Reis, veja com o Dario.", mentioned=[office.doer])
    office.turn()

    assert called(office) == [office.doer, office.rita]
    assert ("comment_added", office.doer) not in office.told()
    assert (MENTIONED, office.rita) in office.told(channel="email")
    mine = notices.notices_of(office.uow(), office.rita, kind=MENTIONED)
    assert [row.params["agency"] for row in mine] == ["SEDE"]
    assert notices.notices_of(office.uow(), office.opener, kind=MENTIONED) == []


def test_each_chooses_how_to_be_told_of_being_called(office):
    choose_ways(office.uow(), office.rita, {Topic.MENTIONS: Way.PAGES})

    say(office, mentioned=[office.rita])
    office.turn()

    assert called(office) == [office.rita]
    assert (MENTIONED, office.rita) not in office.told(channel="email")


def test_a_name_that_two_bear_is_asked_about(office):
    with pytest.raises(MentionUnclear) as asked:
        say(office, "@Rita, e aí?")
    (call,) = asked.value.particulars["calls"]
    assert call["written"] == "Rita"
    assert {one.officer for one in call["people"]} == {office.rita, office.rosa}

    say(office, "@Rita, e aí?", mentioned=[office.rosa], answered=["rita"])
    office.turn()
    assert called(office) == [office.rosa]


def test_a_name_that_no_reader_bears_is_asked_about_or_refused(office):
    with pytest.raises(MentionUnclear):
        say(office, "@Fulano viu")
    with pytest.raises(MentionNotRead) as refused:
        say(office, "@Saulo Prado viu")

    assert refused.value.particulars["officers"] == [office.stranger]
    say(office, "@Fulano viu", answered=["fulano"])


def test_who_is_let_into_the_case_by_name_may_be_called(office):
    owner = acting_for(office.uow(), office.coordinator, "SCC")
    until = owner.today + timedelta(days=3)
    with pytest.raises(MentionNotRead):
        say(office, mentioned=[office.stranger])

    address = "saulo.prado@example.org"
    grant_access(owner, office.number, address, until=until, reason="Ajuda.", key=office.key())
    say(office, "@Saulo Prado, veja.")
    office.turn()
    assert called(office) == [office.stranger]

    office.now += timedelta(days=5)
    with pytest.raises(MentionNotRead):
        say(office, mentioned=[office.stranger])


def test_people_are_searched_for_among_those_who_read_the_case(office):
    uow = acting_for(office.uow(), office.opener, "SEDE")

    def names(typed, chosen=()):
        found = mentions.search(uow, office.number, typed, chosen=chosen)
        return [one.name for one in found.people]

    assert names("rita") == ["Rita Reis", "Rita Rosa"]
    assert names("RITA scc") == ["Rita Rosa"]
    assert names("saulo") == []
    assert names("reis", chosen=[office.rosa]) == ["Rita Rosa", "Rita Reis"]
    assert "Olga" not in names("")


def test_who_acted_on_the_case_is_at_hand(office):
    office.claim(office.number)
    view = case_view(acting_for(office.uow(), office.opener, "SEDE"), office.number)

    assert [one.officer for one in mentions.at_hand(view).people] == [office.doer]


def test_what_an_agency_leaves_for_itself_is_found_told_and_read_by_it_alone(office):
    office.claim(office.number)
    office.turn()
    before = office.told()
    say(office, "Segredo nosso.", readers=Readers.OWN, by=office.as_doer(), mentioned=[office.rita])
    say(office, "Outro sigilo.", readers=Readers.OWN)
    office.turn()

    assert office.told()[len(before) :] == [(MENTIONED, office.rita)]
    own, other = office.as_doer(), acting_for(office.uow(), office.opener, "SEDE")
    with pytest.raises(MentionNotRead):
        say(office, readers=Readers.OWN, by=own, mentioned=[office.opener])
    for word, reads, not_reads in (("segredo", own, other), ("sigilo", other, own)):
        assert [hit.number for hit in search(reads, Asked(word, {})).hits] == [office.number]
        assert search(not_reads, Asked(word, {})).hits == ()
    assert told(own, office.number) == ["sef"]
    assert told(other, office.number) == ["sede"]


def told(uow, number):
    """Return who wrote the comments that a person reads of a case."""
    entries = case_view(uow, number, tab="comments").story.entries
    return [(entry.head.by.agency or "").lower() for entry in entries]
