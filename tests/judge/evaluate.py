"""Expressions of one customer: in come trees and a `Scope`, out come values (None for missing).

Aggregates are in portfolio.py, axes and segments in scoring.py, service in serving.py. It reads no files.
"""

import math
from fractions import Fraction

from portfolio import Portfolio
from scoring import Scoring
from serving import Serving
from values import (
    MissingDecides, NotGiven, RuleError, Value, arithmetic, coerce, compare, flag, months_since, number, round_at,
    years_since,
)


class Scope:
    """Where an expression stands: whose customer (None: the portfolio), which table row, which person."""

    def __init__(self, customer=None, table=None, row=None, person=None):
        self.customer, self.table, self.row, self.person = customer, table, row, person


PORTFOLIO = Scope()
BUSY = object()


class Evaluator(Portfolio, Scoring, Serving):
    """Evaluates over one population: `customers` without those in `excluded` ({index: reason})."""

    def __init__(self, model, names, customers, today, lookups, excluded=None, givens=None):
        self.model, self.names, self.customers, self.today = model, names, customers, today
        self.lookups, self.excluded, self.givens = lookups, excluded or {}, givens or {}
        self.included = [c for c in customers if c.index not in self.excluded]
        self.decimals = model.decimals
        self.cache = {}

    def once(self, key, compute):
        """Compute once; a value that needs itself is an error of the rules."""
        found = self.cache.get(key)
        if found is BUSY:
            raise RuleError(f"{key[0]} is computed from itself")
        if key not in self.cache:
            self.cache[key] = BUSY
            try:
                self.cache[key] = compute()
            except BaseException:
                del self.cache[key]
                raise
        return self.cache[key]

    def value(self, node, scope=PORTFOLIO):
        made = getattr(self, "do_" + node.kind)(node, scope)
        return coerce(made, self.names.dim(node, scope.table), self.decimals)

    def constant(self, node):
        return self.value(node, PORTFOLIO)

    def truth(self, node, scope):
        value = self.value(node, scope)
        if value is None:
            raise MissingDecides("a missing value decides")
        if value.dim != "flag":
            raise RuleError(f"a condition is needed, not a {value.dim}")
        return value.n

    # Leaves.

    def do_literal(self, node, scope):
        if node.dim == "number":
            rate = self.model.rate(node.file.currency)
            return Value("number", Fraction(node.n), None if rate == 1 else rate)
        if node.dim == "money":
            own = node.file.currency or self.model.currency
            if node.code != own:
                raise RuleError(f"{node.code} stands beside {own}")
            rate = self.model.rate(node.code)
            if rate is None:
                raise RuleError(f"no rate for {node.code}")
            return Value("money", round_at(node.n * rate, 6))
        if node.dim == "segment":
            return Value("segment", node.n, self.names.segments.get(node.n))
        if node.dim in ("percent", "duration", "months", "frequency"):
            return Value(node.dim, Fraction(node.n))
        return Value(node.dim, node.n)

    def do_missing(self, node, scope):
        return None

    def do_today(self, node, scope):
        return Value("date", self.today)

    def do_path(self, node, scope):
        return self.found(self.names.resolve(node.parts, scope.table), scope)

    def found(self, found, scope):
        what, customer = found[0], scope.customer
        if what == "row":
            return self.of_row(scope.row, found[1])
        if what == "param":
            return self.once(("param", found[1].name), lambda: self.value(found[1].value, PORTFOLIO))
        if what == "given":
            inner = Scope(self.givens[found[1]])
            return self.found(self.names.resolve(found[2]), inner)
        if what == "let":
            let = found[1]
            inner = Scope(customer, person=scope.person)
            key = ("let", let.name, customer and customer.index, scope.person)
            return self.once(key, lambda: self.value(let.value, inner))
        if what == "team":
            return Value("team", found[1])
        if what == "segment_name":
            return Value("segment", found[1], self.names.segments[found[1]])
        if customer is None:
            raise RuleError(f"a customer's value stands where no customer is in sight ({what})")
        if what == "field":
            return self.of_row(customer.values, found[1])
        if what == "single":
            row = customer.single.get(found[1])
            return None if row is None else self.of_row(row, found[2])
        if what == "decided_by":
            return Value("text", self.decided_by(customer))
        if customer.index in self.excluded:
            return None
        if what == "axis":
            return self.axis_scores(found[1], customer)["score"]
        if what == "member":
            return self.member_score(self.model.axes[found[1]], found[2], customer)
        if what == "segmentation":
            return Value("segment", self.segment_of(found[1], customer)[0], found[1])
        if what == "overridden":
            return flag(self.override_of(customer) is not None)
        return self.service_value(found, customer)

    def of_row(self, values, field):
        if field.name in values:
            return values[field.name]
        if field.optional:
            return None
        raise NotGiven(f"`{field.name}` is needed and not given")

    # Operators.

    def do_arithmetic(self, node, scope):
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        return arithmetic(node.op, left, right, self.decimals)

    def do_negative(self, node, scope):
        value = self.value(node.of, scope)
        return value and Value(value.dim, -value.n, value.note)

    def do_default(self, node, scope):
        value = self.value(node.of, scope)
        return self.value(node.other, scope) if value is None else value

    def do_if(self, node, scope):
        yes, no = self.names.pair(node.yes, node.no, scope.table)
        return self.value(yes if self.truth(node.condition, scope) else no, scope)

    def do_and(self, node, scope):
        return flag(self.truth(node.left, scope) and self.truth(node.right, scope))

    def do_or(self, node, scope):
        return flag(self.truth(node.left, scope) or self.truth(node.right, scope))

    def do_not(self, node, scope):
        return flag(not self.truth(node.of, scope))

    def do_compare(self, node, scope):
        left, right = self.names.pair(node.left, node.right, scope.table)
        return flag(compare(node.op, self.value(left, scope), self.value(right, scope)))

    def do_between(self, node, scope):
        value, low, high = (self.value(n, scope) for n in (node.of, node.low, node.high))
        inside = compare(">=", value, low) & compare("<=", value, high)
        return flag(inside != node.negated)

    def do_one_of(self, node, scope):
        value, found = self.value(node.of, scope), False
        for other in node.values:
            other = self.names.pair(node.of, other, scope.table)[1]
            found |= compare("=", value, self.value(other, scope))
        return flag(found != node.negated)

    def do_is_missing(self, node, scope):
        return flag((self.value(node.of, scope) is None) != node.negated)

    def do_index(self, node, scope):
        lookup, key = self.model.lookups[node.lookup], self.value(node.key, scope)
        if key is None:
            return None
        if lookup.source:
            text = key.note[key.n] if key.dim == "steps" else key.n
            if not isinstance(text, str):
                return self.numeric_key(self.lookups[node.lookup], key)
            return self.lookups[node.lookup].get(text)
        for keys, value in lookup.rows:
            if any(self.same(key, k) for k in keys):
                return self.value(value, PORTFOLIO)
        return None if lookup.otherwise is None else self.value(lookup.otherwise, PORTFOLIO)

    def numeric_key(self, entries, key):
        from cells import readings

        for text, value in entries.items():
            if isinstance(key.n, Fraction) and readings(text)["."] == key.n:
                return value
        return entries.get(str(key.n))

    def same(self, value, key):
        """Is a value the key of a lookup or `match` row? Segments by name, also written bare."""
        if value.dim in ("segment", "team"):
            if key.kind == "path" and len(key.parts) == 1 and key.parts[0] not in self.model.params:
                return value.n == key.parts[0]
            text = self.value(key, PORTFOLIO).n
            decl = self.model.segmentations.get(value.note)
            return value.n == text or bool(decl) and decl.labels.get(value.n) == text
        return compare("=", value, self.value(key, PORTFOLIO))

    def do_every(self, node, scope):
        gap = self.value(node.gap, scope)
        if gap is None or gap.n == 0:
            raise MissingDecides("the gap of a frequency is missing or 0")
        year = Fraction(12) if gap.dim == "months" else Fraction(52 * 168)
        return Value("frequency", round_at(year / gap.n, 6))

    def do_times(self, node, scope):
        value = self.value(node.of, scope)
        if value is None:
            raise MissingDecides("a frequency is missing")
        return Value("frequency", round_at(value.n * node.factor, 6))

    # Functions.

    def do_call(self, node, scope):
        name = node.name
        if self.names.is_aggregate(node):
            return self.aggregate(node, scope)
        if name in ("rank", "percentile", "share", "share_above"):
            return self.place(node, scope)
        if name == "known":
            return self.known(node, scope)
        if name in ("hours", "available", "booked"):
            return self.team_figure(node, scope)
        if name == "cost_as":
            return self.cost_as(node.args[0].parts[-1], self.customer_in_sight(scope))
        args = [self.value(arg, scope) for arg in node.args]
        if any(arg is None for arg in args):
            return None
        return getattr(self, "call_" + name)(node, *args)

    def customer_in_sight(self, scope):
        if scope.customer is None:
            raise RuleError("no customer is in sight")
        return scope.customer

    def known(self, node, scope):
        parts = node.args[0].parts
        if parts[0] in self.givens and len(parts) > 1:
            customer, parts = self.givens[parts[0]], parts[1:]
        else:
            customer = self.customer_in_sight(scope)
        if customer.index in self.excluded:
            return None
        scores = self.axis_scores(self.model.axes[parts[0]], customer)
        return Value("percent", round_at(scores["known"].get(tuple(parts[1:]), Fraction(0)), 6))

    def call_min(self, node, *args):
        return self.extreme(node, "<", args)

    def call_max(self, node, *args):
        return self.extreme(node, ">", args)

    def extreme(self, node, op, args):
        dim = self.names.dim(node) if not any(a.dim == "text" for a in args) else "text"
        best = coerce(args[0], dim, self.decimals)
        for arg in args[1:]:
            arg = coerce(arg, dim, self.decimals)
            if compare(op, arg, best):
                best = arg
        return best

    def call_abs(self, node, x):
        return Value(x.dim, abs(x.n), x.note)

    def call_round(self, node, x, digits=None):
        digits = int(digits.n) if digits else 0
        return Value(x.dim, round_at(x.n, digits), x.note)

    def call_floor(self, node, x):
        return Value(x.dim, Fraction(math.floor(x.n)), x.note)

    def call_ceil(self, node, x):
        return Value(x.dim, Fraction(math.ceil(x.n)), x.note)

    def call_clamp(self, node, x, low, high):
        low_first = self.extreme(node, ">", [x, low])
        return self.extreme(node, "<", [low_first, high])

    def call_days_since(self, node, d):
        return Value("duration", Fraction((self.today - d.n).days * 24))

    def call_months_since(self, node, d):
        return number(months_since(d.n, self.today))

    def call_years_since(self, node, d):
        return number(years_since(d.n, self.today))

    def call_starts_with(self, node, text, prefix):
        return flag(text.n.startswith(prefix.n))

    def call_contains(self, node, text, part):
        return flag(part.n in text.n)

    def call_lower(self, node, text):
        return Value("text", text.n.lower())
