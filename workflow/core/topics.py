"""What people are told about, topic by topic, and the ways in which each of them may be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from workflow.core.events import Kind
from workflow.core.ladder import WarningKind
from workflow.core.waiting import Neglect

REVIEW_DUE: Final = "review_due"
"""The kind of notice that asks whoever suspended a case to look at it again."""
MENTIONED: Final = "mentioned"
"""The kind of notice that calls somebody to a comment by name."""
SOON: Final = 2
"""A deadline that is at most so many working days away is urgent (house rule)."""


class Way(StrEnum):
    """How somebody is told; on the pages always."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    """In the one mail of the day."""
    PAGES = "pages"


class Topic(StrEnum):
    """What a person may choose a way for."""

    DUE = "due"
    """A deadline that is near, has come or has passed, and silence that will be an answer."""
    AHEAD = "ahead"
    """A deadline that is still some days away."""
    TASKS = "tasks"
    QUESTIONS = "questions"
    RESULTS = "results"
    MENTIONS = "mentions"
    """A comment that calls somebody by name."""
    COMMENTS = "comments"
    NEGLECT = "neglect"
    """A task that nobody takes up, for whoever heads its agency."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a topic offers: how everybody is told who has not chosen, and what may be chosen."""

    usual: Way
    ways: tuple[Way, ...] = tuple(Way)

    def allowed(self, wish: str | None) -> Way:
        """Return what a person chose where that is offered, else the usual way."""
        return next((way for way in self.ways if way == wish), self.usual)


BY_MAIL: Final = (Way.AT_ONCE, Way.DIGEST)
"""What has a legal end, and what somebody waits for, is never left to the pages alone."""

CHOICES: Final[Mapping[Topic, Choice]] = {
    Topic.DUE: Choice(Way.AT_ONCE, BY_MAIL),
    Topic.AHEAD: Choice(Way.DIGEST),
    Topic.TASKS: Choice(Way.AT_ONCE, BY_MAIL),
    Topic.QUESTIONS: Choice(Way.AT_ONCE, BY_MAIL),
    Topic.RESULTS: Choice(Way.AT_ONCE),
    Topic.MENTIONS: Choice(Way.AT_ONCE),
    Topic.COMMENTS: Choice(Way.DIGEST),
    Topic.NEGLECT: Choice(Way.DIGEST),
}

_TOPICS: Final[Mapping[str, Topic]] = {
    **dict.fromkeys(WarningKind, Topic.DUE),
    **dict.fromkeys(Neglect, Topic.NEGLECT),
    **dict.fromkeys(
        (
            Kind.TASK_OPENED,
            Kind.TASK_REASSIGNED,
            Kind.TASK_ASSIGNED,
            Kind.TASK_REVIEWED,
            Kind.REMINDER_SENT,
            Kind.OUTCOME_PROPOSED,
            Kind.PROPOSAL_RETURNED,
            REVIEW_DUE,
        ),
        Topic.TASKS,
    ),
    **dict.fromkeys(
        (Kind.INFORMATION_ASKED, Kind.INFORMATION_REDIRECTED, Kind.INFORMATION_ANSWERED),
        Topic.QUESTIONS,
    ),
    **dict.fromkeys((Kind.CASE_CLOSED, Kind.TASK_LAPSED), Topic.RESULTS),
    MENTIONED: Topic.MENTIONS,
    Kind.COMMENT_ADDED: Topic.COMMENTS,
}


def topic_of(kind: str) -> Topic:
    """Return what a kind of notice is about; what nobody has placed is a task to look at."""
    return _TOPICS.get(kind, Topic.TASKS)
