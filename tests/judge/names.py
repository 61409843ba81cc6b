"""Names and dimensions: in comes a model, out comes what each path means and which dimension an expression has.

It refuses unknown names and circles of lets; it proves nothing else and never sees data.
"""

from expressions import Node, parts_of
from values import RuleError, join_dims, result_dim

AGGREGATES = {"sum", "average", "min", "max", "count", "distinct", "every", "concentration", "latest", "earliest"}
PLACES = {"rank", "percentile", "share", "share_above"}
PERSONAL = {"hours", "available", "booked"}
DIMS = {
    "rank": "number", "percentile": "percent", "share": "percent", "share_above": "percent", "known": "percent",
    "count": "number", "distinct": "number", "every": "flag", "concentration": "number", "booked": "percent",
    "hours": "duration", "available": "duration", "cost_as": "money", "days_since": "duration",
    "months_since": "number", "years_since": "number", "starts_with": "flag", "contains": "flag", "lower": "text",
}
FUNCTIONS = AGGREGATES | PLACES | PERSONAL | set(DIMS) | {"abs", "round", "floor", "ceil", "clamp"}


class Names:
    """Resolves paths in one model; `givens` are the customers named in a test."""

    def __init__(self, model, givens=()):
        self.model, self.givens = model, set(givens)
        self.memo, self.pairs, self.open_lets = {}, {}, set()
        self.fields = {
            name: {f.name: f for f in table.fields} for name, table in model.tables.items()
        }
        self.many = {n for n, t in model.tables.items() if n != "customers" and not t.one}
        for decl in model.segmentations.values():
            if decl.grid:
                # A cell may be the first mention of a segment.
                for _, cells in decl.grid.rows:
                    for cell in cells:
                        decl.labels.setdefault(cell, None)
        self.segments = {}
        for name, decl in model.segmentations.items():
            for segment in decl.labels:
                self.segments.setdefault(segment, name)
        self.texts = {}
        for service in model.services.values():
            self.collect_texts(service.body)

    def collect_texts(self, body):
        for name, value in body.texts.items():
            self.texts.setdefault(name, value)
        for _, case in body.cases:
            self.collect_texts(case)

    def resolve(self, parts, table=None):
        """(what, …) a path means; RuleError where nothing has that name."""
        first, model = parts[0], self.model
        if table and table != "customers":
            mine = self.fields[table]
            if len(parts) == 1 and first in mine:
                if first in self.fields.get("customers", {}) or first in model.lets:
                    raise RuleError(f"`{first}` is both in {table} and in the customers")
                return ("row", mine[first])
            if first == table and len(parts) == 2:
                if parts[1] not in mine:
                    raise RuleError(f"no field `{parts[1]}` in {table}")
                return ("row", mine[parts[1]])
            if first == "customers" and len(parts) > 1:
                return self.resolve(parts[1:])
            if first in model.params and len(parts) == 1:
                return ("param", model.params[first])
            raise RuleError(f"no `{'.'.join(parts)}` inside {table}")
        if first in self.givens and len(parts) > 1:
            return ("given", first, parts[1:])
        if first == "customers" and len(parts) > 1:
            return self.resolve(parts[1:])
        found = self.outer(parts)
        if found is None:
            raise RuleError(f"no `{'.'.join(parts)}`")
        return found

    def outer(self, parts):
        """What a path means outside tables, or None."""
        model, first = self.model, parts[0]
        if len(parts) > 1:
            if first in model.axes:
                return self.member(model.axes[first], parts)
            if first in model.activities and len(parts) == 2 and parts[1] in ("actual", "worth"):
                return (parts[1], model.activities[first])
            if first in model.tables and model.tables[first].one and len(parts) == 2:
                if parts[1] not in self.fields[first]:
                    raise RuleError(f"no field `{parts[1]}` in {first}")
                return ("single", first, self.fields[first][parts[1]])
            return None
        fields = self.fields.get("customers", {})
        if first == "segment" and None in model.segmentations:
            return ("segmentation", None)
        if first in fields:
            return ("field", fields[first])
        for what, shelf in (("let", model.lets), ("param", model.params), ("axis", model.axes)):
            if first in shelf:
                return (what, shelf[first])
        if first in model.segmentations:
            return ("segmentation", first)
        if first in model.activities:
            return ("activity", model.activities[first])
        if first in ("cost_to_serve", "overridden", "owner", "decided_by"):
            return (first,)
        if first in self.texts:
            return ("service_text", first)
        if first in model.teams:
            return ("team", first)
        if first in self.segments:
            return ("segment_name", first)
        return None

    def member(self, holder, parts):
        for name in parts[1:]:
            holder = next((m for m in getattr(holder, "members", []) if m.name == name), None)
            if holder is None:
                raise RuleError(f"no `{'.'.join(parts)}`")
        return ("member", parts[0], tuple(parts[1:]))

    # Aggregates: over which rows they go.

    def is_aggregate(self, node):
        return node.name in AGGREGATES and (node.name not in ("min", "max") or len(node.args) == 1)

    def over(self, node, table=None):
        """The table an aggregate goes over: a name, "persons" or "customers"."""
        found = set()

        def walk(part):
            if part is None:
                return
            if part.kind == "path" and part.parts[0] in self.many:
                found.add(part.parts[0])
            if part.kind == "call":
                if part.name in PERSONAL and part.by is not None and part.by.parts == ["person"]:
                    found.add("persons")
                if self.is_aggregate(part):
                    return
            for inner in parts_of(part):
                walk(inner)

        for arg in node.args:
            walk(arg)
        walk(node.where)
        if len(found) > 1:
            raise RuleError(f"an aggregate goes over {sorted(found)}")
        return found.pop() if found else "customers"

    # Dimensions.

    def pair(self, left, right, table):
        """Two sides of a comparison, a bare segment or team name turned into a literal."""
        key = (id(left), id(right), table)
        if key not in self.pairs:
            one, other = self.as_name(left, right, table), self.as_name(right, left, table)
            self.pairs[key] = (one, other)
        return self.pairs[key]

    def as_name(self, node, beside, table):
        if node.kind != "path" or len(node.parts) != 1:
            return node
        name = node.parts[0]
        is_segment, is_team = name in self.segments, name in self.model.teams
        if not (is_segment or is_team):
            return node
        if beside.kind == "path" and len(beside.parts) == 1 and beside.parts[0] in self.segments:
            # Both sides could be names: a value that is really a segment wins.
            if self.resolve(beside.parts, table)[0] == "segment_name":
                return node
        dim = self.dim(beside, table)
        if dim == "segment" and is_segment:
            return Node("literal", node.line, dim="segment", n=name, file=None)
        if dim == "team" and is_team:
            return Node("literal", node.line, dim="team", n=name, file=None)
        return node

    def dim(self, node, table=None):
        key = (id(node), table)
        if key not in self.memo:
            self.memo[key] = getattr(self, "dim_" + node.kind)(node, table)
        return self.memo[key]

    def dim_literal(self, node, table):
        return node.dim

    def dim_missing(self, node, table):
        return "any"

    def dim_today(self, node, table):
        return "date"

    def dim_path(self, node, table):
        return self.dim_of(self.resolve(node.parts, table))

    def dim_of(self, found):
        what = found[0]
        if what in ("field", "row"):
            return found[1].dim
        if what == "single":
            return found[2].dim
        if what == "given":
            return self.dim_of(self.resolve(found[2]))
        if what == "param":
            return self.dim(found[1].value)
        if what == "let":
            let = found[1]
            if let.name in self.open_lets:
                raise RuleError(f"`{let.name}` is computed from itself")
            self.open_lets.add(let.name)
            try:
                return self.dim(let.value)
            finally:
                self.open_lets.discard(let.name)
        if what in ("actual", "worth"):
            expression = getattr(found[1], what)
            if expression is None:
                raise RuleError(f"`{found[1].name}` has no `{what}`")
            return self.dim(expression)
        if what == "service_text":
            return self.dim(self.texts[found[1]])
        return {
            "axis": "score", "member": "score", "segmentation": "segment", "segment_name": "segment",
            "activity": "frequency", "cost_to_serve": "money", "overridden": "flag", "owner": "team",
            "team": "team", "decided_by": "text",
        }[what]

    def dim_arithmetic(self, node, table):
        return result_dim(node.op, self.dim(node.left, table), self.dim(node.right, table))

    def dim_negative(self, node, table):
        return self.dim(node.of, table)

    def dim_default(self, node, table):
        return join_dims([self.dim(node.of, table), self.dim(node.other, table)])

    def dim_if(self, node, table):
        self.dim(node.condition, table)
        yes, no = self.pair(node.yes, node.no, table)
        return join_dims([self.dim(yes, table), self.dim(no, table)])

    def dim_compare(self, node, table):
        left, right = self.pair(node.left, node.right, table)
        self.dim(left, table)
        self.dim(right, table)
        return "flag"

    def dim_one_of(self, node, table):
        self.dim(node.of, table)
        for value in node.values:
            self.dim(self.pair(node.of, value, table)[1], table)
        return "flag"

    def walk_flag(self, node, table):
        for part in parts_of(node):
            self.dim(part, table)
        return "flag"

    dim_and = dim_or = dim_not = dim_between = dim_is_missing = walk_flag

    def dim_top(self, node, table):
        self.dim(node.of, table)
        self.dim(node.count, table)
        return "flag"

    def dim_index(self, node, table):
        lookup = self.model.lookups.get(node.lookup)
        if lookup is None:
            raise RuleError(f"no lookup `{node.lookup}`")
        self.dim(node.key, table)
        if lookup.source:
            return lookup.field.dim
        values = [value for _, value in lookup.rows]
        if lookup.otherwise is not None:
            values.append(lookup.otherwise)
        return join_dims([self.dim(value) for value in values])

    def dim_every(self, node, table):
        self.dim(node.gap, table)
        return "frequency"

    def dim_times(self, node, table):
        self.dim(node.of, table)
        return "frequency"

    def dim_call(self, node, table):
        name = node.name
        if name not in FUNCTIONS:
            raise RuleError(f"no function `{name}`")
        if name in ("known", "cost_as") or name in PERSONAL:
            self.named_argument(node)
            return DIMS[name]
        inner = table
        if self.is_aggregate(node):
            over = self.over(node, table)
            inner = over if over not in ("customers", "persons") else None
            if node.where is not None:
                self.dim(node.where, inner)
            if name == "count":
                return "number"
        if node.by is not None:
            self.dim(node.by)
        dims = [self.dim(arg, inner) for arg in node.args]
        if name in DIMS:
            return DIMS[name]
        if name in ("min", "max", "clamp"):
            return join_dims(dims)
        if not dims:
            raise RuleError(f"`{name}` needs a value")
        return dims[0]

    def named_argument(self, node):
        """The axis of `known`, the segment of `cost_as`, the team of `hours`, `available`, `booked`."""
        if len(node.args) != 1 or node.args[0].kind != "path":
            raise RuleError(f"`{node.name}` takes a name")
        parts = node.args[0].parts
        if parts[0] in self.givens and len(parts) > 1:
            parts = parts[1:]
        if node.name == "known":
            found = self.outer(parts)
            if found is None or found[0] not in ("axis", "member"):
                raise RuleError(f"no axis `{'.'.join(parts)}`")
        elif node.name == "cost_as":
            if None not in self.model.segmentations or parts[-1] not in self.model.segmentations[None].labels:
                raise RuleError(f"no segment `{parts[-1]}`")
        elif parts[0] not in self.model.teams:
            raise RuleError(f"no team `{parts[0]}`")
        return parts
