"""Who may ask for each page and what settles the rest, one line each: what is not here is shut.

The first word is demanded before a view is called. The second names the object of the address and
with it the rule that the view's service applies; what may not be known is answered like what is
not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Who(StrEnum):
    """What somebody has to be before a view is called at all."""

    ANYBODY = "anybody"
    """People without an account, too."""
    OFFICER = "officer"
    """Whoever is signed in."""
    HEAD = "head"
    """Who heads the agency acted for just now, or answers for who does."""
    STAFF_KEEPER = "staff_keeper"
    """Who administers the people of some agency, or the installation."""
    TYPE_KEEPER = "type_keeper"
    """Who coordinates an agency, or administers the installation."""
    CASE_KEEPER = "case_keeper"
    """Who acts for an agency that answers for a request type, or administers the installation."""
    PANEL_READER = "panel_reader"
    """Whom the panel of the network is for."""
    COORDINATOR = "coordinator"
    """Who coordinates the whole network."""
    ADMINISTRATOR = "administrator"
    """Who administers the installation."""


class Of(StrEnum):
    """What an address is about, which says whose rule decides the rest."""

    NOTHING = "nothing"
    """No object: what is shown is the same for all, or selected for the reader row by row."""
    OWN = "own"
    """Something of the asker alone: a draft, a notice, a filter, a session, a feed."""
    CASE = "case"
    """A case: `core.access.may_read`, and the powers that each act demands."""
    OPEN_CASE = "open_case"
    """A case as the public knows it, or as its requester does by the code: `public_view`."""
    ENTRY = "entry"
    """Registers and what they hold: `core.registers.access`."""
    AGENCY = "agency"
    """An agency and its people: `core.offices`."""
    TYPE = "type"
    """A request type: the agency that owns it and its coordinators."""
    IMPORT = "import"
    """What somebody may bring in: the registers and types of their agencies."""
    NETWORK = "network"
    """Calendars, changes, jobs and figures of the whole installation."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What one endpoint demands of whoever asks."""

    who: Who
    of: Of


DECLARED: Final = (
    (Who.ANYBODY, Of.NOTHING, "asset help.index help.show pages.accessibility"),
    (Who.ANYBODY, Of.NOTHING, "watch.figures watch.health watch.health_of_pages"),
    (Who.ANYBODY, Of.NOTHING, "pages.home pages.privacy preferences.appearance"),
    (Who.ANYBODY, Of.NOTHING, "certificates.index certificates.show"),
    (Who.ANYBODY, Of.NOTHING, "receipt_check.ask receipt_check.check"),
    (Who.ANYBODY, Of.NOTHING, "identities.back identities.farewell identities.leave"),
    (Who.ANYBODY, Of.NOTHING, "identities.send"),
    (Who.ANYBODY, Of.NOTHING, "practice.begin practice.begin_anew practice.exercise"),
    (Who.ANYBODY, Of.NOTHING, "practice.index"),
    (Who.ANYBODY, Of.OWN, "auth.accept auth.enter auth.invitation auth.sign_in auth.sign_out"),
    (Who.ANYBODY, Of.OWN, "auth.forgotten auth.send_reset feeds.calendar second_step.show"),
    (Who.ANYBODY, Of.OPEN_CASE, "tracking.answer tracking.attach tracking.index tracking.lock"),
    (Who.ANYBODY, Of.OPEN_CASE, "tracking.receipt tracking.show tracking.unlock"),
    (Who.ANYBODY, Of.ENTRY, "open_registers.data open_registers.entries open_registers.index"),
    (Who.ANYBODY, Of.ENTRY, "open_registers.sheet open_registers.show"),
    (Who.OFFICER, Of.NOTHING, "cases.index catalogue.index catalogue.show due.index due.radar"),
    (Who.OFFICER, Of.NOTHING, "arrivals.news asked.index inbox.index search.index"),
    (Who.OFFICER, Of.NOTHING, "sheet.download"),
    (Who.OFFICER, Of.NOTHING, "panels.governor_week panels.governor_week_sheet panels.index"),
    (Who.OFFICER, Of.NOTHING, "panels.terms panels.terms_sheet"),
    (Who.OFFICER, Of.NOTHING, "new_case.index"),
    (Who.OFFICER, Of.OWN, "account.change_password account.confirm account.confirmed"),
    (Who.OFFICER, Of.OWN, "account.connections account.disconnect account.password account.show"),
    (Who.OFFICER, Of.OWN, "factors.app factors.keep_app factors.keep_key factors.key"),
    (Who.OFFICER, Of.OWN, "factors.remove factors.renew_codes"),
    (Who.OFFICER, Of.OWN, "auth.switch_agency feeds.give feeds.index feeds.revoke"),
    (Who.OFFICER, Of.OWN, "draft.check draft.discard draft.save draft.section draft.send"),
    (Who.OFFICER, Of.OWN, "draft.tasks"),
    (Who.OFFICER, Of.OWN, "notices.index notices.read_all notices.show"),
    (Who.OFFICER, Of.OWN, "own_data.download own_data.show"),
    (Who.OFFICER, Of.OWN, "own_identities.confirm own_identities.link own_identities.unlink"),
    (Who.OFFICER, Of.OWN, "preferences.notices preferences.save preferences.save_notices"),
    (Who.OFFICER, Of.OWN, "preferences.show saved.columns saved.forget saved.save"),
    (Who.OFFICER, Of.OWN, "substitutions.tasks"),
    (Who.OFFICER, Of.CASE, "batch.act batch.undo inbox.give_back inbox.take"),
    (Who.OFFICER, Of.CASE, "case_acts.add_agency case_acts.announce case_acts.attach"),
    (Who.OFFICER, Of.CASE, "case_acts.cancel case_acts.change_access case_acts.relate"),
    (Who.OFFICER, Of.CASE, "case_acts.remind case_acts.remove_agency case_acts.reopen"),
    (Who.OFFICER, Of.CASE, "case_acts.send_back case_acts.terminate case_acts.try_again"),
    (Who.OFFICER, Of.CASE, "case_acts.undo case_acts.withdraw"),
    (Who.OFFICER, Of.CASE, "cases.deadline cases.show cases.task kindred.show"),
    (Who.OFFICER, Of.CASE, "comments.publish comments.write"),
    (Who.OFFICER, Of.CASE, "commitments.record commitments.write"),
    (Who.OFFICER, Of.CASE, "correction.choose correction.correct_data"),
    (Who.OFFICER, Of.CASE, "documents.content documents.download documents.show"),
    (Who.OFFICER, Of.CASE, "following.follow following.unfollow labels.put labels.take"),
    (Who.OFFICER, Of.CASE, "new_case.receipt receipts.give receipts.save"),
    (Who.OFFICER, Of.CASE, "papers.index papers.record papers.save_answers"),
    (Who.OFFICER, Of.CASE, "papers.save_answers_table papers.save_opinion papers.save_summary"),
    (Who.OFFICER, Of.CASE, "papers.show_answers places.sheet places.show"),
    (Who.OFFICER, Of.CASE, "questions.answer questions.ask questions.foresee"),
    (Who.OFFICER, Of.CASE, "questions.withdraw_question"),
    (Who.OFFICER, Of.CASE, "readers.export readers.grant_access readers.revoke_access"),
    (Who.OFFICER, Of.CASE, "readers.show"),
    (Who.OFFICER, Of.CASE, "rests.ask_opinion rests.extend rests.foresee_extend"),
    (Who.OFFICER, Of.CASE, "rests.foresee_move_start rests.foresee_resume"),
    (Who.OFFICER, Of.CASE, "rests.foresee_suspend rests.move_start rests.resume rests.suspend"),
    (Who.OFFICER, Of.CASE, "task_acts.assign task_acts.claim task_acts.complete"),
    (Who.OFFICER, Of.CASE, "task_acts.drop_draft task_acts.reassign task_acts.release"),
    (Who.OFFICER, Of.CASE, "task_acts.release_proposal task_acts.resolve"),
    (Who.OFFICER, Of.CASE, "task_acts.return_proposal task_acts.save_draft"),
    (Who.OFFICER, Of.CASE, "texts.save_contributions texts.show texts.show_contributions"),
    (Who.OFFICER, Of.ENTRY, "entries.confirm entries.end entries.resume entries.show"),
    (Who.OFFICER, Of.ENTRY, "entries.transfer entry_form.alike entry_form.change"),
    (Who.OFFICER, Of.ENTRY, "entry_receipts.give entry_receipts.save"),
    (Who.OFFICER, Of.ENTRY, "entry_form.create entry_form.edit entry_form.new"),
    (Who.OFFICER, Of.ENTRY, "registers.confirm_list registers.countries registers.data"),
    (Who.OFFICER, Of.ENTRY, "registers.entries registers.index registers.sheet"),
    (Who.OFFICER, Of.ENTRY, "register_panels.funding_page register_panels.funding_sheet"),
    (Who.OFFICER, Of.ENTRY, "register_panels.partner register_panels.partner_sheet"),
    (Who.OFFICER, Of.TYPE, "ladder.change ladder.index new_case.begin new_case.start"),
    (Who.OFFICER, Of.AGENCY, "substitutions.arrange substitutions.end substitutions.index"),
    (Who.OFFICER, Of.AGENCY, "substitutions.new"),
    (Who.OFFICER, Of.IMPORT, "imports.again imports.apply imports.drop imports.index"),
    (Who.OFFICER, Of.IMPORT, "imports.progress imports.show imports.template imports.undo"),
    (Who.OFFICER, Of.IMPORT, "imports.upload"),
    (Who.HEAD, Of.AGENCY, "labels.bring_back labels.change labels.index labels.make"),
    (Who.HEAD, Of.AGENCY, "labels.retire load.index"),
    (Who.STAFF_KEEPER, Of.AGENCY, "agencies.declare agencies.give_out agencies.index"),
    (Who.STAFF_KEEPER, Of.AGENCY, "agencies.show people.end_membership people.join people.new"),
    (Who.STAFF_KEEPER, Of.AGENCY, "people.send_link people.show"),
    (Who.STAFF_KEEPER, Of.AGENCY, "leaving.again leaving.begin leaving.new leaving.progress"),
    (Who.STAFF_KEEPER, Of.AGENCY, "leaving.show"),
    (Who.TYPE_KEEPER, Of.TYPE, "adjusting.change adjusting.show warnings.change warnings.show"),
    (Who.TYPE_KEEPER, Of.TYPE, "definitions.compare definitions.deploy definitions.index"),
    (Who.TYPE_KEEPER, Of.TYPE, "definitions.new definitions.show definitions.source"),
    (Who.CASE_KEEPER, Of.CASE, "stuck.index stuck.look stuck.mend"),
    (Who.PANEL_READER, Of.NETWORK, "panels.network panels.network_list"),
    (Who.PANEL_READER, Of.NETWORK, "panels.network_list_sheet panels.network_sheet"),
    (Who.PANEL_READER, Of.NETWORK, "panels.targets"),
    (Who.COORDINATOR, Of.CASE, "erasing.erase erasing.hold erasing.index"),
    (Who.COORDINATOR, Of.AGENCY, "erasing.erase_officer erasing.officer"),
    (Who.COORDINATOR, Of.NETWORK, "reforms.apply reforms.choose reforms.drop reforms.index"),
    (Who.COORDINATOR, Of.NETWORK, "reforms.new reforms.preview_anew reforms.progress"),
    (Who.COORDINATOR, Of.NETWORK, "reforms.show reforms.undo reforms.write"),
    (Who.ADMINISTRATOR, Of.NETWORK, "administration.index"),
    (Who.ADMINISTRATOR, Of.NETWORK, "calendars.change calendars.index calendars.plan_change"),
    (Who.ADMINISTRATOR, Of.NETWORK, "calendars.plan_removal calendars.removal calendars.show"),
    (Who.ADMINISTRATOR, Of.AGENCY, "people.reset_factor"),
    (Who.ADMINISTRATOR, Of.NETWORK, "deliveries.index deliveries.retry"),
    (Who.ADMINISTRATOR, Of.NETWORK, "health.retry health.show"),
    (Who.ADMINISTRATOR, Of.NETWORK, "plans.apply plans.drop plans.preview_anew plans.progress"),
    (Who.ADMINISTRATOR, Of.NETWORK, "plans.show plans.undo"),
)

POLICIES: Final[Mapping[str, Policy]] = {
    endpoint: Policy(who, of) for who, of, endpoints in DECLARED for endpoint in endpoints.split()
}
"""What each endpoint demands."""
