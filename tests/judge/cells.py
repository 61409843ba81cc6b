"""Cells of CSV files: in come the texts of one column and a field, out come values.

What a column uses (decimal comma or point, points or fractions) is decided once for the column; two readings that
differ are an error. It never opens files.
"""

import datetime
import re
from fractions import Fraction

from values import DataError, Value, in_range, round_at

SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")
CURRENCY = re.compile(r"(?i:^(kr\.?|€|\$|£)|(kr\.?|€|\$|£)$)|^([A-Z]{3})(?=[^A-Za-z]|$)|(?<![A-Za-z])([A-Z]{3})$")
YES = {"yes", "ja", "kyllä", "true", "1", "x"}
NO = {"no", "nei", "nej", "ei", "false", "0"}
HOURS = {"minutes": Fraction(1, 60), "hours": Fraction(1), "days": Fraction(24)}
MONEY = {"thousands": 1000, "millions": 10**6}


class BadCell(Exception):
    """One cell that cannot be read, with the reason."""


def bare_number(text):
    """(sign, digits with marks, had a percent sign, currency code) of a numeric cell."""
    text = text.strip().replace("−", "-")
    sign, code, percent = 1, None, False
    if text.startswith("(") and text.endswith(")"):
        sign, text = -1, text[1:-1].strip()
    changed = True
    while changed:
        changed = False
        if text.endswith("%") or text.startswith("%"):
            percent, changed = True, True
            text = text.strip("%").strip()
        found = CURRENCY.search(text)
        if found:
            code = found.group(3) or found.group(4) or code
            text = (text[: found.start()] + text[found.end() :]).strip()
            changed = True
        if text[:1] in ("-", "+") and len(text) > 1:
            sign, text, changed = (-sign if text[0] == "-" else sign), text[1:].strip(), True
        elif text.endswith("-") and len(text) > 1:
            sign, text, changed = -sign, text[:-1].strip(), True
            text = text.rstrip(",.")
    return sign, text, percent, code


def readings(text):
    """What a mark-up of digits is under a decimal point and under a decimal comma; None where it is no number."""
    found = {}
    for decimal, grouping in ((".", ","), (",", ".")):
        head, mark, tail = text.partition(decimal)
        if mark and not (tail.isascii() and tail.isdigit()):
            found[decimal] = None
            continue
        ok = re.fullmatch(r"\d+", head, re.ASCII) or (not head and mark)
        if not ok:
            for group in (re.escape(grouping), r"['’]", SPACES.pattern):
                if re.fullmatch(rf"[1-9]\d{{0,2}}({group}\d{{3}})+", head, re.ASCII):
                    ok = True
        if ok:
            digits = re.sub(r"\D", "", head) or "0"
            found[decimal] = Fraction(int(digits + tail), 10 ** len(tail))
        else:
            found[decimal] = None
    return found


def decimal_of(texts):
    """The decimal mark of a column of bare digit texts."""
    all_readings = [readings(text) for text in texts]
    possible = [m for m in (".", ",") if all(r[m] is not None or r["."] is None and r[","] is None for r in all_readings)]
    if not possible:
        # Cells contradict each other: the mark that reads most of them; the rest are bad cells.
        return max(".,", key=lambda m: sum(r[m] is not None for r in all_readings))
    if len(possible) == 2 and any(r["."] != r[","] for r in all_readings):
        raise DataError("two readings of the numbers are possible: comma or point")
    return possible[0]


def number_column(texts):
    """For each non-empty cell (number, percent sign, code), or a BadCell."""
    split = [bare_number(text) for text in texts]
    mark = decimal_of([digits for _, digits, _, _ in split])
    found = []
    for text, (sign, digits, percent, code) in zip(texts, split):
        n = readings(digits)[mark]
        if n is None:
            found.append(BadCell(f"`{text}` is no number"))
        else:
            n = round_at(sign * n, 6)
            found.append((n, percent, code) if in_range(n) else BadCell(f"`{text}` is out of range"))
    return found


def date_order(texts):
    """True where d/m/y, False where m/d/y, for a column of dates with slashes."""
    pairs = [re.match(r"(\d{1,2})/(\d{1,2})/\d{4}", text) for text in texts]
    pairs = [(int(p.group(1)), int(p.group(2))) for p in pairs if p]
    day_first, month_first = all(m <= 12 for _, m in pairs), all(d <= 12 for d, _ in pairs)
    if day_first and month_first and any(d != m for d, m in pairs):
        raise DataError("two readings of the dates are possible: dmy or mdy")
    return day_first


def date_of(text, day_first):
    text = text.strip()
    try:
        if re.match(r"\d{4}-\d{2}-\d{2}($|[T ])", text):
            return datetime.date.fromisoformat(text[:10])
        found = re.match(r"(\d{1,2})([./])\s*(\d{1,2})\2\s*(\d{4})($|[T ])", text)
        if found:
            first, second, year = int(found.group(1)), int(found.group(3)), int(found.group(4))
            if found.group(2) == "/" and not day_first:
                first, second = second, first
            return datetime.date(year, second, first)
    except ValueError:
        pass
    raise BadCell(f"`{text}` is no date")


def plain_text(text):
    """A cell's text; the apostrophe before what a spreadsheet would run is taken off."""
    if re.match(r"'+[=+\-@]", text):
        return text[1:]
    return text


def segment_value(text, model, name):
    """An earlier segment by name or label; one that no longer exists keeps its text and equals none."""
    decl = model.segmentations.get(name)
    if decl:
        if text not in decl.labels:
            for segment, label in decl.labels.items():
                if label == text:
                    return Value("segment", segment, name)
    return Value("segment", text, name)


def column_values(field, texts, model, rate_codes):
    """The values of one column: for each cell a Value, None (missing) or a BadCell.

    `rate_codes` are the currencies of the rows, for `money in FIELD`.
    """
    texts = [plain_text(t) if field.type == "text" else t.strip() for t in texts]
    filled = [t for t in texts if t != ""]
    result = []
    if field.type == "flag":
        crosses = not field.optional and filled and all(t.lower() == "x" for t in filled)
        for text in texts:
            if text == "" and crosses:
                result.append(Value("flag", False))
            elif text == "":
                result.append(None)
            elif text.lower() in YES or text.lower() in NO:
                result.append(Value("flag", text.lower() in YES))
            else:
                result.append(BadCell(f"`{text}` is neither yes nor no"))
    elif field.type in ("text", "one", "steps", "segment"):
        for text in texts:
            result.append(text_value(field, text, model) if text else None)
    elif field.type == "date":
        day_first = date_order(filled)
        for text in texts:
            try:
                result.append(Value("date", date_of(text, day_first)) if text else None)
            except BadCell as bad:
                result.append(bad)
    else:
        numbers = number_column(filled)
        as_fraction = False
        if field.type == "percent":
            as_fraction = field.scale == "fraction"
            good = [n for n in numbers if not isinstance(n, BadCell)]
            signs = any(percent for _, percent, _ in good)
            inside = good and all(abs(n) <= 1 for n, _, _ in good) and any(n for n, _, _ in good)
            if field.scale is None and not signs and inside:
                raise DataError("percentages within 1: the file must say `as fraction` or `as points`")
        numbers = iter(numbers)
        for i, text in enumerate(texts):
            found = next(numbers) if text else None
            if isinstance(found, tuple):
                found = numeric_value(field, text, found, as_fraction, model, rate_codes[i])
            result.append(found)
    return [BadCell("the cell is empty") if v is None and not field.optional else v for v in result]


def text_value(field, text, model):
    if field.type == "one":
        return Value("text", text) if text in field.texts else BadCell(f"`{text}` is none of {field.texts}")
    if field.type == "steps":
        if text not in field.texts:
            return BadCell(f"`{text}` is none of {field.texts}")
        return Value("steps", field.texts.index(text), field.texts)
    if field.type == "segment":
        return segment_value(text, model, field.scale)
    return Value("text", text)


def numeric_value(field, text, found, as_fraction, model, code_of_row):
    n, percent, code = found
    if field.type == "percent":
        return Value("percent", n if as_fraction and not percent else round_at(n / 100, 6))
    if percent or code and field.type != "money":
        return BadCell(f"`{text}` is no {field.type}")
    if field.type == "money":
        if field.scale in MONEY:
            n = n * MONEY[field.scale]
        elif field.scale:
            rate = model.rate(code_of_row)
            if not code_of_row or rate is None:
                return BadCell(f"no rate for `{code_of_row}`")
            if code and code != code_of_row:
                return BadCell(f"`{text}` in a row of {code_of_row}")
            n = round_at(n * rate, 6)
        elif code and model.currency and code != model.currency:
            return BadCell(f"`{text}` is not in {model.currency}")
        return Value("money", n) if in_range(n) else BadCell(f"`{text}` is out of range")
    if field.type == "score":
        low, high = model.range
        if not low <= n <= high:
            return BadCell(f"`{text}` is outside {low} to {high}")
        return Value("score", round_at(n, model.decimals))
    if field.type == "duration":
        return Value("duration", n * HOURS[field.scale])
    return Value("number", n)
