"""Expressions: in come tokens, out come trees of `Node`s, by the precedence of section 10.

It keeps the rules of section 2 about line breaks and never looks a name up.
"""

from fractions import Fraction

from values import RuleError

RESERVED = set("and or not if then else is between default missing where when otherwise yes no today".split())
# Units of time: of durations in hours, of calendar periods in months.
DURATIONS = {
    "min": Fraction(1, 60), "minute": Fraction(1, 60), "minutes": Fraction(1, 60),
    "h": Fraction(1), "hour": Fraction(1), "hours": Fraction(1),
    "day": Fraction(24), "days": Fraction(24), "week": Fraction(168), "weeks": Fraction(168),
}
PERIODS = {"month": 1, "months": 1, "year": 12, "years": 12}
PER_YEAR = {"year": 1, "quarter": 4, "month": 12, "week": 52}
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


class Node:
    """A tree: `kind` and whatever belongs to it."""

    def __init__(self, kind, line=0, **parts):
        self.kind, self.line = kind, line
        self.__dict__.update(parts)

    def __repr__(self):
        return f"<{self.kind} line {self.line}>"


class Cursor:
    """A place in the tokens of one file."""

    def __init__(self, tokens, file):
        self.tokens, self.file, self.i = tokens, file, 0
        # Above zero inside rows (scales, params, tables), which end with their line.
        self.row = 0

    @property
    def token(self):
        return self.tokens[self.i]

    def ahead(self, count=1):
        return self.tokens[min(self.i + count, len(self.tokens) - 1)]

    def wrong(self, expected):
        found = "the end" if self.token.kind == "end" else self.token.value
        raise RuleError(f"{self.file.path}:{self.token.line}: found `{found}`, expected {expected}")

    def at(self, *words):
        return any(self.token.is_word(word) for word in words)

    def at_kind(self, kind):
        return self.token.kind == kind

    def next(self):
        token = self.token
        self.i += 1
        return token

    def accept(self, *words):
        if self.at(*words):
            return self.next()
        return None

    def expect(self, word):
        if not self.at(word):
            self.wrong(f"`{word}`")
        return self.next()

    def skip_lines(self):
        while self.at_kind("line"):
            self.i += 1

    def goes_on(self, *words):
        """Is one of the words next, here or (outside rows) over a line break? Then stand before it."""
        if self.at(*words):
            return True
        if self.row or not self.at_kind("line"):
            return False
        i = self.i
        while self.tokens[i].kind == "line":
            i += 1
        if any(self.tokens[i].is_word(word) for word in words):
            self.i = i
            return True
        return False

    def goes_on_two(self, first, second):
        """The same for two words in a row (`if missing`)."""
        before = self.i
        if self.goes_on(first) and self.ahead().is_word(second):
            return True
        self.i = before
        return False

    def name(self, what="a name"):
        if not self.at_kind("name") or self.token.value in RESERVED:
            self.wrong(what)
        return self.next().value

    def text(self, what="a text in quotes"):
        if not self.at_kind("text"):
            self.wrong(what)
        return self.next().value

    def label(self):
        return self.next().value if self.at_kind("text") else None

    def path(self):
        parts = [self.name()]
        while self.at(".") and self.ahead().kind == "name":
            self.next()
            parts.append(self.next().value)
        return parts

    def separators(self):
        while self.at_kind("line") or self.at(","):
            self.i += 1

    def end_of_entry(self):
        if not (self.at_kind("line") or self.at_kind("end") or self.at(",", "}")):
            self.wrong("the end of the entry")

    def block(self, entry):
        """`{ entry … }`, entries separated by lines or commas."""
        self.expect("{")
        row, self.row = self.row, 0
        self.separators()
        while not self.at("}"):
            if self.at_kind("end"):
                self.wrong("`}`")
            entry()
            self.end_of_entry()
            self.separators()
        self.next()
        self.row = row


class Expressions(Cursor):
    """The recursive descent over expressions."""

    def node(self, kind, **parts):
        return Node(kind, self.token.line, **parts)

    def expression(self):
        if self.at("if"):
            return self.conditional()
        left = self.conjunction()
        while self.goes_on("or"):
            self.next()
            self.skip_lines()
            left = self.node("or", left=left, right=self.conjunction())
        return left

    def conditional(self):
        line = self.next().line
        self.skip_lines()
        condition = self.expression()
        if not self.goes_on("then"):
            self.wrong("`then`")
        self.next()
        self.skip_lines()
        yes = self.expression()
        if not self.goes_on("else"):
            self.wrong("`else`")
        self.next()
        self.skip_lines()
        return Node("if", line, condition=condition, yes=yes, no=self.expression())

    def conjunction(self):
        left = self.negation()
        while self.goes_on("and"):
            self.next()
            self.skip_lines()
            left = self.node("and", left=left, right=self.negation())
        return left

    def negation(self):
        if self.at("not"):
            self.next()
            self.skip_lines()
            return self.node("not", of=self.negation())
        return self.comparison()

    def comparison(self):
        left = self.sum()
        if self.goes_on(*COMPARISONS):
            op = self.next().value
            self.skip_lines()
            return self.node("compare", op=op, left=left, right=self.sum())
        if self.goes_on("between"):
            return self.between(left, False)
        if self.at("not") and self.ahead().is_word("between"):
            self.next()
            return self.between(left, True)
        if self.at("in") and self.ahead().value in ("top", "bottom"):
            self.next()
            side = self.next().value
            count = self.sum()
            by = None
            if self.at("by"):
                self.next()
                by = self.node("path", parts=self.path())
            return self.node("top", side=side, of=left, count=count, by=by)
        if self.goes_on("is"):
            return self.is_what(left)
        return left

    def between(self, left, negated):
        self.expect("between")
        self.skip_lines()
        low = self.sum()
        if not self.goes_on("and"):
            self.wrong("`and`")
        self.next()
        self.skip_lines()
        return self.node("between", of=left, low=low, high=self.sum(), negated=negated)

    def is_what(self, left):
        self.expect("is")
        self.skip_lines()
        negated = bool(self.accept("not"))
        if self.at("missing"):
            self.next()
            return self.node("is_missing", of=left, negated=negated)
        if self.at("between"):
            return self.between(left, negated)
        if self.at("one") and self.ahead().is_word("of"):
            self.next()
            self.next()
            return self.node("one_of", of=left, values=self.value_list(), negated=negated)
        return self.node("compare", op="!=" if negated else "=", left=left, right=self.sum())

    def value_list(self):
        """`"a", "b"` or names in parentheses."""
        values = []
        if self.accept("("):
            while not self.accept(")"):
                values.append(self.sum())
                self.accept(",")
            return values
        values.append(self.sum())
        while self.at(","):
            i = self.i + 1
            while self.tokens[i].kind == "line":
                i += 1
            if self.tokens[i].kind not in ("text", "number", "date"):
                break
            if self.tokens[i + 1].is_word("->"):
                break
            self.i = i
            values.append(self.sum())
        return values

    def sum(self):
        if self.at("if"):
            return self.conditional()
        left = self.product()
        while self.goes_on("+", "-"):
            op = self.next().value
            self.skip_lines()
            left = self.node("arithmetic", op=op, left=left, right=self.product())
        return left

    def product(self):
        left = self.negative()
        while self.goes_on("*", "/"):
            op = self.next().value
            self.skip_lines()
            left = self.node("arithmetic", op=op, left=left, right=self.negative())
        return left

    def negative(self):
        if self.at("-"):
            self.next()
            return self.node("negative", of=self.negative())
        left = self.primary()
        while self.goes_on("default"):
            self.next()
            self.skip_lines()
            negated = bool(self.accept("-"))
            other = self.primary()
            if negated:
                other = self.node("negative", of=other)
            left = self.node("default", of=left, other=other)
        return left

    def primary(self):
        token = self.token
        if token.kind == "number":
            return self.number()
        if token.kind in ("date", "text"):
            self.next()
            return Node("literal", token.line, dim=token.kind, n=token.value, file=self.file)
        if self.at("("):
            self.next()
            inner = self.expression()
            self.expect(")")
            return inner
        if self.at("yes", "no"):
            self.next()
            return Node("literal", token.line, dim="flag", n=token.value == "yes", file=self.file)
        if self.at("missing", "today"):
            self.next()
            return Node(token.value, token.line)
        if token.kind != "name" or token.value in RESERVED:
            self.wrong("a value")
        parts = self.path()
        if len(parts) == 1 and self.at("("):
            return self.call(parts[0], token.line)
        path = Node("path", token.line, parts=parts)
        if self.at("["):
            self.next()
            key = self.expression()
            self.expect("]")
            return Node("index", token.line, lookup=".".join(parts), key=key)
        return path

    def number(self):
        token = self.next()
        literal = Node("literal", token.line, dim="number", n=token.value, file=self.file, code=None)
        if token.percent:
            literal.dim = "percent"
        elif self.at_kind("name"):
            word = self.token.value
            if word in DURATIONS:
                self.next()
                literal.dim, literal.n = "duration", token.value * DURATIONS[word]
            elif word in PERIODS:
                self.next()
                literal.dim, literal.n = "months", token.value * PERIODS[word]
            elif len(word) == 3 and word.isascii() and word.isupper():
                self.next()
                literal.dim, literal.code = "money", word
            elif word == "per" and self.ahead().value in PER_YEAR:
                self.next()
                literal.dim, literal.n = "frequency", token.value * PER_YEAR[self.next().value]
        return literal

    def call(self, name, line):
        """`f(a, b by c where d)`."""
        self.expect("(")
        args, by, where = [], None, None
        while not self.at(")"):
            if self.at("where"):
                self.next()
                where = self.expression()
            elif self.at("by") and self.ahead().kind == "name":
                self.next()
                by = self.node("path", parts=self.path())
            else:
                args.append(self.expression())
            if not self.at(")", "where", "by"):
                self.expect(",")
        self.next()
        return Node("call", line, name=name, args=args, by=by, where=where)


def parts_of(node):
    """The nodes right below one."""
    for part in node.__dict__.values():
        if isinstance(part, Node):
            yield part
        elif isinstance(part, list):
            for item in part:
                if isinstance(item, Node):
                    yield item
