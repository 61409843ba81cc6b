"""The whole model: in comes the path of a rule file (and a scenario), out comes one merged `Model`.

It applies `use`, `replace`, `remove`, scenarios and the weight rules of section 9; it evaluates nothing but weights.
"""

import os
from fractions import Fraction

from declarations import declarations_of
from expressions import Node
from values import RuleError


class Model:
    """Everything declared, by kind and name, in the order of the files."""

    def __init__(self):
        self.name, self.model, self.today = None, None, None
        self.tables, self.lookups, self.params, self.lets, self.axes = {}, {}, {}, {}, {}
        self.segmentations, self.teams, self.activities, self.services = {}, {}, {}, {}
        self.overrides, self.excludes, self.checks, self.scenarios = {}, {}, {}, {}
        self.rates, self.rates_given, self.output = {}, False, None
        self.tests = []

    @property
    def currency(self):
        return self.model.currency if self.model else None

    @property
    def decimals(self):
        given = self.model.decimals if self.model else None
        return 2 if given is None else given

    @property
    def range(self):
        return (self.model and self.model.scores) or (Fraction(0), Fraction(10))

    @property
    def customers(self):
        if "customers" not in self.tables:
            raise RuleError("no `customers` are declared")
        return self.tables["customers"]

    def rate(self, code):
        """What one of `code` is in the model's currency; None where no rate is given."""
        if code is None or code == self.currency:
            return Fraction(1)
        return self.rates.get(code)


def root_of(path):
    """The nearest folder above with a .git or a vekt.toml, else the file's own."""
    own = folder = os.path.dirname(os.path.abspath(path))
    while True:
        if os.path.exists(os.path.join(folder, ".git")) or os.path.exists(os.path.join(folder, "vekt.toml")):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            return own
        folder = above


def files_of(path, root, chain=(), seen=None):
    """Each file once, used ones before those that use them: [(file, declarations)]."""
    full = os.path.realpath(path)
    if full in chain:
        raise RuleError(f"{path}: the files use each other in a circle")
    if seen is None:
        seen = set()
    if full in seen:
        return []
    seen.add(full)
    file, found = declarations_of(path)
    files = []
    for decl in found:
        if decl.kind == "use":
            other = os.path.normpath(os.path.join(file.folder, decl.path))
            if not os.path.realpath(other).startswith(os.path.realpath(root) + os.sep):
                raise RuleError(f"{path}: `{decl.path}` is outside of {root}")
            files += files_of(other, root, chain + (full,), seen)
    return files + [(file, found)]


def load(path, scenario=None, root=None):
    """The merged model of a file; its own tests are `model.tests`."""
    model = Model()
    files = files_of(path, root or root_of(path))
    for file, found in files:
        model.tests = []
        Change(model, file.path, False).apply([d for d in found if d.kind != "use"])
    if scenario:
        if scenario not in model.scenarios:
            raise RuleError(f"no scenario `{scenario}`")
        Change(model, f"scenario {scenario}", True).apply(model.scenarios[scenario].body)
    finish(model)
    return model


def paths_used(path, root=None):
    """The paths of all files of a model, the main one last."""
    return [file.path for file, _ in files_of(path, root or root_of(path))]


class Change:
    """What one file or scenario does to the model before it."""

    def __init__(self, model, where, scenario):
        self.model, self.where, self.scenario = model, where, scenario
        # (axis, group, …) -> names whose weight this change states, or None where only something was removed.
        self.stated = {}
        self.before = {}

    def wrong(self, decl, what):
        raise RuleError(f"{self.where}:{decl.line}: {what}")

    def apply(self, found):
        order = {"remove": 0, "replace": 1, "": 1}
        simple = [d for d in found if d.kind not in ("criterion", "group", "weight", "field")]
        inner = [d for d in found if d.kind in ("criterion", "group", "weight", "field")]
        for decl in sorted(simple, key=lambda d: order[d.mode]):
            getattr(self, "on_" + decl.kind)(decl)
        for decl in sorted(inner, key=lambda d: order[d.mode]):
            getattr(self, "on_" + decl.kind)(decl)
        for place, names in self.stated.items():
            self.share_out(place, names)

    def put(self, shelf, decl, name, what, may_add=False):
        """New, restated or removed, as the mode says."""
        there = name in shelf
        if decl.mode == "remove":
            if not there:
                self.wrong(decl, f"no {what} `{name}` to remove")
            del shelf[name]
            return
        if self.scenario:
            if not there and not may_add:
                self.wrong(decl, f"no {what} `{name}` to restate")
        elif decl.mode == "replace" and not there:
            self.wrong(decl, f"no {what} `{name}` to replace")
        elif decl.mode == "" and there:
            self.wrong(decl, f"{what} `{name}` is there already")
        if there and getattr(decl, "label", "") is None:
            decl.label = getattr(shelf[name], "label", None)
        shelf[name] = decl

    def on_model(self, decl):
        if decl.mode == "" and self.model.model and not self.scenario:
            self.wrong(decl, "the model is there already")
        if decl.mode == "replace" and not self.model.model:
            self.wrong(decl, "no model to replace")
        self.model.model = decl
        if decl.today:
            self.model.today = decl.today

    def on_today(self, decl):
        self.model.today = decl.date

    def on_rates(self, decl):
        model = self.model
        if decl.mode == "" and model.rates_given and not self.scenario:
            self.wrong(decl, "rates are there already")
        model.rates = {} if decl.mode == "remove" else dict(decl.rates)
        model.rates_given = decl.mode != "remove"

    def on_output(self, decl):
        if decl.mode == "remove":
            self.model.output = None
            return
        if decl.mode == "" and self.model.output and not self.scenario:
            self.wrong(decl, "an output is there already")
        if decl.mode == "replace" and not self.model.output:
            self.wrong(decl, "no output to replace")
        self.model.output = decl

    def on_customers(self, decl):
        self.put(self.model.tables, decl, "customers", "table")

    def on_table(self, decl):
        self.put(self.model.tables, decl, decl.name, "table")

    def on_lookup(self, decl):
        self.put(self.model.lookups, decl, decl.name, "lookup")

    def on_param(self, decl):
        self.put(self.model.params, decl, decl.name, "param")

    def on_let(self, decl):
        self.put(self.model.lets, decl, decl.name, "let")

    def on_axis(self, decl):
        self.put(self.model.axes, decl, decl.name, "axis")

    def on_segments(self, decl):
        self.put(self.model.segmentations, decl, decl.name, "segments")

    def on_exclude(self, decl):
        self.put(self.model.excludes, decl, decl.name, "exclude", may_add=True)

    def on_override(self, decl):
        name = str(decl.name)
        self.put(self.model.overrides, decl, name, "override")

    def on_check(self, decl):
        self.put(self.model.checks, decl, (decl.kind, decl.name), decl.kind)

    on_warn = on_check

    def on_test(self, decl):
        self.model.tests.append(decl)

    def on_scenario(self, decl):
        self.put(self.model.scenarios, decl, decl.name, "scenario")

    def on_teams(self, decl):
        self.entries(decl, self.model.teams, "team")

    def on_activities(self, decl):
        self.entries(decl, self.model.activities, "activity")

    def entries(self, decl, shelf, what):
        if decl.mode == "remove":
            shelf.clear()
            return
        seen = set()
        for entry in decl.entries:
            if entry.name in seen:
                self.wrong(entry, f"{what} `{entry.name}` twice")
            seen.add(entry.name)
            entry.mode = decl.mode
            self.put(shelf, entry, entry.name, what)

    def on_team(self, decl):
        self.put(self.model.teams, decl, decl.name, "team")

    def on_activity(self, decl):
        self.put(self.model.activities, decl, decl.name, "activity")

    def on_service(self, decl):
        if decl.mode == "remove":
            self.put(self.model.services, decl, decl.name, "service")
            return
        for segment in decl.segments:
            entry = Node("service", decl.line, mode=decl.mode, body=decl.body)
            self.put(self.model.services, entry, segment, "service")

    def on_field(self, decl):
        path = decl.path
        if len(path) != 2 or path[0] not in self.model.tables:
            self.wrong(decl, f"no table for field `{'.'.join(path)}`")
        table = self.model.tables[path[0]]
        shelf = {field.name: field for field in table.fields}
        entry = decl if decl.mode == "remove" else decl.field
        entry.mode, entry.line = decl.mode, decl.line
        self.put(shelf, entry, path[1], "field")
        table.fields = list(shelf.values())

    # Axes from the inside.

    def members(self, decl, path):
        """The list that holds what `axis.group.name` names, and its place."""
        if len(path) < 2 or path[0] not in self.model.axes:
            self.wrong(decl, f"no axis for `{'.'.join(path)}`")
        holder = self.model.axes[path[0]]
        for name in path[1:-1]:
            holder = next((m for m in holder.members if m.kind == "group" and m.name == name), None)
            if holder is None:
                self.wrong(decl, f"no group `{name}`")
        place = tuple(path[:-1])
        if place not in self.stated:
            self.stated[place] = set()
            self.before[place] = holder
        return holder, place

    def on_criterion(self, decl):
        holder, place = self.members(decl, decl.path)
        shelf = {m.name: m for m in holder.members}
        self.put(shelf, decl, decl.path[-1], decl.kind)
        holder.members = list(shelf.values())
        if decl.mode != "remove":
            self.stated[place].add(decl.path[-1])

    on_group = on_criterion

    def on_weight(self, decl):
        holder, place = self.members(decl, decl.path)
        found = next((m for m in holder.members if m.name == decl.path[-1]), None)
        if found is None:
            self.wrong(decl, f"nothing called `{'.'.join(decl.path)}`")
        if not self.scenario and decl.mode != "replace":
            self.wrong(decl, "a weight is restated with `replace`")
        found.weight, found.unit = decl.weight, decl.unit
        self.stated[place].add(found.name)

    def share_out(self, place, names):
        """The percentages that are not stated share what is left in their old proportions, exactly."""
        holder = self.before[place]
        others = [m for m in holder.members if m.name not in names]
        if any(m.unit == "points" for m in holder.members):
            return
        left = 1 - sum((m.weight for m in holder.members if m.name in names), Fraction(0))
        old = sum((m.weight for m in others), Fraction(0))
        if left < 0:
            raise RuleError(f"{self.where}: the weights of {'.'.join(place)} are above 100%")
        if others and old:
            for member in others:
                member.weight = member.weight * left / old


def check_weights(name, holder):
    units = {m.unit for m in holder.members}
    if not holder.members:
        raise RuleError(f"`{name}` has no criteria")
    if len(units) > 1:
        raise RuleError(f"the weights of `{name}` are percentages and points")
    if len({m.name for m in holder.members}) != len(holder.members):
        raise RuleError(f"a name stands twice in `{name}`")
    total = sum((m.weight for m in holder.members), Fraction(0))
    if units == {"percent"} and total != 1:
        raise RuleError(f"the weights of `{name}` add up to {total * 100}%")
    if total == 0:
        raise RuleError(f"the weights of `{name}` add up to 0")
    for member in holder.members:
        if member.kind == "group":
            check_weights(f"{name}.{member.name}", member)


def finish(model):
    """What must hold of the whole: weights, one name space."""
    if model.model is None:
        raise RuleError("no `model` is declared")
    for axis in model.axes.values():
        check_weights(axis.name, axis)
    seen = {}
    customers = model.tables.get("customers")
    shelves = [
        ("field", [f.name for f in customers.fields] if customers else []),
        ("let", model.lets), ("param", model.params), ("axis", model.axes), ("table", model.tables),
        ("activity", model.activities), ("team", model.teams),
    ]
    for what, names in shelves:
        for name in names:
            if name in seen:
                raise RuleError(f"`{name}` is a {seen[name]} and a {what}")
            seen[name] = what
    for table in model.tables.values():
        names = [f.name for f in table.fields]
        if len(set(names)) != len(names):
            raise RuleError(f"a field stands twice in `{table.name}`")
