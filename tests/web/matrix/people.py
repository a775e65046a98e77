"""Everybody who asks: each differs from another in what they are, and where."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.core.offices import Post


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a browser, and what is true of them."""

    name: str
    signed_in: bool = True
    post: Post | None = None
    at: str = ""
    """The agency of the post."""
    administrator: bool = False
    former: bool = False
    """Whether the post ended yesterday."""
    reads: str = ""
    """The name of the case that was opened to them by name."""
    late: bool = False
    """Whether that, or that they answer for somebody, was until yesterday."""
    instead_of: str = ""
    """The agency of the officer for whom they answer."""
    guest_of: str = ""
    """The name of the case whose code they have, without an account."""
    acts_for: frozenset[str] = frozenset()
    """Every agency they act for today, written by hand."""

    @property
    def audits(self) -> bool:
        """Whether they read everything and do nothing."""
        return self.post is Post.AUDITOR

    @property
    def acts(self) -> bool:
        """Whether they act for anybody."""
        return bool(self.acts_for)


def _at(name: str, post: Post, at: str, *more: str, administrator: bool = False) -> Person:
    return Person(
        name, post=post, at=at, administrator=administrator, acts_for=frozenset({at, *more})
    )


def _units(code: str) -> tuple[str, ...]:
    return tuple(f"{code}/{unit}" for unit in ("AEST", "JUR", "SPGF"))


PEOPLE = (
    Person("nobody", signed_in=False),
    Person("requester with a code", signed_in=False, guest_of="grant"),
    Person("without agency"),
    Person("administrator", administrator=True),
    Person("former officer of the requester", post=Post.OFFICER, at="SEDE", former=True),
    _at("officer of the requester", Post.OFFICER, "SEDE"),
    _at("head of the requester", Post.HEAD, "SEDE", *_units("SEDE")),
    _at("focal point of the requester", Post.FOCAL_POINT, "SEDE"),
    _at("officer of the holder", Post.OFFICER, "SEPLAG"),
    _at("head of the holder", Post.HEAD, "SEPLAG", *_units("SEPLAG")),
    _at("officer of another holder", Post.OFFICER, "SEF"),
    _at("officer who gave an opinion", Post.OFFICER, "SEMAD"),
    _at("officer of a unit bound", Post.OFFICER, "SEDE/JUR"),
    _at("officer of a unit not bound", Post.OFFICER, "SEDE/SPGF"),
    _at("coordinator of the type", Post.COORDINATOR, "SCC"),
    _at("coordinator of the network", Post.COORDINATOR, "GOV"),
    _at("officer of the mission only", Post.OFFICER, "SECOM"),
    _at("foreign officer", Post.OFFICER, "SES"),
    _at("foreign head", Post.HEAD, "SES", *_units("SES")),
    _at("foreign focal point", Post.FOCAL_POINT, "SES"),
    _at("foreign coordinator", Post.COORDINATOR, "SES"),
    _at("foreign officer who administers", Post.OFFICER, "SES", administrator=True),
    Person("auditor", post=Post.AUDITOR, at="SES"),
    Person(
        "reader by name", post=Post.OFFICER, at="SES", reads="named", acts_for=frozenset({"SES"})
    ),
    Person(
        "reader until yesterday",
        post=Post.OFFICER,
        at="SES",
        reads="named",
        late=True,
        acts_for=frozenset({"SES"}),
    ),
    Person("reader without agency", reads="named"),
    Person(
        "substitute",
        post=Post.OFFICER,
        at="SES",
        instead_of="SEDE",
        acts_for=frozenset({"SES", "SEDE"}),
    ),
    Person(
        "substitute until yesterday",
        post=Post.OFFICER,
        at="SES",
        instead_of="SEDE",
        late=True,
        acts_for=frozenset({"SES"}),
    ),
)
BY_NAME = {person.name: person for person in PEOPLE}
