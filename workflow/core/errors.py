"""The facts that stop an act, each with a name; the web knows how to answer each of them."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - a refusal is a fact the reader is told, not a fault
    """An act that the rules do not allow, with the particulars a page needs to explain it."""

    def __init__(self, *args: object, **particulars: object) -> None:
        super().__init__(*args)
        self.particulars = particulars


class MalformedTerm(Refusal):
    """A text is not a term such as `10 working days` or `30 days before`."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"'{text}' is not a term; write a number and days, working days, months, years"
            " or hours, as in '10 working days' or '30 days before'",
            text=text,
        )


class UnknownTask(Refusal):
    """No open task of the case has that number."""


class UnknownCase(Refusal):
    """No case has that number, as far as the officer may know."""


class NotSignedYet(Refusal):
    """What happened a moment ago is not signed for yet, so there is no receipt of it."""


class TaskNotOpen(Refusal):
    """The task has ended, or someone else holds it."""


class NotAssigned(Refusal):
    """The task belongs to an agency that the officer does not act for."""


class OutcomeNotOffered(Refusal):
    """The task cannot end that way."""


class OutcomeHeld(Refusal):
    """A rule of the request type holds this outcome back for now."""


class DutiesNotSeparate(Refusal):
    """Whoever did an earlier task, or answers for them, may not do this one."""


class DocumentMissing(Refusal):
    """A document must be attached before the task can end."""


class ReasonMissing(Refusal):
    """The act must say why."""


class ReasonTooLong(ReasonMissing):
    """More is said than an act can carry; `most` and `actual` count letters."""


class AnswersRefused(Refusal):
    """The answers do not fit the form; `problems` tells each field's fault."""


class HoursOverlap(Refusal):
    """The person has, or asks for, a place elsewhere at the same hours; which is told."""


class ActNotAllowed(Refusal):
    """The request type does not allow the act here, now, or to this agency."""


class CaseClosed(Refusal):
    """The case has ended; only reopening it is possible."""


class CaseSuspended(Refusal):
    """The case is suspended; it has to be resumed first."""


class InformationPending(Refusal):
    """The task waits for an answer that was asked for."""


class AlreadyReminded(Refusal):
    """Whoever is waited for was reminded on this working day before."""


class NothingAsked(Refusal):
    """No question is open on the task."""


class BeyondOwnDeadline(Refusal):
    """What is asked of another agency would be due after the deadline it is asked for."""


class AgencyUnknown(Refusal):
    """No agency of the network has that code today."""


class MentionUnclear(Refusal):
    """A name in a comment may mean several people, or nobody who reads it; `calls` tells which."""


class MentionNotRead(Refusal):
    """Somebody called to a comment may not read it; `officers` tells who."""


class ImportRefused(Refusal):
    """A case under way cannot be placed as its line says; `why` and `part` tell what is wrong."""


class ImportActedOn(Refusal):
    """An import cannot be undone any more: somebody acted on what it brought; `numbers` tells."""


class RoleUnfilled(Refusal):
    """Nobody was chosen for a part that the next step needs."""


class NotReversible(Refusal):
    """The act cannot be undone, or can no longer be."""


class CaseMoved(Refusal):
    """Someone acted on the case first, again and again; the act was not done."""


class DefinitionRunsAway(Refusal):
    """The case would move for ever without anybody acting; the proof should have refused it."""
