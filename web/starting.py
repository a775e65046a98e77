"""What makes an application start quickly: nothing is compiled twice, or before it is wanted."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Final

from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

from web.words.languages import spoken

Builder = Callable[..., tuple[str, str]]


class CompiledTemplates(BytecodeCache):
    """Keeps templates as compiled, for every application that this process makes of them."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, CodeType]] = {}

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Tell the languages of a template apart: its words are compiled into it."""
        return f"{spoken()} {super().get_cache_key(name, filename)}"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template its code, unless its text has changed since."""
        checksum, code = self._kept.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        if bucket.code is not None:
            self._kept[bucket.key] = bucket.checksum, bucket.code

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()


class LateRule(Rule):
    """An address whose builder is compiled once a page names it, for most pages name few."""

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        compile_now = super()._compile_builder
        made: list[Builder] = []

        def build(rule: Rule, /, **values: object) -> tuple[str, str]:
            if not made:
                made.append(compile_now(append_unknown))
            return made[0](rule, **values)

        return build


COMPILED: Final = CompiledTemplates()
