"""Asking the index of words that each database keeps of `passage`; see migrations 0011 and 0036.

The index knows of each text in which block of cases it stands, so that it can be asked for the
newest cases only: on PostgreSQL nothing is read of what the older ones have.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ScalarSelect,
    String,
    TableValuedAlias,
    cast,
    column,
    literal,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

BLOCK: Final = 16_384
"""How many ids of cases make a block; the index is made with it."""


class passages_with(FunctionElement[Any]):  # noqa: N801 - a function of SQL
    """The texts that have a word which begins so: in which case they stand, and who reads them.

    It takes the beginning of a word in plain letters, and blocks as `blocks_between` names them.
    """

    type = BigInteger()
    inherit_cache = True


class count_passages_with(FunctionElement[int]):  # noqa: N801 - a function of SQL
    """How many texts `passages_with` finds, up to a number that it takes before what that takes."""

    type = BigInteger()
    inherit_cache = True


def blocks_between(low: int, high: int) -> str:
    """Name the blocks in which the cases from one id to before another stand."""
    return " ".join(f"#{block}" for block in range(low // BLOCK, -(-high // BLOCK)))


def newest_blocks(newest: ColumnElement[int]) -> ColumnElement[str]:
    """Name the last two blocks, given the id of the newest case."""
    last = newest // BLOCK
    return literal("#") + cast(last, String) + literal(" #") + cast(last - 1, String)


def found(word: str, blocks: str) -> TableValuedAlias:
    """Select from the texts with a word in some blocks: `case_id` and `readers` of each."""
    columns = column("case_id", BigInteger), column("readers", String)
    return passages_with(literal(word), literal(blocks)).table_valued(*columns)


def how_many(word: str, blocks: str | ColumnElement[str], *, most: int) -> ScalarSelect[int]:
    """Count the texts with a word in some blocks, up to a number."""
    named = literal(blocks) if isinstance(blocks, str) else blocks
    counted = count_passages_with(literal(most), literal(word), named)
    return select(counted).scalar_subquery()


@compiles(passages_with, "postgresql")
def _found_on_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    return _asked(element.clauses, compiler, **kw)


@compiles(passages_with, "sqlite")
def _found_on_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    rows = "passage_words JOIN passage ON passage.id = passage_words.rowid"
    wanted = _matched(element.clauses, compiler, **kw)
    return f"(SELECT case_id, readers FROM {rows} WHERE {wanted})"  # noqa: S608 - our words


@compiles(count_passages_with, "postgresql")
def _counted_on_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    # Asked for in a list of columns it gives its rows one by one, and none beyond the limit.
    most, *given = element.clauses
    return _upto(most, f"SELECT {_asked(given, compiler, **kw)}", compiler, **kw)


@compiles(count_passages_with, "sqlite")
def _counted_on_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    most, *given = element.clauses
    wanted = _matched(given, compiler, **kw)
    return _upto(most, f"SELECT rowid FROM passage_words WHERE {wanted}", compiler, **kw)  # noqa: S608


def _asked(given: Iterable[Any], compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    texts = (f"CAST({compiler.process(clause, **kw)} AS text)" for clause in given)
    return f"passages_with({', '.join(texts)})"


def _matched(given: Iterable[Any], compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    word, blocks = (compiler.process(clause, **kw) for clause in given)
    # Whoever asks from the first block on leaves out next to nothing: not worth to read them all.
    only = f"' AND (\"' || replace({blocks}, ' ', '\" OR \"') || '\")'"
    both = (
        f"'\"' || {word} || '\"*' || CASE WHEN {blocks} || ' ' LIKE '#0 %' THEN '' ELSE {only} END"
    )
    return f"passage_words MATCH {both}"


def _upto(most: Any, rows: str, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    limit = compiler.process(most, **kw)
    return f"(SELECT count(*) FROM ({rows} LIMIT {limit}) AS found)"  # noqa: S608 - our words
