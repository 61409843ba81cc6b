"""Aggregates and places in the portfolio: in come a call and where it stands, out comes one value.

Customers that are excluded are nowhere in sight here. It computes nothing of one customer alone.
"""

from bisect import bisect_left, bisect_right
from fractions import Fraction

from values import (
    MissingDecides, RuleError, Value, as_made, compare, flag, number, order_key, round_at,
)


class Portfolio:
    """The part of the evaluator that looks at many customers or rows."""

    def scopes(self, over, node, scope):
        """The places an aggregate visits, and the table its inner names belong to."""
        from evaluate import Scope

        if over == "persons":
            team = self.team_by_person(node)
            return [Scope(scope.customer, person=(team, name)) for name in self.persons(team)], None
        if over == "customers":
            return [Scope(c) for c in self.group_of(node.by, scope)], None
        chosen = [scope.customer] if scope.customer else self.included
        return [Scope(c, over, row) for c in chosen for row in c.rows.get(over, [])], over

    def group_of(self, by, scope):
        """The included customers that share the `by` value of the customer in sight (all without `by`)."""
        from evaluate import Scope

        if by is None:
            return self.included
        if scope.customer is None:
            raise RuleError("`by` needs a customer in sight")
        groups = self.once(("groups", id(by)), lambda: self.groups(by))
        mine = self.value(by, Scope(scope.customer))
        return groups.get(None if mine is None else mine.n, [])

    def groups(self, by):
        from evaluate import Scope

        found = {}
        for customer in self.included:
            value = self.value(by, Scope(customer))
            found.setdefault(None if value is None else value.n, []).append(customer)
        return found

    def group_key(self, by, scope):
        from evaluate import Scope

        if by is None:
            return None
        mine = self.value(by, Scope(self.customer_in_sight(scope)))
        return ("missing",) if mine is None else ("is", mine.n)

    def aggregate(self, node, scope):
        over = self.names.over(node, scope.table)
        if over == "customers":
            key = ("aggregate", id(node), self.group_key(node.by, scope))
        elif over == "persons":
            key = ("aggregate", id(node))
        else:
            if node.by is not None:
                raise RuleError("`by` stands in aggregates over customers")
            return self.over_places(node, *self.scopes(over, node, scope))
        return self.once(key, lambda: self.over_places(node, *self.scopes(over, node, scope)))

    def over_places(self, node, scopes, table):
        name = node.name
        if node.where is not None:
            scopes = [s for s in scopes if self.truth(node.where, s)]
        if name == "count":
            return number(len(scopes))
        if len(node.args) != 1:
            raise RuleError(f"`{name}` takes one value")
        inner = node.args[0]
        if name == "every":
            return flag(all([self.truth(inner, s) for s in scopes]))
        values = [self.value(inner, s) for s in scopes]
        if name in ("sum", "average"):
            if any(v is None for v in values):
                raise MissingDecides(f"`{name}` needs a value everywhere")
            return self.total(name, values, self.names.dim(inner, table))
        values = [v for v in values if v is not None]
        if name == "distinct":
            return number(len({v.n for v in values}))
        if name == "concentration":
            total = sum((v.n for v in values), Fraction(0))
            if total == 0:
                return number(0)
            return number(round_at(sum(v.n * v.n for v in values) / (total * total), 6))
        if not values:
            return None
        best = values[0]
        for value in values[1:]:
            if compare("<" if name in ("min", "earliest") else ">", value, best):
                best = value
        return best

    def total(self, name, values, dim):
        total = sum((v.n for v in values), Fraction(0))
        if name == "sum":
            return Value(dim, total)
        if not values:
            return None
        return Value(dim, as_made(dim, total / len(values), self.decimals))

    # Places of one customer among the others.

    def ordered(self, by, of, scope):
        """The sorted values of the customers of the group that have one, and their running sums from 0."""
        from evaluate import Scope

        def compute():
            values = [self.value(of, Scope(c)) for c in self.group_of(by, scope)]
            keys = sorted(order_key(v) for v in values if v is not None)
            numeric = not keys or isinstance(keys[0], (int, Fraction)) and not isinstance(keys[0], bool)
            sums = [Fraction(0)]
            for key in keys if numeric else []:
                sums.append(sums[-1] + key)
            return keys, sums

        return self.once(("ordered", id(of), self.group_key(by, scope)), compute)

    def place(self, node, scope):
        from evaluate import Scope

        customer = self.customer_in_sight(scope)
        if customer.index in self.excluded:
            return None
        of = node.args[0]
        mine = self.value(of, Scope(customer))
        if mine is None:
            return None
        keys, sums = self.ordered(node.by, of, scope)
        key, total = order_key(mine), sums[-1]
        if node.name == "rank":
            return number(len(keys) - bisect_right(keys, key) + 1)
        if node.name == "percentile":
            return Value("percent", round_at(exact_percentile(keys, key), 6))
        if total == 0:
            return Value("percent", Fraction(0))
        if node.name == "share":
            return Value("percent", round_at(key / total, 6))
        above = total - sums[bisect_right(keys, key)]
        return Value("percent", round_at(above / total, 6))

    def do_top(self, node, scope):
        """`x in top 20`, `x in bottom 10%`: ties at the border are in; missing is not in."""
        from evaluate import Scope

        customer = self.customer_in_sight(scope)
        if customer.index in self.excluded:
            return None
        mine = self.value(node.of, Scope(customer))
        if mine is None:
            return flag(False)
        keys, _ = self.ordered(node.by, node.of, scope)
        key = order_key(mine)
        if node.side == "top":
            rank = len(keys) - bisect_right(keys, key) + 1
        else:
            rank = bisect_left(keys, key) + 1
        count = self.value(node.count, scope)
        if count is None:
            raise MissingDecides("the number of the top is missing")
        limit = count.n
        if count.dim == "percent":
            exact = count.n * len(keys)
            limit = -(-exact.numerator // exact.denominator)
        return flag(rank <= limit)

    def exact_place(self, of, customer, less_is_better):
        """The exact percentile of a customer's value, for `ranked`; None where it is missing."""
        from evaluate import Scope

        mine = self.value(of, Scope(customer))
        if mine is None:
            return None
        keys, _ = self.ordered(None, of, Scope(customer))
        key = order_key(mine)
        if less_is_better:
            if len(keys) <= 1:
                return Fraction(1)
            return Fraction(len(keys) - bisect_right(keys, key), len(keys) - 1)
        return exact_percentile(keys, key)


def exact_percentile(keys, key):
    """The share of the others with a lower value; alone it is everything."""
    if len(keys) <= 1:
        return Fraction(1)
    return Fraction(bisect_left(keys, key), len(keys) - 1)
