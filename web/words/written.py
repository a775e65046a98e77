"""How compiled templates write values: escaped as ever, by fewer calls.

A page writes hundreds of values, few of which hold anything that HTML reads otherwise. What holds
nothing of the kind is written as it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

from web.words.isolation import closed

safe: Final[Callable[[str], Markup]] = partial(str.__new__, Markup)
"""Returns a text as HTML that was escaped where it was written."""


class Writer(CodeGenerator):
    """Writes the code of a template; what pages show goes through `shown`."""

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if _escapes(frame):
            self.write("environment.shown(")
        else:
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if _escapes(frame):
            self.write(")")
        else:
            super()._output_child_post(node, frame, finalize)

    def visit_Block(self, node: nodes.Block, frame: Frame) -> None:  # noqa: N802 - as Jinja calls it
        """Write a block as one piece: each of its own would be handed on by all it stands in."""
        if frame.buffer is not None or node.required or (frame.toplevel and self.extends_so_far):
            super().visit_Block(node, frame)
            return
        context = self.derive_context(frame) if node.scoped else self.get_context_ref()
        self.simple_write(f"concat(context.blocks[{node.name!r}][0]({context}))", frame, node)

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:  # noqa: N802 - as Jinja calls it
        """Write what another template has to say as one piece, too."""
        if (
            not node.with_context
            or node.ignore_missing
            or not isinstance(node.template, nodes.Const)
        ):
            super().visit_Include(node, frame)
            return
        self.writeline(
            f"template = environment.get_template({node.template.value!r}, {self.name!r})", node
        )
        known = f"context.get_all(), True, {self.dump_local_context(frame)}"
        there = f"template.root_render_func(template.new_context({known}))"
        self.simple_write(f"concat({there})", frame, node)


def shown(value: Any) -> str:  # noqa: ANN401 - whatever a template shows
    """Return a value as a page shows it: escaped unless it is HTML, and turning nothing round."""
    if type(value) is not str:
        return value if type(value) is Markup else escape(value)
    # What can all be printed steers nothing.
    text = value if value.isascii() or value.isprintable() else closed(value)
    if "<" in text or "&" in text or '"' in text or "'" in text or ">" in text:
        return escape(text)
    return text


def _escapes(frame: Frame) -> bool:
    """Say whether what is written in a place is always escaped."""
    return frame.eval_ctx.autoescape and not frame.eval_ctx.volatile
