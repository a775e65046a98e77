"""Templates compiled once for each language, with the words that never change already said.

Most of what a page says is the same whoever reads it: looked up as the template is compiled, it
costs a page nothing. What depends on facts is looked up as ever, when it is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, MutableMapping
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any, Final

from flask import Flask
from flask.templating import Environment
from jinja2 import Template, nodes, pass_eval_context
from jinja2.environment import TemplateModule
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, Macro, new_context
from jinja2.utils import missing
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from web.words.isolation import isolated
from web.words.languages import catalogue, spoken
from web.words.phrases import TEMPLATES
from web.words.written import Writer, safe, shown

PLAIN: Final = frozenset({FunctionType, MethodType, BuiltinFunctionType})
_WANTS: Final = "jinja_pass_arg"
"""Where Jinja notes what of a template a function is to be given."""
SAYING: Final = frozenset({"_", "gettext"})
"""Under what names templates ask for words."""
STANDS_ALONE: Final = "stands_alone"
"""The filter through which facts go into the words around them."""
_FACT: Final = re.compile(r"%\((\w+)\)s")


class Calling(Context):
    """What a template knows; it calls functions and macros without asking what else they may be."""

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401, N805 - as Jinja has it
        """Call a function or a macro."""
        kind = type(__obj)
        if kind is Macro:
            kwargs.pop("_loop_vars", None)
            kwargs.pop("_block_vars", None)
            text = told_by(__obj, args, kwargs)
            return safe(text) if __self.eval_ctx.autoescape else text
        if kind not in PLAIN:
            return super().call(__obj, *args, **kwargs)
        wants = getattr(__obj, _WANTS, None)
        if wants is not None and wants is not _HOW:
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_loop_vars", None)
        kwargs.pop("_block_vars", None)
        if wants:
            return __obj(__self.eval_ctx, *args, **kwargs)
        return __obj(*args, **kwargs)


def told_by(macro: Macro, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """Return the text of a macro; raise `TypeError` where it is given what it does not take.

    Macros of ours seldom take anything but what they name, so that nothing else is asked for.
    """
    names = macro.arguments
    if macro.caller or macro.catch_kwargs or macro.catch_varargs or len(args) > len(names):
        return macro(*args, **kwargs)
    if len(args) < len(names):
        args = (*args, *[kwargs.pop(name, missing) for name in names[len(args) :]])
    if kwargs:
        return macro(*args, **kwargs)
    text: str = macro._func(*args)
    return text


class Spoken(Template):
    """A template of ours: all know the same names besides what they are given on a page."""

    def new_context(
        self,
        vars: dict[str, Any] | None = None,  # noqa: A002 - as Jinja has it
        shared: bool = False,
        locals: Mapping[str, Any] | None = None,  # noqa: A002 - as Jinja has it
    ) -> Context:
        """Begin a page or a part of one, without asking which names are whose."""
        known = (vars or {}) if shared else {**self.environment.globals, **(vars or {})}
        return new_context(self.environment, self.name, self.blocks, known, True, None, locals)

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:  # noqa: ARG002 - as Jinja has it
        """Return what pages import, which is the same for all of them."""
        return super()._get_default_module()


class SpokenTemplates(Environment):
    """The templates of an application, each kept in every language that was asked for."""

    context_class = Calling
    template_class = Spoken
    code_generator_class = Writer
    shown = staticmethod(shown)

    def __init__(self, app: Flask, **options: Any) -> None:  # noqa: ANN401 - as Flask has it
        super().__init__(app, **options)
        self._spoken: dict[tuple[str, str], Template] = {}
        self._sentences: dict[tuple[str, str, str], Macro] = {}

    def sentence(self, collection: str, macro: str, *facts: object) -> str:
        """Say a sentence; raise `AttributeError` where it was not written."""
        key = spoken(), collection, macro
        kept = self._sentences.get(key)
        if kept is None or self.auto_reload:
            kept = self._sentences[key] = getattr(self.wording(collection), macro)
        return told_by(kept, facts, {})

    def has_sentence(self, collection: str, macro: str) -> bool:
        """Say whether a sentence has been written; one that was said has been."""
        said = (spoken(), collection, macro) in self._sentences
        return said or hasattr(self.wording(collection), macro)

    def wording(self, collection: str) -> TemplateModule:
        """Return the sentences of a collection."""
        return self.get_template(f"wording/{collection}.jinja").module

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - as Jinja has it
    ) -> Template:
        """Return a template by its name, which is the same wherever it is named."""
        if type(name) is str and globals is None:
            kept = self._spoken.get((spoken(), name))
            return self._load_template(name, None) if kept is None or self.auto_reload else kept
        return super().get_template(name, parent, globals)

    def _load_template(
        self,
        name: str,
        globals: MutableMapping[str, Any] | None,  # noqa: A002 - as Jinja has it
    ) -> Template:
        key = spoken(), name
        kept = self._spoken.get(key)
        if kept is None or (self.auto_reload and not kept.is_up_to_date):
            assert self.loader
            kept = self.loader.load(self, name, self.make_globals(globals))
            self._spoken[key] = kept
        elif globals:
            kept.globals.update(globals)
        return kept

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,
    ) -> str:
        said = _Said(EvalContext(self, name)).visit(source)
        return super()._generate(said, name, filename, defer_init)


class _Said(NodeTransformer):
    """Puts words in the place of what asks for them, wherever they are shown as they are."""

    def __init__(self, said: EvalContext) -> None:
        self._said = said

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - as Jinja calls it
        """Say what is asked for without any facts."""
        self.generic_visit(node)
        text = _text_of(node)
        if text is None or node.kwargs:
            return node
        return nodes.Const(say(self._said, text), lineno=node.lineno)

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802 - as Jinja calls it
        """Write the words around facts where they are shown, so that only the facts are awaited."""
        self.generic_visit(node)
        node.nodes = [part for child in node.nodes for part in self._parts(child)]
        return node

    def _parts(self, node: nodes.Expr) -> list[nodes.Expr]:
        """Take apart what is said of facts; leave all else as it is."""
        if isinstance(node, nodes.CondExpr) and node.expr2 is None:
            node.expr2 = nodes.Const("", lineno=node.lineno)
        if not isinstance(node, nodes.Call) or not self._said.autoescape:
            return [node]
        text = _text_of(node)
        if text is None:
            return [node]
        facts = {fact.key: fact.value for fact in node.kwargs}
        words = _FACT.split(catalogue().ugettext(text))
        if any("%" in word for word in words[::2]) or not facts.keys() >= set(words[1::2]):
            return [node]
        return [
            nodes.Filter(facts[word], STANDS_ALONE, [], [], None, None, lineno=node.lineno)
            if n % 2
            else nodes.TemplateData(word, lineno=node.lineno)
            for n, word in enumerate(words)
        ]

    def _left(self, node: nodes.Node) -> nodes.Node:
        """Leave what Jinja would reckon out at once, forgetting that words are safe."""
        return node

    visit_Concat = visit_Filter = visit_Test = visit_Add = visit_Mod = visit_Mul = _left  # noqa: N815
    visit_Getattr = visit_Getitem = visit_Compare = visit_ScopedEvalContextModifier = _left  # noqa: N815


def _text_of(node: nodes.Call) -> str | None:
    """Return the text that is asked for, where it is known before the page is."""
    asks = isinstance(node.node, nodes.Name) and node.node.name in SAYING
    if not asks or node.dyn_args or node.dyn_kwargs or len(node.args) != 1:
        return None
    (asked,) = node.args
    return asked.value if isinstance(asked, nodes.Const) else None


def install_words(app: Flask) -> None:
    """Give templates what says a text, and what says it in the number of something."""
    app.extensions[TEMPLATES] = app.jinja_env
    app.jinja_env.filters[STANDS_ALONE] = _alone
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]  # of its extension
    app.jinja_env.globals.update(_=say, gettext=say, ngettext=say_number)


@pass_eval_context
def say(here: EvalContext, text: str, /, **facts: Any) -> str:  # noqa: ANN401 - as Jinja calls it
    """Say a text in the language of the page."""
    return _told(here, catalogue().ugettext, text, facts=facts)


@pass_eval_context
def say_number(here: EvalContext, one: str, more: str, n: int, /, **facts: Any) -> str:  # noqa: ANN401 - as Jinja calls it
    """Say a text of one thing or of several."""
    return _told(here, catalogue().ungettext, one, more, n, facts={"num": n, **facts})


def _told(
    here: EvalContext, look_up: Callable[..., str], *asked: object, facts: dict[str, Any]
) -> str:
    found = look_up(*asked)
    words = Markup(found) if here.autoescape else found  # noqa: S704 - of our own catalogues
    return words % {key: _alone(fact) for key, fact in facts.items()}


def _alone(fact: Any) -> Any:  # noqa: ANN401 - whatever is said
    return isolated(fact) if isinstance(fact, str) else fact


_HOW: Final = getattr(say, _WANTS)
"""How values are to be escaped."""
