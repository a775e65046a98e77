"""The second look at the way of a case: states, phases, transitions, guards and acts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from workflow.catalogue.check_computed import is_of_type
from workflow.catalogue.check_data import unique
from workflow.catalogue.check_tasks import check_deadline
from workflow.catalogue.check_values import DATES, check_condition, endings_of
from workflow.catalogue.normal_form import Json, as_list, outcomes_of
from workflow.catalogue.problems import Path, nearest, quoted
from workflow.catalogue.review import Review
from workflow.core.act_rules import MOVING_ACTS, ActName
from workflow.core.joins import ANSWERED, Join, parse_join

_TO_THE_END = (ActName.WITHDRAW, ActName.CANCEL, ActName.TERMINATE)


def check_flow(review: Review) -> None:
    """Tell what is wrong with the way of a case."""
    _check_states(review)
    _check_phases(review)
    for path, clock in review.parts("deadlines"):
        check_deadline(review, clock, path)
        for key in ("stops_on_entering", "pauses_in"):
            _know_states(review, as_list(clock.get(key)), (*path, key))
    clocks = ((part.path, part.shape["key"]) for part in review.parts("deadlines"))
    unique(review, "clock", clocks)
    for path, transition in review.parts("transitions"):
        _check_transition(review, transition, path)
    for path, guard in review.parts("guards"):
        _check_guard(review, guard, path)
    for path, act in review.parts("acts"):
        _check_act(review, ActName(str(path[-1])), act, path)
    if review.is_whole:
        _check_stays(review)


def _finals(review: Review) -> set[str]:
    return {part.shape["key"] for part in review.states() if "final" in part.shape}


def _know_states(review: Review, names: list[str], path: Path) -> None:
    for name in names:
        review.knows("state", name, (*path, name))


# --- States and phases ------------------------------------------------------------------


def _check_states(review: Review) -> None:
    unique(review, "state", ((part.path, part.shape["key"]) for part in review.states()))
    initial = review.shape.get("initial")
    finals = _finals(review)
    if initial and review.knows("state", initial, ("initial",)) and initial in finals:
        review.tell(("initial",), f"a case would end in '{initial}' at once", "name another state")
    if review.is_whole and not finals:
        review.tell(("states",), "no state is final", "write `final: completed` in the last one")
    for path, state in review.states():
        _check_state(review, state, path)


def _check_state(review: Review, state: Json, path: Path) -> None:
    if "final" in state and state.get("tasks"):
        review.tell((*path, "tasks"), "a closed case has no tasks", "remove them or `final`")
    if "deadline" in state:
        check_deadline(review, state["deadline"], (*path, "deadline"))
    if "phase" in state:
        review.knows("phase", state["phase"], (*path, "phase"))
    elif review.names["phase"] and "final" not in state:
        mend = nearest("", review.names["phase"])
        review.tell(path, f"state '{state['key']}' is in no phase", f"add `phase`; {mend}")
    if "waits_for" not in state:
        return
    here = (*path, "waits_for")
    role = (review.shape.get("roles") or {}).get(state["waits_for"])
    if review.knows("role", state["waits_for"], here) and role and not role.get("external"):
        what = f"role '{state['waits_for']}' is not outside the network"
        review.tell(here, what, "give it a task, or write `external: true` in the role")
    if "review_every" not in state:
        review.tell(here, "nobody reviews the waiting", "add `review_every`, as 15 days")


def _check_phases(review: Review) -> None:
    keys = review.names["phase"]
    places = ((("phases", at), key) for at, key in enumerate(keys))
    unique(review, "phase", places)
    if not review.is_whole:
        return
    met = [part.shape["phase"] for part in review.states() if part.shape.get("phase") in keys]
    order = [keys.index(key) for key in dict.fromkeys(met)]
    for at, key in enumerate(keys):
        if key not in met:
            review.tell(("phases", at), f"no state is in phase '{key}'", "use it or remove it")
    for before, after in pairwise(order):
        if before > after:
            what = f"phase '{keys[after]}' comes before '{keys[before]}', its states come after"
            review.tell(("phases", after), what, "put phases and states in the same order")


# --- Transitions and guards ---------------------------------------------------------------


def _tasks_in(review: Review, state: str) -> list[Json]:
    return [part.shape for part in review.tasks() if part.state == state]


def _check_transition(review: Review, transition: Json, path: Path) -> None:
    known = review.knows("state", transition["source"], (*path, "source"))
    review.knows("state", transition["target"], (*path, "target"))
    if transition["source"] in _finals(review):
        what = f"'{transition['source']}' is final, nothing leaves it"
        review.tell((*path, "source"), what, "use the act `reopen`, or remove `final`")
    elif known and "when" in transition:
        _check_join(review, transition, (*path, "when"))
    if "at" in transition:
        is_of_type(review, transition["at"].removeprefix("data."), DATES, (*path, "at"))
    after = transition.get("after")
    term = after if isinstance(after, str) else (after or {}).get("term", "")
    if term.endswith(" before"):
        review.tell((*path, "after"), "time after entering is counted forward", "drop `before`")
    if isinstance(after, dict):
        review.knows_rule(after["rule"], (*path, "after", "rule"))
    check_condition(review, transition.get("if"), (*path, "if"), outcomes=True)


def _check_join(review: Review, transition: Json, path: Path) -> None:
    join, source = parse_join(transition["when"]), transition["source"]
    all_tasks = _tasks_in(review, source)
    names = [task["key"] for task in all_tasks]
    if len(all_tasks) < sum(1 for t in _raw_tasks(review, source)):
        return  # a task of the state is malformed; what it offers is not known
    for task in join.tasks:
        if task not in names:
            what = f"{quoted(task)} is not a task of state '{source}'"
            review.tell(path, what, nearest(task, names))
    endings = {e for t in _counted(all_tasks, join) for e in endings_of(t)}
    for outcome in join.outcomes:
        if outcome not in endings and outcome != ANSWERED:
            what = f"no task of state '{source}' ends with {quoted(outcome)}"
            review.tell(path, what, nearest(outcome, endings))
    if join.count < 1 and "at least" in transition["when"]:
        review.tell(path, "'at least 0' is always so", "write at least 1 or more")


def _raw_tasks(review: Review, state: str) -> Iterator[object]:
    for held in review.raw.get("states") or ():
        if isinstance(held, dict) and held.get("key") == state:
            tasks = held.get("tasks")
            yield from tasks if isinstance(tasks, list) else ()


def _counted(tasks: list[Json], join: Join) -> list[Json]:
    return [task for task in tasks if not join.tasks or task["key"] in join.tasks]


def _check_stays(review: Review) -> None:
    """Tell of outcomes that lead nowhere and do not say so, or that say so and lead on."""
    for path, task, state in review.tasks():
        joins = [
            parse_join(t["when"])
            for t in review.shape["transitions"]
            if t["source"] == state and "when" in t
        ]
        counting = [j for j in joins if not j.tasks or task["key"] in j.tasks]
        named = {outcome for join in counting for outcome in join.outcomes}
        for name, outcome in outcomes_of(task).items():
            here = (*path, "outcomes", name)
            stays = outcome.get("stays", False)
            if stays and name in named:
                what = f"'{name}' says it stays, but a transition names it"
                review.tell(here, what, "remove `stays` or the name in the transition")
            elif not stays and name not in named and ANSWERED not in named:
                what = f"'{name}' leads nowhere from state '{state}'"
                review.tell(here, what, "name it in a transition, or write `stays: true`")


def _check_guard(review: Review, guard: Json, path: Path) -> None:
    check_condition(review, guard["hold_if"], (*path, "hold_if"), outcomes=True)
    if not review.knows("task", guard["task"], (*path, "task")):
        return
    tasks = [part.shape for part in review.tasks() if part.shape["key"] == guard["task"]]
    for at, name in enumerate(guard["outcomes"] if tasks else ()):
        offered = outcomes_of(tasks[0])
        if name not in offered:
            what = f"task '{guard['task']}' does not offer {quoted(name)}"
            review.tell((*path, "outcomes", at), what, nearest(name, offered))


# --- Acts -------------------------------------------------------------------------------


def _check_act(review: Review, act: ActName, said: Json, path: Path) -> None:
    for role in as_list(said.get("by")):
        review.knows("role", role, (*path, "by"))
    _know_states(review, as_list(said.get("in")), (*path, "in"))
    if "before_entering" in said:
        review.knows("state", said["before_entering"], (*path, "before_entering"))
    if act is ActName.ANNOUNCE and not review.shape.get("unannounced"):
        review.tell(path, "every case of this type is announced", "write `unannounced: true`")
    targets = as_list(said.get("to"))
    if act in MOVING_ACTS:
        _check_targets(review, act, targets, path)
        if not targets and said["allowed"]:
            review.tell(path, f"'{act}' moves the case, but it does not say where", "add `to`")
    elif targets:
        review.tell((*path, "to"), f"'{act}' never moves a case", "remove `to`")


def _check_targets(review: Review, act: ActName, targets: list[str], path: Path) -> None:
    finals = _finals(review)
    ends = act in _TO_THE_END
    for name in targets:
        if review.knows("state", name, (*path, "to")) and ends is not (name in finals):
            kind = "a final state" if ends else "a state that is not final"
            review.tell((*path, "to"), f"'{act}' cannot lead to '{name}'", f"name {kind}")
