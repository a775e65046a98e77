"""A working day of five people: the site they work on, and what the others have done before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from sqlalchemy import update

from tests.installation import DAY_ONE, acting_as
from tests.servers.clockwork import shifted_to, ticking
from tests.servers.ports import Patience
from tests.stories import play_through
from tests.web.keyboard import Hands
from tests.web.site import PASSWORD, Site, address, running_site
from tests.world import DEFINITIONS, world
from workflow.catalogue.scenarios import read_scenario
from workflow.core.acts.answers import Answers
from workflow.core.office_hours import next_opening
from workflow.core.playing import powers_of
from workflow.services.cases import open_case
from workflow.services.liveness import look
from workflow.services.tasks import ask_information, assign, claim, complete_task
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.network import AgencyRow
from workflow.storage.officers import add_memberships
from workflow.storage.people import Membership

AGREEMENT = DEFINITIONS / "scenarios" / "agreement_review" / "straight_way.yaml"
TO_ITS_ROUND = 1
SOON = "1"
PDF = {
    "name": "parecer.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
}


@dataclass(frozen=True, slots=True)
class Workday:
    """A site at nine in the morning of a working day, with its clock beside it."""

    site: Site
    shift: timedelta
    mail: Path

    @property
    def now(self) -> datetime:
        """What time it is for the site."""
        return datetime.now(UTC) + self.shift

    @property
    def today(self) -> date:
        return self.now.astimezone(world().zone).date()

    def in_days(self, days: int) -> str:
        """Write the date of some days from now, as a form sends it."""
        return (self.today + timedelta(days=days)).isoformat()

    def demand_release(self, agency: str) -> None:
        """Let an agency's head release whatever its officers decide."""
        with self.acting(agency).writing() as connection:
            row = update(AgencyRow).where(AgencyRow.code == agency)
            connection.execute(row.values(requires_release=True))

    def make_coordinator(self, agency: str, officer: str) -> None:
        """Let somebody coordinate the request types of an agency."""
        held = {"officer_id": powers_of(agency, officer).officer, "agency": agency}
        with self.acting(agency).writing() as connection:
            add_memberships(connection, [{**held, "role": "coordinator", "valid_from": DAY_ONE}])

    def acting(self, agency: str, officer: str = "first") -> UnitOfWork:
        """Let one of the others act, who are not looked at."""
        return acting_as(self.site.installation, agency, now=self.now, officer=officer)

    def ask_opinion(self, agency: str, subject: str, *, binding: bool = False) -> str:
        """Ask an agency for an opinion; return the number of the request."""
        data = {
            "subject": subject,
            "description": "Consulta da Secretaria de Desenvolvimento.",
            "question": "A minuta pode seguir como está?",
            "binding_opinion": binding,
        }
        answers = Answers(data=data, roles={"adviser": (agency,)})
        acting = self.acting("SEDE")
        return open_case(
            acting, "opinion_request", opener="SEDE", answers=answers, key=subject
        ).number

    def propose(self, agency: str, number: str, reason: str) -> None:
        """Let an officer propose to the head that an opinion be favourable."""
        acting = self.acting(agency, "second")
        said = Answers(reason=reason)
        complete_task(acting, number, 1, "favourable", answers=said, key=f"proposed {number}")

    def hand(self, agency: str, number: str, officer: str = "second") -> None:
        """Let a task be an officer's."""
        acting = self.acting(agency)
        assign(acting, number, 1, powers_of(agency, officer).officer, key=f"handed {number}")

    def agreement(self) -> str:
        """Play an agreement until agencies are asked to assess it; return its number."""
        told = read_scenario(AGREEMENT, zone=world().zone)
        opening = replace(told.opening, at=self.now - timedelta(days=8), expect={})
        steps = tuple(
            replace(step, at=self.now - timedelta(days=5 - n), expect={})
            for n, step in enumerate(told.steps[:TO_ITS_ROUND])
        )
        told = replace(told, opening=opening, steps=steps)
        return play_through(told, self.site.installation)

    def ask_requester(self, agency: str, number: str, question: str, document: str) -> None:
        """Let an agency ask whoever made a request for a document."""
        acting = self.acting(agency)
        claim(acting, number, 1, key=f"claimed {number}")
        ask_information(
            acting, number, 1, question, of=None, key=f"asked {number}", fields=(document,)
        )

    def refuse(self, agency: str, number: str, reason: str) -> None:
        """Let an agency end a request for grants where it begins."""
        said = Answers(reason=reason)
        complete_task(
            self.acting(agency), number, 1, "not_eligible", answers=said, key=f"refused {number}"
        )

    def leave_stuck(self, agency: str) -> None:
        """Ask an agency for an opinion, and let all its people leave before they give it."""
        self.ask_opinion(agency, "Consulta a quem já saiu", binding=True)
        uow = self.acting("SCC")
        with uow.writing() as connection:
            people = update(Membership).where(Membership.agency == agency)
            connection.execute(people.values(valid_to=self.today - timedelta(days=1)))
        look(uow)

    def linked(self, recipient: str, number: str) -> str:
        """Return the address of the page of a request, from the letter that asks its requester."""
        return re.search(rf"{self.site.url}/\S*{number}\S*", self.letter(recipient, number))[0]

    def sign_in(self, hands: Hands, agency: str, officer: str = "first") -> Hands:
        """Sit somebody down before the page on which one signs in, and sign in."""
        hands.address(f"{self.site.url}/entrar")
        hands.write("E-mail", address(agency, officer))
        hands.write("Senha", PASSWORD)
        hands.leave("Enter")
        hands.picture("signed-in")
        return hands

    def letter(self, recipient: str, words: str) -> str:
        """Wait for a letter to somebody that holds some words; return its text."""
        patience = Patience(90)
        while True:
            for file in self.mail.glob("*.eml"):
                letter = message_from_bytes(file.read_bytes(), policy=default)
                text = str(letter.get_body(("plain",)).get_content())
                if recipient in letter["To"] and words in text:
                    return text
            assert patience.pause(), f"no letter to {recipient} about {words!r}"


@contextmanager
def a_working_day(template: Path, folder: Path) -> Iterator[Workday]:
    """Serve an installation at the opening of the next working day, its clock running beside."""
    morning = next_opening(datetime.now(UTC), world().calendar("SCC"), world().zone)
    morning += timedelta(hours=1)
    mail = folder / "letters"
    settings = {
        "TRAMITA_MAIL_FOLDER": str(mail),
        "TRAMITA_MAIL_FROM": "tramita@example.org",
        "TRAMITA_SWEEP_SECONDS": SOON,
        **shifted_to(morning),
    }
    with running_site(template, folder, stories={}, **settings) as site:
        shift = timedelta(seconds=int(site.environment["TRAMITA_CLOCK_OFFSET"]))
        with ticking(site.environment, log=folder / "clock.log"):
            yield Workday(site, shift, mail)
