"""Declarations of one file: in come its tokens, out comes the list of declarations, each with its mode.

`mode` is "" (new), "replace" or "remove". It reads every construct except segments, service, teams, activities and
tests, which are in plans.py; it merges nothing and checks no names.
"""

import os

from expressions import Node
from lexer import tokens_of
from plans import Plans
from values import RuleError

TYPES = ("text", "number", "date", "flag", "money", "percent", "score", "one", "steps", "duration", "segment")
KINDS = (
    "model customers table lookup exclude rates param let axis segments override teams activities service check warn"
    " test output use weight criterion group field today scenario team activity"
).split()


class File:
    """One rule file: where it is and the currency its bare amounts are in (None: the model's)."""

    def __init__(self, path):
        self.path = path
        self.folder = os.path.dirname(os.path.abspath(path))
        self.currency = None
        with open(path, encoding="utf-8-sig") as stream:
            self.source = stream.read()


class Declarations(Plans):
    """The parser of whole files."""

    def all(self):
        found = []
        self.separators()
        while not self.at_kind("end"):
            found.append(self.declaration())
            if not (self.at_kind("line") or self.at_kind("end")):
                self.wrong("the end of the declaration")
            self.separators()
        return found

    def declaration(self):
        mode = ""
        if self.at("replace", "remove") and self.ahead().kind == "name":
            mode = self.next().value
        if not self.at(*KINDS):
            self.wrong("a declaration")
        line, kind = self.token.line, self.next().value
        if mode == "remove":
            decl = self.removal(kind)
        else:
            decl = getattr(self, "read_" + kind)()
        decl.mode, decl.line = mode, line
        return decl

    def removal(self, kind):
        """`remove criterion a.b`, `remove check "…"`, `remove service key`."""
        if self.at_kind("text") or self.at_kind("number"):
            return Node(kind, name=self.next().value, path=[])
        if self.at_kind("line") or self.at_kind("end"):
            return Node(kind, name=None, path=[])
        path = self.path()
        return Node(kind, name=path[-1] if len(path) == 1 else None, path=path)

    def read_use(self):
        return Node("use", path=self.text())

    def read_today(self):
        if not self.at_kind("date"):
            self.wrong("a date")
        return Node("today", date=self.next().value)

    def read_model(self):
        decl = Node("model", name=self.text(), currency=None, scores=None, decimals=None, valid=None, today=None)

        def entry():
            word = self.name()
            if word == "edition":
                decl.edition = self.next().value
            elif word == "currency":
                decl.currency = self.name()
            elif word == "scores":
                low = self.signed()
                self.expect("to")
                decl.scores = (low, self.signed())
                if self.accept("with"):
                    decl.decimals = int(self.next().value)
                    self.expect("decimals")
            elif word == "valid":
                first = self.next().value
                self.expect("to")
                decl.valid = (first, self.next().value)
            else:
                self.wrong("edition, currency, scores, valid or today")

        def entry_or_today():
            if self.accept("today"):
                decl.today = self.next().value
            else:
                entry()

        if self.at("{"):
            self.block(entry_or_today)
        return decl

    def signed(self):
        sign = -1 if self.accept("-") else 1
        if not self.at_kind("number"):
            self.wrong("a number")
        return sign * self.next().value

    def read_rates(self):
        decl = Node("rates", rates={})

        def entry():
            code = self.name("a currency")
            decl.rates[code] = self.signed()

        self.block(entry)
        return decl

    def read_param(self):
        decl = Node("param", name=self.name(), label=self.label(), low=None, high=None)
        self.expect("=")
        self.row += 1
        decl.value = self.sum()
        if self.accept("between"):
            decl.low = self.sum()
            self.expect("and")
            decl.high = self.sum()
        self.row -= 1
        self.because()
        return decl

    def read_let(self):
        decl = Node("let", name=self.name(), label=self.label())
        self.expect("=")
        self.skip_lines()
        decl.value = self.expression()
        self.because()
        return decl

    def read_exclude(self):
        decl = Node("exclude", name=self.text("the reason in quotes"))
        if not self.goes_on("when"):
            self.wrong("`when`")
        self.next()
        decl.condition = self.expression()
        self.because()
        return decl

    def read_check(self, kind="check"):
        decl = Node(kind, name=self.text("the label in quotes"))
        self.skip_lines()
        decl.condition = self.expression()
        self.because()
        return decl

    def read_warn(self):
        return self.read_check("warn")

    def read_output(self):
        decl = Node("output", columns=[])

        def entry():
            start = self.token.start
            value = self.expression()
            end = self.tokens[self.i - 1].end
            header = self.text() if self.accept("as") else self.file.source[start:end]
            decl.columns.append((header, value))

        self.block(entry)
        return decl

    # Customers, tables and fields.

    def read_customers(self):
        decl = Node("customers", name="customers", label=self.label(), one=False)
        self.expect("key")
        decl.key = self.name()
        self.source_and_fields(decl)
        return decl

    def read_table(self):
        decl = Node("table", name=self.name(), label=self.label())
        self.expect("key")
        decl.key = self.name()
        decl.one = bool(self.accept("one"))
        if decl.one:
            self.expect("per")
            self.expect("customer")
        self.source_and_fields(decl)
        return decl

    def source_and_fields(self, decl):
        decl.source, decl.file, decl.fields = None, self.file, []
        if self.goes_on("from"):
            self.next()
            decl.source = self.text()
        self.block(lambda: decl.fields.append(self.field(self.name())))

    def read_field(self):
        path = self.path()
        if len(path) != 2:
            self.wrong("TABLE.FIELD")
        field = self.field(path[1])
        return Node("field", name=None, path=path, field=field)

    def field(self, name):
        field = Node("field", self.token.line, name=name, label=self.label(), optional=False, columns=[], limits=[])
        field.unique, field.texts, field.scale, field.file = False, [], None, self.file
        word = self.name("a type")
        if word not in TYPES:
            raise RuleError(f"{self.file.path}:{self.token.line}: no type `{word}`")
        field.dim = {"one": "text"}.get(word, word)
        field.type = word
        if word == "one":
            self.expect("of")
        if self.accept("?"):
            field.optional = True
        if word in ("one", "steps"):
            field.texts = [self.text()]
            while self.at(",") and self.text_follows():
                self.next()
                self.skip_lines()
                field.texts.append(self.text())
        elif word == "duration":
            self.expect("in")
            field.scale = self.name("minutes, hours or days")
        elif word == "money" and self.accept("in"):
            field.scale = self.name("thousands, millions or a field")
        elif word == "percent" and self.accept("as"):
            field.scale = self.name("fraction or points")
        elif word == "segment" and self.at_kind("name") and not self.at("from", "unique", "between"):
            field.scale = self.name()
        while True:
            if self.goes_on(">=", ">", "<=", "<"):
                op = self.next().value
                field.limits.append((op, self.sum()))
            elif self.goes_on("between"):
                self.next()
                field.limits.append((">=", self.sum()))
                self.expect("and")
                field.limits.append(("<=", self.sum()))
            elif self.at("unique"):
                self.next()
                field.unique = True
            elif self.from_follows():
                self.goes_on("from")
                self.next()
                field.columns.append(self.text())
                while self.goes_on("or"):
                    self.next()
                    field.columns.append(self.text())
            else:
                break
        self.because()
        return field

    def text_follows(self):
        i = self.i + 1
        while self.tokens[i].kind == "line":
            i += 1
        return self.tokens[i].kind == "text"

    def from_follows(self):
        i = self.i
        while self.tokens[i].kind == "line":
            i += 1
        return self.tokens[i].is_word("from") and self.tokens[i + 1].kind == "text"

    def read_lookup(self):
        decl = Node("lookup", name=self.name(), label=self.label(), source=None, rows=[], otherwise=None)
        decl.file = self.file
        if self.goes_on("from"):
            self.next()
            decl.source = self.text()
            decl.key_column = self.next().value
            self.expect("->")
            self.skip_lines()
            column = self.next().value
            at = self.i
            decl.field = self.field(column) if self.at_kind("name") else None
            if decl.field is None or at == self.i:
                self.wrong("a type")
            return decl
        decl.rows, decl.otherwise = self.value_rows()
        return decl

    def value_rows(self):
        """`{ key, key -> value … otherwise -> value }`, of lookups and `match`."""
        self.expect("{")
        rows, otherwise = [], None
        row, self.row = self.row, 1
        self.separators()
        while not self.accept("}"):
            if self.accept("otherwise"):
                self.expect("->")
                self.skip_lines()
                otherwise = self.sum()
            else:
                keys = [self.sum()]
                while self.accept(","):
                    self.skip_lines()
                    keys.append(self.sum())
                self.expect("->")
                self.skip_lines()
                rows.append((keys, self.sum()))
            self.end_of_entry()
            self.separators()
        self.row = row
        return rows, otherwise

    # Axes.

    def read_axis(self):
        decl = Node("axis", name=self.name(), label=self.label(), members=[])
        self.block(lambda: decl.members.append(self.member()))
        self.because()
        return decl

    def member(self):
        if self.accept("group"):
            return self.read_group(self.name())
        self.expect("criterion")
        return self.read_criterion(self.name())

    def read_group(self, name=None):
        path = None if name else self.path()
        decl = Node("group", self.token.line, name=name or path[-1], path=path, label=self.label(), members=[])
        self.weight_of(decl)
        self.block(lambda: decl.members.append(self.member()))
        self.because()
        return decl

    def read_weight(self):
        decl = Node("weight", name=None, path=self.path())
        self.weight_number(decl)
        return decl

    def weight_of(self, decl):
        self.expect("weight")
        self.weight_number(decl)

    def weight_number(self, decl):
        if not self.at_kind("number"):
            self.wrong("a weight")
        token = self.next()
        decl.weight, decl.unit = token.value, "percent" if token.percent else "points"

    def read_criterion(self, name=None):
        path = None if name else self.path()
        decl = Node("criterion", self.token.line, name=name or path[-1], path=path, label=self.label())
        decl.missing, decl.fill = None, None
        if self.accept("of"):
            decl.of = self.expression()
        else:
            decl.of = self.node("path", parts=[decl.name])
        self.weight_of(decl)
        decl.scale = self.scale()
        while True:
            if self.goes_on_two("if", "missing"):
                self.next()
                self.next()
                if self.at("skip", "reject"):
                    decl.missing = self.next().value
                else:
                    decl.missing, decl.fill = "fill", self.sum()
            elif self.goes_on("because"):
                self.because()
            else:
                return decl

    def scale(self):
        line = self.token.line
        word = self.name("a scale")
        scale = Node("scale", line, what=word)
        if word == "ramp":
            scale.worst = self.sum()
            self.expect("to")
            scale.best = self.sum()
        elif word == "as":
            self.expect("is")
            scale.what = "as_is"
            scale.capped = bool(self.accept("capped"))
        elif word == "ranked":
            scale.steps, scale.less = None, False
            while True:
                if self.accept("in"):
                    scale.steps = int(self.next().value)
                    self.expect("steps")
                elif self.accept("less"):
                    self.expect("is")
                    self.expect("better")
                    scale.less = True
                else:
                    break
        elif word == "curve":
            rows, none = self.value_rows()
            scale.points = [(keys[0], score) for keys, score in rows]
        elif word == "match":
            scale.rows, scale.otherwise = self.value_rows()
        elif word == "bands":
            scale.rows = []
            self.expect("{")
            row, self.row = self.row, 1
            self.separators()
            while not self.accept("}"):
                band = self.band()
                self.expect("->")
                self.skip_lines()
                scale.rows.append((band, self.sum()))
                self.end_of_entry()
                self.separators()
            self.row = row
        else:
            self.wrong("a scale")
        return scale


    def read_scenario(self):
        decl = Node("scenario", name=self.name(), label=self.label(), body=[])
        self.block(lambda: decl.body.append(self.declaration()))
        return decl


def declarations_of(path):
    """The file and its declarations, its own currency noted."""
    try:
        file = File(path)
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"{path}: {error}")
    parser = Declarations(tokens_of(file.source, path), file)
    found = parser.all()
    for decl in found:
        if decl.kind == "model" and decl.mode != "remove":
            file.currency = decl.currency
    return file, found
