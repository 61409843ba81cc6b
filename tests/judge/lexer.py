"""The tokens of a rule file: in comes its text, out comes a list of tokens with their places.

It joins no lines except inside parentheses and brackets, where a line break means nothing, and it never knows what
a word means.
"""

import datetime
import re
import unicodedata
from fractions import Fraction

from values import RuleError

DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?![\w-])")
SCALE = {None: 1, "k": 10**3, "M": 10**6, "bn": 10**9}
TWO = ("->", ">=", "<=", "!=")
ONE = "+-*/=<>(){}[],.?|\\"
OPENING, CLOSING = '"“„”', {'"': '"', "“": "”“\"", "„": "“”\"", "”": "”\""}


class Token:
    """kind: name, number, date, text, op, line or end; `value` is the content, `start`..`end` its place."""

    __slots__ = ("kind", "value", "start", "end", "line", "percent")

    def __init__(self, kind, value, start, end, line, percent=False):
        self.kind, self.value, self.start, self.end, self.line, self.percent = kind, value, start, end, line, percent

    def is_word(self, word):
        return self.kind in ("name", "op") and self.value == word

    def __repr__(self):
        return f"{self.kind}:{self.value}"


def tokens_of(source, path):
    """All tokens of one file, ended by an `end`."""
    found, open_marks = [], []
    at, line, size = 0, 1, len(source)
    if source.startswith("\ufeff"):
        at = 1

    def wrong(what):
        raise RuleError(f"{path}:{line}: {what}")

    while at < size:
        c = source[at]
        if c == "\n":
            inside = open_marks and open_marks[-1] in "(["
            if not inside and found and found[-1].kind != "line":
                found.append(Token("line", "\n", at, at + 1, line))
            line += 1
            at += 1
        elif c.isspace():
            at += 1
        elif c == "#":
            while at < size and source[at] != "\n":
                at += 1
        elif c in OPENING:
            closing, text, i = CLOSING[c], "", at + 1
            while True:
                if i >= size or source[i] == "\n":
                    wrong("a text is not closed")
                if source[i] == "\\" and i + 1 < size and source[i + 1] in "\"\\":
                    text += source[i + 1]
                    i += 2
                elif source[i] in closing:
                    break
                else:
                    text += source[i]
                    i += 1
            found.append(Token("text", unicodedata.normalize("NFC", text), at, i + 1, line))
            at = i + 1
        elif c.isdigit() and c in "0123456789":
            at = number_token(source, at, line, found, wrong)
        elif c == "_" or c.isidentifier():
            i = at
            while i < size and ("a" + source[i]).isidentifier():
                i += 1
            found.append(Token("name", unicodedata.normalize("NFC", source[at:i]), at, i, line))
            at = i
        else:
            text = source[at : at + 2]
            if text in ("==", "=>", "&&", "||"):
                wrong(f"`{text}` is not an operator")
            if text not in TWO:
                text = "-" if c == "−" else c
                if text not in ONE:
                    wrong(f"`{c}` is unknown here")
            if text in "([{":
                open_marks.append(text)
            elif text in ")]}" and open_marks:
                open_marks.pop()
            found.append(Token("op", text, at, at + len(text), line))
            at += len(text)
    found.append(Token("line", "\n", size, size, line))
    found.append(Token("end", "", size, size, line))
    return found


def number_token(source, at, line, found, wrong):
    """A date or a number with its k, M, bn or %; gives the place after it."""
    date = DATE.match(source, at)
    if date:
        try:
            found.append(Token("date", datetime.date.fromisoformat(date.group()), at, date.end(), line))
        except ValueError:
            wrong(f"`{date.group()}` is no date")
        return date.end()
    i = at
    whole = re.compile(r"\d[\d_]*").match(source, i).group()
    i += len(whole)
    fraction = re.compile(r"\.(\d[\d_]*)").match(source, i)
    digits = ""
    if fraction:
        digits = fraction.group(1).replace("_", "")
        i = fraction.end()
    if len(digits) > 6:
        wrong("a number has at most six decimals")
    suffix = None
    for mark in ("bn", "k", "M"):
        after = source[i + len(mark) : i + len(mark) + 1]
        if source.startswith(mark, i) and not ("a" + after).isidentifier() or source.startswith(mark, i) and after == "":
            suffix = mark
            i += len(mark)
            break
    value = Fraction(int(whole.replace("_", "") + digits), 10 ** len(digits)) * SCALE[suffix]
    spaced = re.compile(r"[ \t\u00a0]*%").match(source, i)
    percent = bool(spaced)
    if percent:
        value /= 100
        i = spaced.end()
        if (value * 10**6).denominator != 1:
            wrong("a percentage has at most four decimals")
    found.append(Token("number", value, at, i, line, percent))
    return i
