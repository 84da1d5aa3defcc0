"""SQL that Django has made once is not made again: a thousand queries of a walk differ in their values only.

`Statements.install` puts itself before `SQLCompiler.as_sql`. What a query asks, without its values, is its
shape; to every shape belongs one text. The values are prepared by Django's own lookups each time, and every
question goes to the database each time: nothing of an answer is kept. A query with anything in it that is
not listed here, or whose values were not found in the order of its text, is compiled as ever.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db.models import Count, Exists, F, Max, Min, Sum, Value, lookups
from django.db.models.expressions import Col, NegatedExpression, OrderBy, Star
from django.db.models.fields import related_lookups
from django.db.models.functions import Cast, Replace
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.where import WhereNode

_LOOKUPS = frozenset({
    lookups.Exact, lookups.IExact, lookups.In, lookups.IsNull,
    lookups.GreaterThan, lookups.GreaterThanOrEqual, lookups.LessThan, lookups.LessThanOrEqual,
    lookups.IntegerFieldExact, lookups.IntegerGreaterThan, lookups.IntegerGreaterThanOrEqual,
    lookups.IntegerLessThan, lookups.IntegerLessThanOrEqual,
    related_lookups.RelatedExact, related_lookups.RelatedIn, related_lookups.RelatedIsNull,
})  # fmt: skip
_FUNCTIONS = frozenset({Cast, Count, Max, Min, Replace, Sum})
# What makes the text of a statement beside joins, columns, conditions and order.
_PLAIN = (
    "model", "default_cols", "default_ordering", "standard_ordering", "distinct", "distinct_fields",
    "low_mark", "high_mark", "select_for_update", "select_for_update_nowait",
    "select_for_update_skip_locked", "select_for_update_of", "select_for_no_key_update", "max_depth",
    "subquery", "deferred_loading",
)  # fmt: skip
_NEVER = (
    "combinator", "extra", "extra_tables", "extra_order_by", "extra_select_mask", "explain_info",
    "_filtered_relations",
)  # fmt: skip
_MADE = ("select", "klass_info", "annotation_col_map", "col_count", "has_extra_select", "_meta_ordering")


class _NotListed(Exception):
    """Something of the query is not listed above."""


class _Made:
    """A text, and what the compiler knew after making it."""

    def __init__(self, sql: str, compiler: SQLCompiler) -> None:
        self.sql = sql
        self.known = {name: getattr(compiler, name) for name in _MADE}
        self.converters: Any = None


class Statements:
    """The texts of one database. With `check` every one that is found is made anew as well and compared."""

    def __init__(self, *, check: bool = False) -> None:
        self._made: dict[Any, _Made | None] = {}
        self._as_sql, self._get_converters = SQLCompiler.as_sql, SQLCompiler.get_converters
        self.check = check
        self.found = self.compiled = 0

    def install(self, monkeypatch: Any) -> None:
        """Django asks here first."""
        monkeypatch.setattr(SQLCompiler, "as_sql", lambda *given, **asked: self.as_sql(*given, **asked))
        monkeypatch.setattr(SQLCompiler, "get_converters", lambda *given: self.get_converters(*given))

    def as_sql(self, compiler: Any, with_limits: bool = True, with_col_aliases: bool = False) -> Any:
        """The text of a query and its values."""
        if with_limits and not with_col_aliases:
            shape = _Shape(compiler)
            try:
                key = shape.of_statement()
            except (_NotListed, EmptyResultSet, FullResultSet, TypeError):
                key = None
            if key is not None:
                return self._of_shape(compiler, key, tuple(shape.values))
        self.compiled += 1
        return self._as_sql(compiler, with_limits, with_col_aliases)

    def _of_shape(self, compiler: Any, key: Any, values: tuple[Any, ...]) -> Any:
        made = self._made.get(key)
        if made is None:
            self.compiled += 1
            sql, own = self._as_sql(compiler)
            if key not in self._made:
                self._made[key] = _Made(sql, compiler) if _same(values, own) else None
            return sql, own
        self.found += 1
        if self.check:
            anew = self._as_sql(compiler)
            assert anew[0] == made.sql and _same(anew[1], values), (anew, made.sql, values)
            assert repr(compiler.select) == repr(made.known["select"])
        compiler.__dict__.update(made.known)
        compiler.made = made
        return made.sql, values

    def get_converters(self, compiler: Any, expressions: Any) -> Any:
        """How the columns of a statement become values: the same for the same statement."""
        made = getattr(compiler, "made", None)
        if made is None or not isinstance(expressions, list):  # else others than the columns selected
            return self._get_converters(compiler, expressions)
        if made.converters is None:
            made.converters = self._get_converters(compiler, expressions)
        return made.converters


def _same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """The same values of the same types: 1 is not True here."""
    return [(type(value), value) for value in one] == [(type(value), value) for value in other]


class _Shape:
    """What one query asks; `values` are collected on the way, in the order of the text."""

    def __init__(self, compiler: Any) -> None:
        self._compiler, self._connection = compiler, compiler.connection
        self.values: list[Any] = []

    def of_statement(self) -> Any:
        compiler = self._compiler
        if type(compiler) is not self._connection.ops.compiler("SQLCompiler"):  # PostgreSQL has its own
            raise _NotListed
        query = compiler.query
        if query.select_for_update and self._connection.get_autocommit():
            raise _NotListed  # which Django refuses
        return compiler.elide_empty, self._connection.vendor, self._query(query)

    def _query(self, query: Query) -> Any:
        if any(getattr(query, name) for name in _NEVER) or type(query) is not Query:
            raise _NotListed
        if query.group_by is not None and query.where.contains_aggregate:
            raise _NotListed  # some of the conditions stand elsewhere then
        used = query.alias_refcount
        joins = tuple(
            (alias, type(join), join.table_name, join.parent_alias, join.join_type,
             id(getattr(join, "join_field", None)))
            for alias, join in query.alias_map.items() if used[alias]
        )  # fmt: skip
        mask = query.annotation_select_mask
        return (
            joins,
            tuple(getattr(query, name) for name in _PLAIN),
            tuple(self._expression(one) for one in query.select),
            None if query.selected is None else tuple(query.selected.items()),
            tuple((name, self._expression(one)) for name, one in query.annotations.items()),
            None if mask is None else frozenset(mask),
            _frozen(query.select_related),
            self._where(query.where),
            self._listed(query.group_by),
            self._listed(query.order_by),
            tuple(query.external_aliases.items()),
        )

    def _listed(self, given: Any) -> Any:
        if given is None or isinstance(given, bool):
            return given
        return tuple(one if isinstance(one, str) else self._expression(one) for one in given)

    def _where(self, node: WhereNode) -> Any:
        return node.connector, node.negated, tuple(self._condition(child) for child in node.children)

    def _condition(self, child: Any) -> Any:
        if type(child) is WhereNode:
            return self._where(child)
        return self._lookup(child) if type(child) in _LOOKUPS else self._expression(child)

    def _lookup(self, lookup: Any) -> Any:
        if lookup.bilateral_transforms:
            raise _NotListed
        rhs, asks = lookup.rhs, (type(lookup), self._expression(lookup.lhs))
        if isinstance(lookup, lookups.IsNull):
            return *asks, bool(rhs)
        if isinstance(rhs, Query):
            return *asks, self._query(rhs)
        if not lookup.rhs_is_direct_value():
            return *asks, self._expression(rhs)
        if isinstance(rhs, bool) and self._says_itself(lookup):
            return *asks, rhs
        text, values = lookup.process_rhs(self._compiler, self._connection)
        self.values.extend(values)
        return *asks, text, type(rhs)

    def _says_itself(self, lookup: Any) -> bool:
        """True where a column of yes and no is its own condition, and its text has no value."""
        supported = self._connection.ops.conditional_expression_supported_in_where_clause
        return isinstance(lookup, lookups.Exact) and lookup.lhs.conditional and supported(lookup.lhs)

    def _expression(self, one: Any) -> Any:
        kind = type(one)
        if kind is Col:
            return one.alias, id(one.target), id(one.output_field)
        if kind is Value:
            text, values = one.as_sql(self._compiler, self._connection)
            self.values.extend(values)
            return kind, text, type(one.value), one.value
        if kind is Exists:
            return kind, self._query(one.query)
        if kind is NegatedExpression:
            return kind, self._expression(one.expression)
        if kind is OrderBy:
            return kind, one.descending, one.nulls_first, one.nulls_last, self._expression(one.expression)
        if kind is F:
            return kind, one.name
        if kind is Star or one is None:
            return kind
        if kind in _FUNCTIONS and not one.extra:
            return self._function(one)
        raise _NotListed

    def _function(self, one: Any) -> Any:
        cast = one.output_field.db_type(self._connection) if isinstance(one, Cast) else None
        sources = tuple(map(self._expression, one.get_source_expressions()))
        return type(one), cast, getattr(one, "distinct", False), sources


def _frozen(related: Any) -> Any:
    """What is to be joined, in a form that can be looked up."""
    if not isinstance(related, dict):
        return related
    return tuple((name, _frozen(below)) for name, below in related.items())
