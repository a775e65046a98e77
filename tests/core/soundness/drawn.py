"""Request types drawn at random: small, well formed, and as often faulty as not."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from workflow.core.act_rules import ActName, ActRule
from workflow.core.conditions import Condition, FieldTest, Group, Op, OutcomeTest, Quantity
from workflow.core.definition import (
    ChildSpec,
    DataItem,
    DeadlineSpec,
    Definition,
    Guard,
    OpensWhen,
    Outcome,
    PublicLabel,
    Result,
    RoleItem,
    State,
    TaskSpec,
    Transition,
)
from workflow.core.fields import Choice, Computation, Computed, Field, FieldType
from workflow.core.joins import Join, Quantifier
from workflow.core.roles import Role, ToChosen, ToCodes, ToField, ToOpener, ToRows
from workflow.core.terms import Term, Unit

OUTCOMES = ("agree", "object", "defer")
TITLE = {"pt-BR": "Nome"}
FOREIGN = FieldTest("country", Op.IS_NOT, "BR")


class Drawer:
    """Draws one definition; `random` decides everything."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.gentle = random.random() < 0.5
        """Half of the definitions are drawn so that most of them can be sound."""
        self.states = [f"s{n}" for n in range(random.randint(1, 3))]
        self.finals = ["completed", "refused"][: random.randint(1, 2)]
        self.tasks: dict[str, TaskSpec] = {}
        self.by_state: dict[str, list[TaskSpec]] = {}

    def chance(self, of: float) -> bool:
        return self.random.random() < of

    def often(self) -> bool:
        return self.chance(0.95 if self.gentle else 0.5)

    def definition(self) -> Definition:
        data = self.data()
        states = {key: self.state(key, n) for n, key in enumerate(self.states)}
        states |= {key: self.final(key) for key in self.finals}
        transitions = [t for key in self.states for t in self.transitions(key)]
        opening = [
            DataItem(key)
            for key, f in data.items()
            if not f.computed and (self.gentle or self.chance(0.7))
        ]
        roles = [RoleItem(role) for role in ("consulted", "expert") if self.often()]
        return Definition(
            key="drawn",
            version=1,
            title=TITLE,
            summary=TITLE,
            owner="SCC",
            initial=self.states[0],
            states=states,
            transitions=tuple(transitions),
            roles=self.roles(),
            data=data,
            opening=(*opening, *roles),
            guards=tuple(self.guards()),
            acts=self.acts(),
        )

    # --- Roles and data --------------------------------------------------------------------

    def roles(self) -> dict[str, Role]:
        binds = {
            "proponent": (ToOpener(), False),
            "treasury": (ToCodes(("SEF",)), False),
            "board": (ToCodes(("SEF", "SEPLAG")), True),
            "consulted": (ToChosen(), True),
            "expert": (ToChosen(), False),
            "leader": (ToField("leading"), False),
            "partner": (ToRows("parties", FOREIGN), True),
        }
        return {
            key: Role(key, TITLE, bind, many=many, external=key == "partner")
            for key, (bind, many) in binds.items()
        }

    def data(self) -> dict[str, Field]:
        country = Field("country", TITLE, FieldType.COUNTRY, required=True)
        low, high = self.random.choice(((None, None), (0, 200), (0, 50)))
        fields = [
            Field("amount", TITLE, FieldType.INTEGER, self.chance(0.5), minimum=low, maximum=high),
            Field("urgent", TITLE, FieldType.YES_NO, self.chance(0.5)),
            Field(
                "kind",
                TITLE,
                FieldType.CHOICE,
                self.chance(0.5),
                choices=tuple(Choice(key, TITLE) for key in ("loan", "grant", "gift")),
                shown_if=FieldTest("urgent", Op.IS, True) if self.chance(0.3) else None,
            ),
            Field("day", TITLE, FieldType.DATE, self.chance(0.5)),
            Field("leading", TITLE, FieldType.AGENCY, self.often()),
            Field(
                "parties",
                TITLE,
                FieldType.TABLE,
                self.chance(0.5),
                rows=(self.random.randint(0, 2), 4),
                columns=(country,),
            ),
            Field(
                "foreign",
                TITLE,
                FieldType.YES_NO,
                computed=Computed(Computation.ANY_ROW, ("parties",), where=FOREIGN),
            ),
            Field(
                "strangers",
                TITLE,
                FieldType.INTEGER,
                computed=Computed(Computation.COUNT_ROWS, ("parties",), where=FOREIGN),
            ),
        ]
        return {field.key: field for field in fields}

    def done_on(self) -> Field:
        tasks = tuple(self.random.sample(sorted(self.tasks), 1)) if self.tasks else ()
        computed = Computed(Computation.LAST_COMPLETED, tasks)
        return Field("done_on", TITLE, FieldType.DATE, computed=computed)

    # --- Conditions ------------------------------------------------------------------------

    def test(self) -> Condition:
        draw = self.random.choice
        return draw(
            (
                FieldTest("amount", draw((Op.OVER, Op.AT_LEAST, Op.UNDER)), draw((0, 15, 100))),
                FieldTest("amount", Op.PRESENT, draw((True, False))),
                FieldTest("urgent", draw((Op.IS, Op.IS_NOT)), True),
                FieldTest("kind", draw((Op.IS, Op.IS_NOT)), draw(("loan", "grant"))),
                FieldTest("kind", draw((Op.ONE_OF, Op.NONE_OF)), ("loan", "gift")),
                FieldTest("day", Op.PRESENT, draw((True, False))),
                FieldTest("foreign", Op.IS, draw((True, False))),
                FieldTest("strangers", draw((Op.OVER, Op.IS)), draw((0, 1))),
            )
        )

    def outcome_test(self) -> Condition:
        tasks = self.random.sample(sorted(self.tasks), self.random.randint(1, 2) % len(self.tasks))
        tasks = tasks or sorted(self.tasks)[:1]
        wanted = frozenset(self.random.sample(OUTCOMES, self.random.randint(1, 2)))
        return OutcomeTest(self.random.choice(list(Quantity)), tuple(tasks), wanted)

    def condition(self, *, outcomes: bool) -> Condition:
        parts = [
            self.outcome_test() if outcomes and self.tasks and self.chance(0.4) else self.test()
            for _ in range(self.random.choice((1, 1, 2)))
        ]
        return parts[0] if len(parts) == 1 else Group(self.random.choice(list(Quantity)), (*parts,))

    # --- States and tasks ------------------------------------------------------------------

    def state(self, key: str, number: int) -> State:
        count = self.random.choice((0, 1, 1, 2, 2, 3))
        specs = [self.task(f"t{number}{n}") for n in range(count)]
        if self.gentle:
            specs.insert(0, self.plain_task(f"p{number}"))
        self.by_state[key] = specs
        return State(key, TITLE, PublicLabel(TITLE), tasks={spec.key: spec for spec in specs})

    def final(self, key: str) -> State:
        return State(key, TITLE, PublicLabel(TITLE), final=Result(key))

    def task(self, key: str) -> TaskSpec:
        outcomes = self.random.sample(OUTCOMES, self.random.randint(1, 3))
        lapse = self.random.choice(("absent", outcomes[0])) if self.chance(0.2) else None
        child = ChildSpec("other") if self.chance(0.1) else None
        if child:
            outcomes = [result.value for result in Result]
        dated = DeadlineSpec(Term(5, Unit.DAYS), start=self.random.choice(("opened", "data.day")))
        who = self.random.choice(
            (
                {"role": "proponent"},
                {"role": "treasury"},
                {"role": "expert"},
                {"role": "leader"},
                {"each": "board"},
                {"each": "consulted"},
                {"each": "partner"},
                {"each": "data.parties"},
            )
        )
        spec = TaskSpec(
            key=key,
            title=TITLE,
            outcomes={
                o: Outcome(
                    o,
                    TITLE,
                    stays=self.gentle or self.chance(0.1),
                    form_optional=not child and self.chance(0.3),
                )
                for o in outcomes
            },
            form=tuple(self.form()),
            deadline=dated if lapse else None,
            lapse=lapse,
            lapse_title=TITLE,
            needed_if=self.condition(outcomes=True) if self.chance(0.25) else None,
            opens_when=OpensWhen("data.day") if self.chance(0.08) else None,
            child=child,
            **who,
        )
        self.tasks[key] = spec
        return spec

    def plain_task(self, key: str) -> TaskSpec:
        """Draw a task that opens in every case and that somebody can always end."""
        outcomes = self.random.sample(OUTCOMES, self.random.randint(1, 3))
        spec = TaskSpec(
            key=key,
            title=TITLE,
            outcomes={o: Outcome(o, TITLE, form_optional=self.chance(0.3)) for o in outcomes},
            role=self.random.choice(("proponent", "treasury")),
            form=tuple(self.form()),
        )
        self.tasks[key] = spec
        return spec

    def form(self) -> list[DataItem | RoleItem]:
        data = ("amount", "urgent", "kind", "day", "parties", "leading")
        items: list[DataItem | RoleItem] = [DataItem(key) for key in data if self.chance(0.12)]
        return [*items, *(RoleItem(r) for r in ("consulted", "expert") if self.chance(0.15))]

    # --- Ways ------------------------------------------------------------------------------

    def transitions(self, source: str) -> list[Transition]:
        specs = self.by_state[source]
        if self.gentle:
            return list(self.onwards(source, specs))
        return [self.transition(source, specs) for _ in range(self.random.randint(1, 4))]

    def onwards(self, source: str, specs: list[TaskSpec]) -> Iterator[Transition]:
        """Draw transitions that leave a state whatever its first task ends with."""
        following = [*self.states[self.states.index(source) + 1 :], *self.finals]
        if self.chance(0.3):
            yield self.transition(source, specs)
        for number, outcome in enumerate(specs[0].outcomes):
            target = following[0] if number == 0 else self.random.choice(following)
            of = (specs[0].key,) if self.chance(0.7) else ()
            yield Transition(source, target, Join(Quantifier.ANY, (outcome,), 0, of))

    def transition(self, source: str, specs: list[TaskSpec]) -> Transition:
        target = self.random.choice([*self.states, *self.finals, *self.finals])
        condition = self.condition(outcomes=True) if self.chance(0.3) else None
        if self.chance(0.12):
            return Transition(source, target, condition=condition, at="data.day")
        if self.chance(0.06):
            after = DeadlineSpec(Term(10, Unit.DAYS))
            return Transition(source, target, condition=condition, after=after)
        return Transition(source, target, self.join(specs), condition)

    def join(self, specs: list[TaskSpec]) -> Join:
        endings = sorted({o for spec in specs for o in spec.endings} | {"answered"})
        outcomes = self.random.sample(endings, min(len(endings), self.random.randint(1, 2)))
        quantifier = self.random.choice(
            (Quantifier.ANY, Quantifier.ANY, Quantifier.ALL, Quantifier.ALL, *Quantifier)
        )
        count = self.random.randint(1, 2) if quantifier is Quantifier.AT_LEAST else 0
        of = [spec.key for spec in specs if self.chance(0.5)] if self.chance(0.2) else []
        return Join(quantifier, tuple(outcomes), count, tuple(of))

    def guards(self) -> list[Guard]:
        found = []
        for spec in self.tasks.values():
            if self.chance(0.2):
                count = self.random.randint(1, len(spec.outcomes))
                held = tuple(self.random.sample(sorted(spec.outcomes), count))
                found.append(Guard(spec.key, held, self.condition(outcomes=True), TITLE))
        return found

    def acts(self) -> dict[ActName, ActRule]:
        found = {}
        if self.chance(0.4):
            limit = self.random.choice((None, *self.states))
            found[ActName.WITHDRAW] = ActRule(
                ActName.WITHDRAW, before_entering=limit, to=(self.finals[-1],)
            )
        if self.chance(0.3):
            found[ActName.SEND_BACK] = ActRule(ActName.SEND_BACK, to=(self.states[0],))
        if self.chance(0.3):
            found[ActName.REOPEN] = ActRule(ActName.REOPEN, to=(self.random.choice(self.states),))
        return found


def drawn_definition(random: Random) -> Definition:
    """Draw a definition that the loader could have read."""
    return Drawer(random).definition()
