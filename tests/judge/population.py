"""From a model and customers to an evaluator: names checked, params set, excludes applied in their order.

It writes nothing and reads no files.
"""

from declarations import Declarations
from evaluate import Evaluator, Scope
from expressions import Node, parts_of
from lexer import tokens_of
from names import PLACES, Names
from values import NotGiven, RuleError, compare


def set_params(model, settings):
    """`--set P=V`: the value of a param, written as in a rule file."""
    for setting in settings:
        name, mark, text = setting.partition("=")
        if not mark or name not in model.params:
            raise RuleError(f"no param `{name}`")
        param = model.params[name]
        file = Node("file", path=f"--set {name}", currency=None, source=text, folder=".")
        parser = Declarations(tokens_of(text, file.path), file)
        param.value = parser.sum()
        parser.skip_lines()
        if not parser.at_kind("end"):
            parser.wrong("one value")


def check_params(evaluator):
    for param in evaluator.model.params.values():
        if param.low is None:
            continue
        value = evaluator.constant(param.value)
        low, high = evaluator.constant(param.low), evaluator.constant(param.high)
        if compare("<", value, low) or compare(">", value, high):
            raise RuleError(f"`{param.name}` is outside its bounds")


def check_names(model, names):
    """Every name of the file must mean something."""
    for table in model.tables.values():
        for field in table.fields:
            for _, limit in field.limits:
                names.dim(limit)
    for shelf in (model.params, model.lets):
        for decl in shelf.values():
            names.dim_of(("let" if decl.kind == "let" else "param", decl))
    for axis in model.axes.values():
        check_members(axis, names)
    for name, decl in model.segmentations.items():
        check_segments(decl, names)
    teams = set(model.teams)
    for team in model.teams.values():
        for part in (team.people, team.hours, team.share):
            names.dim(part)
        if team.rate is not None:
            names.dim(team.rate)
        if team.person:
            names.resolve(team.person)
    for activity in model.activities.values():
        for time, taker in activity.takers:
            names.dim(time)
            known(taker, teams | {"owner"}, "team")
        for part in (activity.costs, activity.actual, activity.worth):
            if part is not None:
                names.dim(part)
    segments = set(model.segmentations[None].labels) if None in model.segmentations else set()
    for segment, service in model.services.items():
        known(segment, segments, "segment")
        check_body(service.body, model, names, None)
    for override in model.overrides.values():
        known(override.segment, segments, "segment")
    for decl in [*model.excludes.values(), *model.checks.values()]:
        names.dim(decl.condition)
    if model.output:
        for _, value in model.output.columns:
            names.dim(value)


def known(name, names, what):
    if name not in names:
        raise RuleError(f"no {what} `{name}`")


def check_members(holder, names):
    for member in holder.members:
        if member.kind == "group":
            check_members(member, names)
        else:
            names.dim(member.of)
            if member.fill is not None:
                names.dim(member.fill)


def check_segments(decl, names):
    for clause in decl.clauses:
        for part in (clause.when, clause.stays):
            if part is not None:
                names.dim(part)
    for name in decl.order or []:
        known(name, decl.labels, "segment")
    if decl.grid:
        names.dim(decl.grid.down)
        names.dim(decl.grid.across)


def check_body(body, model, names, only):
    """Activities and teams of a service; nothing beside an `only`."""
    if body.only:
        only = set(body.only)
    for name, often in body.plan.items():
        known(name, model.activities, "activity")
        names.dim(often)
        if only is not None and name not in only:
            raise RuleError(f"`{name}` stands beside `only`")
    if body.owner:
        known(body.owner, model.teams, "team")
    for text in body.texts.values():
        names.dim(text)
    for condition, case in body.cases:
        names.dim(condition)
        check_body(case, model, names, only)


def uses_portfolio(node, names, seen=None):
    """Does an expression look at other customers, itself or through what it names?"""
    seen = set() if seen is None else seen
    if node.kind == "top":
        return True
    if node.kind == "call":
        if node.name in PLACES or node.name == "booked":
            return True
        if names.is_aggregate(node) and names.over(node) in ("customers", "persons"):
            return True
    if node.kind == "path":
        found = next((f for f in (names.outer(node.parts),) if f), None)
        if found and found[0] not in ("field", "single", "param") and found not in seen:
            seen.add(found[:2])
            return any(uses_portfolio(n, names, seen) for n in behind(found, names.model))
    return any(uses_portfolio(part, names, seen) for part in parts_of(node))


def behind(found, model):
    """The expressions behind a name."""
    what = found[0]
    if what == "let":
        return [found[1].value]
    if what in ("axis", "member"):
        axis = found[1] if what == "axis" else model.axes[found[1]]
        return list(criteria_of(axis))
    if what == "segmentation":
        decl = model.segmentations[found[1]]
        parts = [p for c in decl.clauses for p in (c.when, c.stays) if p is not None]
        return parts + ([decl.grid.down, decl.grid.across] if decl.grid else [])
    return []


def criteria_of(holder):
    for member in holder.members:
        if member.kind == "group":
            yield from criteria_of(member)
        else:
            yield member.of
            if member.scale.what == "ranked":
                yield Node("top")


def populate(model, customers, today, lookups, givens=None, lenient=False):
    """The evaluator over the customers that no `exclude` keeps out.

    `lenient` is for tests: an exclude that needs a field which is not given does not hold.
    """
    names = Names(model, givens or ())
    check_names(model, names)

    def evaluator(excluded):
        return Evaluator(model, names, customers, today, lookups, excluded, givens)

    first = evaluator({})
    check_params(first)
    excluded = {}
    plain = [e for e in model.excludes.values() if not uses_portfolio(e.condition, names)]
    last = [e for e in model.excludes.values() if uses_portfolio(e.condition, names)]
    for stage in (plain, last):
        if not stage:
            continue
        over, found = evaluator(dict(excluded)), {}
        for customer in over.included:
            for exclude in stage:
                try:
                    holds = over.truth(exclude.condition, Scope(customer))
                except NotGiven:
                    if not lenient:
                        raise
                    holds = False
                if holds:
                    found[customer.index] = exclude.name
                    break
        excluded.update(found)
    return evaluator(excluded)
