"""Makes a `Definition` of its normal form: fast, since stored definitions are read this way."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from workflow.catalogue.build_data import (
    build_condition,
    build_field,
    build_record,
    build_role,
    term_of,
)
from workflow.catalogue.problems import Written
from workflow.core.act_rules import ActName, ActRule
from workflow.core.audience import Audience
from workflow.core.canonical import digest
from workflow.core.definition import (
    CaseClock,
    ChildSpec,
    DataItem,
    DeadlineSpec,
    Definition,
    FormItem,
    Guard,
    OpensWhen,
    Outcome,
    Phase,
    PublicLabel,
    PublicStatus,
    Reminder,
    Result,
    RoleItem,
    State,
    TaskSpec,
    Transition,
)
from workflow.core.fields import Access
from workflow.core.joins import parse_join
from workflow.core.places import AwaitsSpec, HoursSpec, PlacesSpec
from workflow.core.retention import Retention
from workflow.core.terms import parse_term

Json = dict[str, Written]


def definition_from_normal_form(data: Json) -> Definition:
    """Return the definition that a normal form says; it is trusted to be one."""
    return Definition(
        key=data["key"],
        version=data["version"],
        title=data["title"],
        summary=data["summary"],
        owner=data["owner"],
        initial=data["initial"],
        states={state["key"]: _state(state) for state in data["states"]},
        transitions=tuple(_transition(t) for t in data["transitions"]),
        roles={role["key"]: build_role(role) for role in data["roles"]},
        data={field["key"]: build_field(field) for field in data["data"]},
        opening=tuple(_asked(item) for item in data["opening"]),
        opened_by=tuple(data["opened_by"]),
        access=Access(data["access"]),
        ground=data.get("ground"),
        unannounced=data["unannounced"],
        deadlines={clock["key"]: _case_clock(clock) for clock in data["deadlines"]},
        phases={phase["key"]: Phase(phase["key"], phase["title"]) for phase in data["phases"]},
        guards=tuple(_guard(guard) for guard in data["guards"]),
        acts={ActName(act["act"]): _act(act) for act in data["acts"]},
        places=_places(data.get("places")),
        retention=Retention(**data["retention"]) if "retention" in data else None,
        hash=digest(data),
    )


def _asked(item: str) -> DataItem | RoleItem:
    kind, _, name = item.partition(".")
    return RoleItem(name) if kind == "roles" else DataItem(name)


def _form_item(item: Written) -> FormItem:
    return _asked(item) if isinstance(item, str) else build_field(item)


def _deadline(said: Json | None) -> DeadlineSpec | None:
    if said is None:
        return None
    return _one_of_its_kind(
        DeadlineSpec(
            term=term_of(said.get("term")),
            rule=said["rule"],
            start=said["from"],
            of=said.get("of"),
            due=said.get("due"),
            target=term_of(said.get("target")),
            remind=_reminders(said["remind"]),
            escalate=_reminders(said["escalate"]),
        )
    )


@lru_cache(maxsize=4096)
def _one_of_its_kind(spec: DeadlineSpec) -> DeadlineSpec:
    """Return the first of equal deadlines: acts look them up, and find the same one faster."""
    return spec


def _reminders(said: str | list[Written]) -> tuple[Reminder, ...] | None:
    if isinstance(said, str):
        return None if said == "standard" else ()
    return tuple(build_reminder(rung) for rung in said)


def build_reminder(said: Written) -> Reminder:
    """Make one warning."""
    if isinstance(said, dict):
        return replace(build_reminder(said["when"]), to=tuple(map(Audience, said["to"])))
    if said == "due day":
        return Reminder()
    return Reminder(parse_term(said.removeprefix("every ")), every=said.startswith("every "))


def _case_clock(said: Json) -> CaseClock:
    deadline = _deadline(said)
    assert deadline
    return CaseClock(
        key=said["key"],
        title=said["title"],
        deadline=deadline,
        stops_on_entering=tuple(said["stops_on_entering"]),
        pauses_in=tuple(said["pauses_in"]),
    )


def _state(said: Json) -> State:
    public = said["public"]
    return State(
        key=said["key"],
        title=said["title"],
        public=PublicLabel(
            public["label"], public.get("description"), PublicStatus(public["status"])
        ),
        phase=said.get("phase"),
        tasks={task["key"]: _task(task) for task in said["tasks"]},
        final=Result(said["final"]) if "final" in said else None,
        waits_for=said.get("waits_for"),
        review_every=term_of(said.get("review_every")),
        deadline=_deadline(said.get("deadline")),
        records=tuple(build_record(record) for record in said.get("records", ())),
    )


def _task(said: Json) -> TaskSpec:
    lapse = said.get("lapse", {})
    opens = said.get("opens_when")
    return TaskSpec(
        key=said["key"],
        title=said["title"],
        outcomes={o["key"]: _outcome(o) for o in said["outcomes"]},
        role=said.get("role"),
        each=said.get("each"),
        to=said.get("to"),
        subject=said.get("subject"),
        instructions=said.get("instructions"),
        form=tuple(_form_item(item) for item in said["form"]),
        needs=tuple(said["needs"]),
        deadline=_deadline(said.get("deadline")),
        lapse=lapse.get("outcome"),
        lapse_title=lapse.get("title"),
        needed_if=build_condition(said.get("needed_if")),
        not_by=tuple(said["not_by"]),
        binding=said["binding"],
        released_by_head=said.get("released_by") == "head",
        opens_when=OpensWhen(opens["of"], term_of(opens.get("term"))) if opens else None,
        review_every=term_of(said.get("review_every")),
        child=_child(said.get("child")),
        awaits=_awaits(said.get("awaits")),
    )


def _outcome(said: Json) -> Outcome:
    return Outcome(
        key=said["key"],
        title=said["title"],
        asks_reason=said["asks"] == "reason",
        stays=said["stays"],
        opens=_child(said.get("opens")),
        consequence=said.get("consequence"),
        form_optional=said.get("form") == "optional",
    )


def _child(said: Json | None) -> ChildSpec | None:
    if said is None:
        return None
    return ChildSpec(said["type"], said["relation"], dict(said["with"]), dict(said["copies"]))


def _awaits(said: Json | None) -> AwaitsSpec | None:
    if said is None:
        return None
    return AwaitsSpec(
        case=said["case"].removeprefix("data."),
        place=said.get("place"),
        ends={outcome: tuple(states) for outcome, states in said["ends"].items()},
        brings=dict(said["brings"]),
        person=tuple(said.get("person", ())),
        tells=tuple(said.get("tells", ())),
    )


def _places(said: Json | None) -> PlacesSpec | None:
    if said is None:
        return None
    hours = HoursSpec(**said["hours"]) if "hours" in said else None
    return PlacesSpec(said.get("seats"), said.get("quota"), tuple(said["given_in"]), hours)


def _transition(said: Json) -> Transition:
    after = said.get("after")
    return Transition(
        source=said["source"],
        target=said["target"],
        when=parse_join(said["when"]) if "when" in said else None,
        condition=build_condition(said.get("if")),
        at=said.get("at"),
        after=DeadlineSpec(parse_term(after["term"]), after["rule"]) if after else None,
    )


def _guard(said: Json) -> Guard:
    hold_if = build_condition(said["hold_if"])
    assert hold_if
    return Guard(said["task"], tuple(said["outcomes"]), hold_if, said["because"])


def _act(said: Json) -> ActRule:
    return ActRule(
        act=ActName(said["act"]),
        by=tuple(said["by"]),
        states=tuple(said["in"]),
        before_entering=said.get("before_entering"),
        to=tuple(said["to"]),
        asks_reason=said["asks"] == "reason",
        review_within=term_of(said.get("review_within")),
        times=said["times"],
        within=term_of(said.get("within")),
        allowed=said["allowed"],
    )
