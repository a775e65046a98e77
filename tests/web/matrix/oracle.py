"""What everybody may ask for, see and do, written from the rules and not from the program.

Of each address it is said by its beginning whom it is for; of each case who knows of it, who reads
what its agencies read, and who may act on it.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from tests.web.matrix.people import Person
from workflow.core.offices import Post


class Answer(StrEnum):
    """How an address answers, as far as it tells of who may."""

    SIGN_IN = "sign in"
    GONE = "gone"
    """As what does not exist."""
    OPEN = "open"
    """Anything else: a page, a refusal that says why, the way on."""
    FAILED = "failed"


# --- Whom an address is for ----------------------------------------------------------------------

OWNERS: Final = frozenset({"INVEST-MINAS", "SCC", "SEDE", "SEF", "SEPLAG"})
"""The agencies that answer for a request type."""
REGISTER_OWNERS: Final = frozenset({"SCC", "SEPLAG", "INVEST-MINAS"})
"""The agencies that answer for a register."""


def _coordinates_network(person: Person) -> bool:
    return person.post is Post.COORDINATOR and person.at == "GOV"


def _keeps_types(person: Person) -> bool:
    return person.administrator or person.post is Post.COORDINATOR


def _keeps_cases(person: Person) -> bool:
    return person.administrator or bool(person.acts_for & OWNERS)


def _keeps_staff(person: Person) -> bool:
    return person.administrator or person.post is Post.HEAD or _coordinates_network(person)


def _administers(person: Person) -> bool:
    return person.administrator


def _heads(person: Person) -> bool:
    return person.post is Post.HEAD


def _imports(person: Person) -> bool:
    bodies = {code.partition("/")[0] for code in person.acts_for}
    owns = person.post is Post.COORDINATOR and person.at in OWNERS
    return owns or _coordinates_network(person) or bool(bodies & REGISTER_OWNERS)


def _looks_at_network(person: Person) -> bool:
    return person.audits or _coordinates_network(person) or "SEPLAG" in person.acts_for


FOR_ANYBODY: Final = (
    *("/acessibilidade", "/acompanhar/", "/ajuda/", "/conferir-recibo/", "/conferir/"),
    *("/convite/", "/entrar", "/esqueci", "/metricas", "/nova-senha/"),
    *("/prazos/ical/", "/preferencias/aparencia", "/privacidade"),
    *("/publico/", "/sair", "/saude", "/static/", "/treino/"),
)
FOR_FEW: Final[dict[str, Callable[[Person], bool]]] = {
    "/administracao/apagar": _coordinates_network,
    "/administracao/avisos": _administers,
    "/administracao/calendarios": _administers,
    "/administracao/importacoes": _imports,
    "/administracao/mudancas": _administers,
    "/administracao/orgaos": _keeps_staff,
    "/administracao/parados": _keeps_cases,
    "/administracao/pessoas": _keeps_staff,
    "/administracao/reformas": _coordinates_network,
    "/administracao/relogio": _administers,
    "/administracao/saidas": _keeps_staff,
    "/administracao/tipos": _keeps_types,
    "/caixa/carga": _heads,
    "/caixa/rotulos": _heads,
    "/paineis/rede": _looks_at_network,
}


def is_for_anybody(path: str) -> bool:
    """Say whether an address answers people without an account."""
    return path == "/" or path.startswith(FOR_ANYBODY)


def is_for(person: Person, path: str) -> bool:
    """Say whether an address is there at all for somebody who is signed in."""
    few = [may for start, may in FOR_FEW.items() if path.startswith(start)]
    few += [_administers] if path.endswith(("/segundo-fator", "/administracao/")) else []
    return all(may(person) for may in few)


AT_THE_FIRST_WALL: Final = "not entitled"
"""What the log says where an address is for others."""
BY_WHAT_IT_NAMES: Final = ("/administracao/importacoes",)
"""Addresses open to whoever is signed in, where the service says what is there for whom."""


def is_stopped(person: Person, path: str) -> bool:
    """Say whether somebody is refused before it is looked at what an address names."""
    if is_for_anybody(path) or not person.signed_in or path.startswith(BY_WHAT_IT_NAMES):
        return False
    return not is_for(person, path)


def _lets_go(person: Person) -> bool:
    """Say whether somebody keeps the people of SES, where an officer leaves."""
    return _coordinates_network(person) or (person.post is Post.HEAD and person.at == "SES")


def _imports_agreements(person: Person) -> bool:
    owns = person.post is Post.COORDINATOR and person.at == "SCC"
    return owns or _coordinates_network(person)


PRACTICE: Final = "/treino/"
PLACE_TO_LEARN, REAL = "practice", "no practice"
"""The installation that is asked: one to learn in, or any other, where there is no exercise."""
LEARNS_AS: Final = {
    "officer": "sef@demo.tramita.example",
    "head": "age@demo.tramita.example",
    "coordinator": "scc@demo.tramita.example",
    "requester": "sede@demo.tramita.example",
    "administrator": "admin@demo.tramita.example",
}
"""As whom an exercise signs in anybody who begins it."""


def _is_for_practice(path: str, installation: str) -> bool:
    """Say whether a page of the practice installation is there."""
    exercise = path.removeprefix(PRACTICE)
    return installation == PLACE_TO_LEARN and exercise in {"", "recomecar", *LEARNS_AS}


def signs_in_as(endpoint: str, path: str, *, thing: str) -> str:
    """Return whom an address signs in without a word of a password, empty for nobody."""
    if endpoint != "practice.begin" or thing != PLACE_TO_LEARN:
        return ""
    return LEARNS_AS.get(path.removeprefix(PRACTICE), "")


UNDER_WAY: Final[dict[str, Callable[[Person], bool]]] = {
    "batch": _imports_agreements,
    "departure": _lets_go,
    "job": _administers,
    "plan": _administers,
    "reform": _coordinates_network,
}
"""For whom work of the installation is there."""


# --- Cases ---------------------------------------------------------------------------------------

_AGREEMENT: Final = frozenset(
    {"SEDE", "SEMAD", "SCC", "SEF", "SEPLAG", "SEDE/JUR", "AGE", "SEGOV", "GOV"}
)
"""Requester, technical areas, the owner of the type, and the agencies bound to its parts."""
_MISSION: Final = frozenset(
    {
        *("SEDE", "SCC", "AGE", "INVEST-MINAS", "FIEMG", "SG", "GMG", "SECOM", "SEPLAG", "GOV"),
        *("SEAPA", "SECULT"),
    }
)
PARTS: Final = {
    "public": _AGREEMENT,
    "network": _AGREEMENT,
    "restricted": _AGREEMENT,
    "named": _AGREEMENT,
    "mission": _MISSION,
    "grant": frozenset({"SEDE", "SCC", "SEPLAG"}),
    "class": frozenset({"SEPLAG"}),
    "guideline": frozenset({"SCC", "SCC/JUR", "SEDE", "SEGOV", "SEMAD", "SES"}),
    "lending": frozenset({"SEDE", "SEF"}),
}
SEALED: Final = frozenset({"restricted", "named", "mission", "class", "guideline"})
"""Cases that only few may know of."""
TIED: Final = {"public": ("network", "restricted", "named", "mission")}
"""Cases to which a case belongs: its page names those that the reader knows of, and no other."""
OPEN_TO_ALL: Final = frozenset({"public", "grant", "lending"})
"""Cases that the public page tells of."""


def is_inside(person: Person, case: str) -> bool:
    """Say whether somebody reads what the agencies of a case read."""
    if case not in PARTS:
        return False
    return has_part(person, case) or person.audits or (person.reads == case and not person.late)


def has_part(person: Person, case: str) -> bool:
    """Say whether somebody acts for an agency of a case."""
    return bool(person.acts_for & PARTS.get(case, frozenset()))


def knows(person: Person, case: str) -> bool:
    """Say whether a case exists for somebody who is signed in."""
    return is_inside(person, case) or (case in PARTS and case not in SEALED and person.acts)


# --- What a cell may answer ----------------------------------------------------------------------

EITHER: Final = frozenset({Answer.OPEN, Answer.GONE})
"""Whom an address is for, while what else it names may be there or not."""
ALWAYS_THERE: Final = frozenset(
    {
        *("cases.show", "comments.write", "following.follow", "kindred.show"),
        *("papers.save_summary", "imports.show", "leaving.show", "plans.show", "reforms.show"),
    }
)
"""Endpoints that answer whoever knows of what they name."""


def is_hidden(person: Person, thing: str) -> bool:
    """Say whether a thing is not there for somebody who is signed in."""
    if thing in UNDER_WAY:
        return not UNDER_WAY[thing](person)
    return thing in {"foreign", "missing"} or (thing in PARTS and not knows(person, thing))


def expected(person: Person, path: str, *, endpoint: str, thing: str) -> frozenset[Answer]:
    """Return how an address may answer somebody."""
    if path.startswith(PRACTICE):
        return frozenset({Answer.OPEN if _is_for_practice(path, thing) else Answer.GONE})
    if is_for_anybody(path):
        return EITHER
    if not person.signed_in:
        return frozenset({Answer.SIGN_IN})
    if not is_for(person, path) or is_hidden(person, thing):
        return frozenset({Answer.GONE})
    there = endpoint in ALWAYS_THERE or _is_to_be_tried(endpoint, thing)
    return frozenset({Answer.OPEN}) if there else EITHER


FEEDS: Final = "/prazos/ical/"


def listed(person: Person, endpoint: str, *, thing: str) -> frozenset[str]:
    """Return the cases that a page must name to somebody."""
    among = PARTS if endpoint == "cases.index" else ()
    if endpoint == "cases.show" and knows(person, thing):
        among = TIED.get(thing, ())
    return frozenset(case for case in among if knows(person, case))


# --- What a cell may tell ------------------------------------------------------------------------


def may_be_told(person: Person, path: str, *, kind: str, case: str) -> bool:
    """Say whether the mark of a case may be in an answer: `s`ubject, `n`etwork, `i`nside."""
    if path.startswith(FEEDS):  # what its owner may read, without a session
        return is_inside(person, case) if kind == "i" else bool(knows(person, case))
    if is_for_anybody(path):
        own = person.guest_of == case and path.startswith("/acompanhar/")
        return own or (kind == "s" and case in OPEN_TO_ALL)
    if not person.signed_in:
        return False
    return is_inside(person, case) if kind == "i" else bool(knows(person, case))


# --- What a cell may write -----------------------------------------------------------------------

DESK: Final = frozenset(
    {
        *("case_follower", "case_label", "draft", "factor", "feed", "feed_entry", "identity"),
        *("inbox_columns", "recovery_code"),
        *("notice", "notice_wish", "officer", "saved_filter", "session", "task_snooze"),
    }
)
"""Tables of what is somebody's own, or beside the cases their agency's."""
COUNTED: Final = frozenset({"reading", "sign_in_attempt"})
"""Tables that count who looked."""
WHO_ANSWERS: Final = {
    **dict.fromkeys(("public", "network", "restricted", "named"), frozenset({"SCC", "SEDE"})),
    "mission": frozenset({"SCC", "SEDE"}),
    "grant": frozenset({"SCC", "SEDE"}),
}
"""The owner of the type, who coordinates the case and who asked: they act on it as a whole."""
HOLDERS: Final = {"tax_review": "SEF", "budget_review": "SEPLAG"}
"""The agency that has each open task of the agreements."""
OWN_ACCOUNT: Final = ("factors.", "own_identities.")
"""What anybody signed in may do with their account, which tells them so."""
TO_ALL_INSIDE: Final = ("comments.", "commitments.", "papers.", "case_acts.attach")
"""What any agency of a case may do."""


def may_write(person: Person, endpoint: str, *, thing: str, task: str) -> bool:
    """Say whether somebody may change more than their own desk by asking for an address."""
    if thing not in PARTS:
        own = endpoint.startswith(OWN_ACCOUNT) and thing in {"own", ""}
        return own or person.acts or person.administrator
    if endpoint == "rests.ask_opinion":  # a case of one's own, which this one need not know of
        return knows(person, thing) and person.acts
    if endpoint == TRY_AGAIN or not has_part(person, thing):
        tries = WHO_TRIES_AGAIN.get(thing, frozenset()) if endpoint == TRY_AGAIN else frozenset()
        return bool(person.acts_for & tries)
    if endpoint.startswith(("task_acts.", "questions.", "cases.task", "inbox.take")):
        held = HOLDERS.get(task, "")
        answers = WHO_ANSWERS[thing] if endpoint in OF_WHO_ANSWERS else frozenset()
        return bool(person.acts_for & {held, *answers})
    if endpoint.startswith(TO_ALL_INSIDE):
        return True
    return bool(person.acts_for & WHO_ANSWERS[thing])


def must_write(person: Person, endpoint: str, *, thing: str) -> bool:
    """Say whether what an address is asked for can be done, and by this person."""
    return _is_to_be_tried(endpoint, thing) and may_write(person, endpoint, thing=thing, task="")


def _is_to_be_tried(endpoint: str, thing: str) -> bool:
    return endpoint == TRY_AGAIN and thing in WHO_TRIES_AGAIN


def may_write_unseen(endpoint: str, *, thing: str) -> frozenset[str] | None:
    """Return the tables that an address for anybody may write, None for any."""
    if not endpoint.startswith("practice."):
        return None
    if thing == PLACE_TO_LEARN and endpoint == "practice.begin_anew":
        return None
    begins = thing == PLACE_TO_LEARN and endpoint == "practice.begin"
    return frozenset({"session", "officer"}) if begins else frozenset()


TRY_AGAIN: Final = "case_acts.try_again"
WHO_TRIES_AGAIN: Final = {"lending": frozenset({"SEF", "SCC"})}
"""Who holds the task for which another case was not opened, and who coordinates the case."""
OF_WHO_ANSWERS: Final = frozenset(
    {"task_acts.assign", "task_acts.reassign", "questions.answer", "questions.withdraw_question"}
)
"""What who answers for a case may do with a task of another agency."""
