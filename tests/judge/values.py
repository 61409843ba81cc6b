"""Values of the judge: a dimension and an exact content, with rounding, arithmetic, comparison and printing.

In come values (or None for missing); out come new values or texts. It never knows customers, files or rules, and
never uses floating point.
"""

import calendar
import datetime
from fractions import Fraction


class RuleError(Exception):
    """The rule file (or the command line) is wrong: exit code 2."""


class DataError(Exception):
    """The data is wrong: exit code 3."""


class NotGiven(DataError):
    """A test needs a field that its `given` leaves out."""


class MissingDecides(RuleError):
    """A missing value would decide something; in a check or an expect it fails instead."""


NUMERIC = {"number", "percent", "money", "score", "frequency", "duration", "months"}
LOWEST = Fraction(-9223372036854775808, 10**6)
HIGHEST = Fraction(9223372036854775807, 10**6)


class Value:
    """`n` is a Fraction (numbers; hours of a duration; months), a text, a bool, a date or an index into `note`.

    `note`: of a bare number the rate that turns it into the model's currency; of a segment its segmentation;
    of steps their list.
    """

    __slots__ = ("dim", "n", "note")

    def __init__(self, dim, n, note=None):
        self.dim, self.n, self.note = dim, n, note

    def __repr__(self):
        return f"{self.dim}:{self.n}"


def number(n):
    return Value("number", Fraction(n))


def flag(truth):
    return Value("flag", bool(truth))


def round_at(x, digits):
    """Half away from zero at the digit; negative digits round tens, hundreds."""
    scaled = abs(x) * Fraction(10) ** digits
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    if 2 * rest >= scaled.denominator:
        whole += 1
    result = Fraction(whole) / Fraction(10) ** digits
    return -result if x < 0 else result


def decimal_text(x, digits=6, fixed=False):
    """A point, no grouping, no trailing zeros (unless fixed)."""
    rounded = round_at(x, digits)
    whole = abs(rounded * 10**digits)
    text = str(int(whole)).rjust(digits + 1, "0")
    if digits:
        head, tail = text[:-digits], text[-digits:]
        if not fixed:
            tail = tail.rstrip("0")
        text = head + ("." + tail if tail else "")
    return ("-" if rounded < 0 else "") + text


def join_dims(dims):
    """The dimension of a value that may come from several places (branches, min, default)."""
    found = None
    for dim in dims:
        if dim == "any" or dim is None or dim == found:
            continue
        if found is None:
            found = dim
            continue
        pair = {found, dim}
        if pair == {"number", "percent"}:
            found = "number"
        elif "number" in pair and pair & {"money", "score", "frequency"}:
            found = (pair - {"number"}).pop()
        elif pair == {"percent", "score"}:
            found = "score"
        else:
            raise RuleError(f"{found} and {dim} do not go together")
    return found or "any"


def result_dim(op, a, b):
    """The dimension of `a op b`, or a RuleError where the contract allows no such arithmetic."""
    if a == "any" and b == "any":
        return "any"
    if "any" in (a, b):
        return b if a == "any" else a
    if op in "+-":
        if a == "date" and b in ("duration", "months"):
            return "date"
        if op == "-" and a == b == "date":
            return "duration"
        if op == "+" and b == "date" and a in ("duration", "months"):
            return "date"
        if a in NUMERIC and b in NUMERIC:
            if a == b:
                return a
            return join_dims([a, b])
    plain = ("number", "percent")
    if op == "*" and a in NUMERIC and b in NUMERIC:
        if a == b == "percent":
            return "percent"
        if a in plain and b in plain:
            return "number"
        if a in plain:
            return b
        if b in plain:
            return a
        pair = {a, b}
        if pair == {"score"}:
            return "number"
        if pair <= {"frequency", "money", "duration", "score"} and len(pair) == 2:
            for strong in ("money", "duration"):
                if strong in pair and not {"money", "duration"} <= pair:
                    return strong
            if pair == {"frequency", "score"}:
                return "number"
    if op == "/" and a in NUMERIC and b in NUMERIC:
        if a == b:
            return "number"
        if a in plain and b in plain:
            return "number"
        if b in plain or b in ("frequency", "score") and a in ("money", "duration"):
            return a
        if a == "number" and b in ("frequency", "score"):
            return "number"
        if {a, b} == {"money", "number"}:
            # A bare number adapts to money.
            return "number"
        if {a, b} == {"score", "frequency"}:
            return "number"
    raise RuleError(f"`{op}` does not stand between {a} and {b}")


def as_made(dim, n, decimals):
    """Round a freshly made number as its dimension asks."""
    if dim == "score":
        return round_at(n, decimals)
    if dim in ("duration", "months"):
        return n
    return round_at(n, 6)


def in_range(n):
    return LOWEST <= n <= HIGHEST


def align(a, b):
    """Bring a bare number beside money into the model's currency."""
    if a.dim == "money" and b.dim == "number" and b.note:
        b = Value("money", round_at(b.n * b.note, 6))
    if b.dim == "money" and a.dim == "number" and a.note:
        a = Value("money", round_at(a.n * a.note, 6))
    return a, b


def coerce(value, dim, decimals):
    """The same content under the dimension its expression has."""
    if value is None or value.dim == dim or dim == "any" or value.dim not in NUMERIC or dim not in NUMERIC:
        return value
    n = value.n
    if dim == "money" and value.dim == "number" and value.note:
        n = round_at(n * value.note, 6)
    return Value(dim, as_made(dim, n, decimals))


def arithmetic(op, a, b, decimals):
    """`a op b`; None where a is missing, b is missing, or b is 0 under a `/`."""
    if a is None or b is None:
        return None
    dim = result_dim(op, a.dim, b.dim)
    if dim == "date":
        if a.dim != "date":
            a, b = b, a
        sign = -1 if op == "-" else 1
        if b.dim == "months":
            return Value("date", plus_months(a.n, sign * int(b.n)))
        days = sign * b.n / 24
        return Value("date", a.n + datetime.timedelta(days=days.numerator // days.denominator))
    if a.dim == "date":
        return Value("duration", Fraction((a.n - b.n).days * 24))
    if op in "+-" or op == "/" and {a.dim, b.dim} == {"money", "number"} and a.dim == "number":
        a, b = align(a, b)
    if op == "+":
        n = a.n + b.n
    elif op == "-":
        n = a.n - b.n
    elif op == "*":
        n = a.n * b.n
    else:
        if b.n == 0:
            return None
        n = a.n / b.n
    made = as_made(dim, n, decimals)
    if dim not in ("duration", "months") and not in_range(made) and in_range(a.n) and in_range(b.n):
        raise DataError(f"out of range: {decimal_text(a.n)} {op} {decimal_text(b.n)}")
    note = a.note if dim == "number" and a.note == b.note else None
    return Value(dim, made, note)


def order_key(value):
    """What values of one dimension are ordered by."""
    return value.n.toordinal() if value.dim == "date" else value.n


def comparable(a, b):
    """The two contents to be compared."""
    a, b = align(a, b)
    if a.dim == "steps" and b.dim == "text":
        return a.n, step_index(a.note, b.n)
    if b.dim == "steps" and a.dim == "text":
        return step_index(b.note, a.n), b.n
    if a.dim in NUMERIC and b.dim in NUMERIC:
        if ("months" in (a.dim, b.dim)) != (a.dim == b.dim == "months"):
            raise RuleError("months and years do not compare with other values")
        if ("duration" in (a.dim, b.dim)) != (a.dim == b.dim == "duration"):
            raise RuleError(f"{a.dim} does not compare with {b.dim}")
        return a.n, b.n
    if a.dim == b.dim or {a.dim, b.dim} <= {"text", "segment", "team"}:
        return a.n, b.n
    raise RuleError(f"{a.dim} does not compare with {b.dim}")


def step_index(steps, text):
    if text not in steps:
        raise RuleError(f"`{text}` is no step of {steps}")
    return steps.index(text)


def compare(op, a, b):
    """The truth of `a op b`; a missing side must not decide."""
    if a is None or b is None:
        raise MissingDecides(f"a missing value is compared (`{op}`)")
    x, y = comparable(a, b)
    if op == "=":
        return x == y
    if op == "!=":
        return x != y
    if op == "<":
        return x < y
    if op == "<=":
        return x <= y
    if op == ">":
        return x > y
    return x >= y


def plus_months(day, months):
    """Calendar arithmetic: the day of the month, or the last one of a shorter month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, last))


def months_since(day, today):
    """The largest n with day + n months not after today."""
    n = (today.year - day.year) * 12 + today.month - day.month + 1
    while plus_months(day, n) > today:
        n -= 1
    return n


def years_since(day, today):
    n = today.year - day.year + 1
    while plus_months(day, 12 * n) > today:
        n -= 1
    return n


def cell_text(value, decimals, label_of=None):
    """The text of a value in a result file; `label_of(value)` names segments and teams when labels are asked for."""
    if value is None:
        return ""
    dim, n = value.dim, value.n
    if dim in ("number", "money", "frequency", "months", "duration"):
        return decimal_text(n)
    if dim == "percent":
        return decimal_text(round_at(n, 6) * 100, 4) + "%"
    if dim == "score":
        return decimal_text(n, decimals, fixed=True)
    if dim == "flag":
        return "yes" if n else "no"
    if dim == "date":
        return n.isoformat()
    if dim == "steps":
        return value.note[n]
    if dim in ("segment", "team") and label_of:
        return label_of(value)
    return n
