"""Segments, overrides, teams, activities, service and tests: in come tokens, out come their declarations.

It checks no names and computes nothing.
"""

from expressions import PER_YEAR, Expressions, Node

FREQUENCIES = {"weekly": 52, "monthly": 12, "quarterly": 4, "yearly": 1}


class Plans(Expressions):
    """The part of the parser that reads what is right of the axes."""

    def because(self):
        if self.goes_on("because"):
            self.next()
            self.skip_lines()
            return self.text("the reason in quotes")
        return None

    def band(self):
        """`>= x`, `< x` or `otherwise`: gives (op, threshold), op None for otherwise."""
        if self.accept("otherwise"):
            return (None, None)
        if not self.at(">=", ">", "<=", "<"):
            self.wrong("a band")
        op = self.next().value
        return (op, self.sum())

    # Segments.

    def read_segments(self):
        decl = Node("segments", name=None, exclusive=bool(self.accept("exclusive")), by=None)
        decl.labels, decl.clauses, decl.grid, decl.order = {}, [], None, None
        if self.at_kind("name") and not self.at("by"):
            decl.name = self.name()
        decl.label = self.label()
        if self.accept("by"):
            first = self.sum()
            self.expect("and")
            decl.by = (first, self.sum())
        self.block(lambda: self.segment_entry(decl))
        return decl

    def segment_entry(self, decl):
        if self.at("|"):
            decl.grid = self.grid()
            return
        if self.at("order") and self.ahead().kind == "name" and not self.ahead().is_word("when"):
            if not self.ahead().is_word("otherwise"):
                self.next()
                decl.order = [self.name()]
                while self.at(",") and self.ahead().kind == "name" and (
                    self.ahead(2).kind == "line" or self.ahead(2).value in (",", "}")
                ):
                    self.next()
                    decl.order.append(self.name())
                return
        clause = Node("clause", self.token.line, name=self.name("a segment"), when=None, stays=None)
        label = self.label()
        decl.labels.setdefault(clause.name, None)
        if label and not decl.labels[clause.name]:
            decl.labels[clause.name] = label
        if self.accept("otherwise"):
            clause.otherwise = True
        elif self.goes_on("when"):
            self.next()
            self.skip_lines()
            clause.otherwise, clause.when = False, self.expression()
            if self.goes_on("stays"):
                self.next()
                self.skip_lines()
                self.expect("when")
                clause.stays = self.expression()
        else:
            # Only the name and label of a segment of the table.
            self.because()
            return
        self.because()
        decl.clauses.append(clause)

    def grid(self):
        """The two-axis table: row and column expressions, bands and cells."""
        self.row += 1
        self.expect("|")
        grid = Node("grid", self.token.line, down=self.sum(), rows=[], columns=[])
        self.expect("\\")
        grid.across = self.sum()
        self.expect("|")
        while not self.at_kind("line"):
            grid.columns.append(self.band())
            self.expect("|")
        while self.at_kind("line") and self.ahead().is_word("|"):
            self.next()
            self.expect("|")
            band = self.band()
            self.expect("|")
            cells = []
            while not self.at_kind("line") and not self.at("}"):
                cells.append(self.name("a segment"))
                self.expect("|")
            if len(cells) != len(grid.columns):
                self.wrong("as many cells as columns")
            grid.rows.append((band, cells))
        self.row -= 1
        return grid

    def read_override(self):
        decl = Node("override", name=self.next().value, until=None, reason=None)
        self.expect("to")
        decl.segment = self.name("a segment")
        while True:
            if self.accept("until"):
                decl.until = self.next().value
            elif self.goes_on("because"):
                decl.reason = self.because()
            elif self.goes_on("by"):
                self.next()
                decl.by = self.text()
            else:
                break
        if decl.reason is None:
            self.wrong("`because`")
        return decl

    # Teams and activities.

    def read_teams(self):
        decl = Node("teams", name=None, entries=[])
        self.block(lambda: decl.entries.append(self.team()))
        return decl

    def team(self):
        team = Node("team", self.token.line, name=self.name("a team"), label=self.label(), person=None, rate=None)
        team.people = self.sum()
        self.expect("people")
        if self.accept("named"):
            self.expect("by")
            team.person = self.path()
        team.hours = self.sum()
        self.expect("per")
        self.expect("year")
        team.share = self.sum()
        self.expect("with")
        self.expect("customers")
        if not self.at_kind("line") and not self.at(",", "}"):
            team.rate = self.sum()
            self.expect("per")
            self.expect("h")
        self.because()
        return team

    def read_activities(self):
        decl = Node("activities", name=None, entries=[])
        self.block(lambda: decl.entries.append(self.activity()))
        return decl

    def activity(self):
        made = Node("activity", self.token.line, name=self.name("an activity"), label=self.label(), takers=[])
        made.costs = made.actual = made.worth = None
        while True:
            if self.goes_on("costs", "actual", "worth"):
                word = self.next().value
                self.skip_lines()
                setattr(made, word, self.expression())
            elif self.goes_on("because"):
                self.because()
            elif self.at_kind("line") or self.at_kind("end") or self.at(",", "}"):
                return made
            else:
                time = self.sum()
                if not self.goes_on("by"):
                    self.wrong("`by` and a team")
                self.next()
                made.takers.append((time, self.name("a team")))

    # Service.

    def read_service(self):
        decl = Node("service", name=None, segments=[self.name("a segment")])
        while self.at(",") and self.ahead().kind in ("name", "line"):
            self.next()
            self.skip_lines()
            decl.segments.append(self.name("a segment"))
        decl.body = self.service_body()
        return decl

    def service_body(self):
        body = Node("service_body", self.token.line, owner=None, plan={}, only=[], none=False, texts={}, cases=[])
        self.block(lambda: self.service_entry(body))
        return body

    def service_entry(self, body):
        if self.at("when"):
            self.next()
            condition = self.expression()
            body.cases.append((condition, self.service_body()))
        elif self.at("owner") and self.ahead().kind == "name":
            self.next()
            body.owner = self.name("a team")
        elif self.at("none") and self.ahead().value in ("\n", ",", "}", "because"):
            self.next()
            body.none = True
        elif self.at("text") and self.ahead().kind == "name" and self.ahead(2).is_word("="):
            self.next()
            name = self.name()
            self.next()
            self.skip_lines()
            body.texts[name] = self.expression()
        else:
            if self.at("only") and self.ahead().kind == "name":
                self.next()
                body.only.append(self.token.value)
            name = self.name("an activity")
            body.plan[name] = self.frequency()
        self.because()

    def frequency(self):
        """An expression of how often a year, or `every` with its gap."""
        if self.at(*FREQUENCIES):
            return Node("literal", self.token.line, dim="frequency", n=FREQUENCIES[self.next().value], file=self.file)
        if self.accept("every"):
            if self.at("week", "month", "quarter", "year"):
                per = PER_YEAR[self.next().value]
                return Node("literal", self.token.line, dim="frequency", n=per, file=self.file)
            return self.node("every", gap=self.sum())
        value = self.sum()
        factor = 1
        if self.at("per") and self.ahead().value in PER_YEAR:
            self.next()
            factor = PER_YEAR[self.next().value]
        return self.node("times", of=value, factor=factor)

    # Tests.

    def read_test(self):
        decl = Node("test", name=self.text("the label in quotes"), today=None, givens=[], expects=[])

        def entry():
            if self.accept("today"):
                decl.today = self.next().value
            elif self.accept("given"):
                given = Node("given", name=None, fields={}, tables={})
                if self.at_kind("name"):
                    given.name = self.name()
                self.block(lambda: self.given_entry(given))
                decl.givens.append(given)
            else:
                self.expect("expect")
                start = self.token.start
                condition = self.expression()
                decl.expects.append((condition, self.file.source[start : self.tokens[self.i - 1].end]))
                self.because()

        self.block(entry)
        return decl

    def given_entry(self, given):
        path = self.path()
        if self.at("{"):
            given.tables[path[0]] = self.given_rows()
            return
        self.expect("=")
        self.skip_lines()
        given.fields[tuple(path)] = self.expression()

    def given_rows(self):
        """Rows written as a table: a list of {column: expression or None}."""
        self.expect("{")
        self.row += 1
        rows, header = [], None
        self.separators()
        while not self.accept("}"):
            self.expect("|")
            cells = []
            while not self.at_kind("line") and not self.at("}"):
                if self.at("|"):
                    cells.append(None)
                elif header is None:
                    cells.append(self.name("a column"))
                else:
                    cells.append(self.sum())
                self.expect("|")
            if header is None:
                header = cells
            else:
                if len(cells) != len(header):
                    self.wrong("as many cells as the header has")
                rows.append(dict(zip(header, cells)))
            self.separators()
        self.row -= 1
        return rows
