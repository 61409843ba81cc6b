"""Customers and tables: in come a model and files, out come customers with their values and rows.

Every bad cell and row is collected before the run stops; nothing is mended silently.
"""

import csv
import io
import os
import re
import sys
import unicodedata

from cells import BadCell, column_values, plain_text
from values import DataError, RuleError, Value, compare


class Customer:
    """One customer: values by field, rows by table, the one row of a one-per-customer table (or None)."""

    def __init__(self, key, index, values):
        self.key, self.index, self.values = key, index, values
        self.rows, self.single = {}, {}


def text_of_file(path):
    raw = sys.stdin.buffer.read() if path == "-" else open(path, "rb").read()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252")


def read_csv(path):
    """The header and the rows [(line, cells)] of a file; ragged rows are errors."""
    try:
        text = text_of_file(path)
    except OSError as error:
        raise DataError(f"{path}: {error}")
    first = re.split("\r\n|\r|\n", text, maxsplit=1)[0]
    said = re.fullmatch(r'"?sep=(.)"?[;,\t]*', first)
    if said:
        text = text[len(first) :].lstrip("\r\n")
        first = re.split("\r\n|\r|\n", text, maxsplit=1)[0]
    outside = "".join(first.split('"')[::2])
    separator = max(";\t,", key=outside.count)
    if said:
        separator = said.group(1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows = []
    for cells in reader:
        rows.append((reader.line_num, cells))
    rows = [(line, cells) for line, cells in rows if cells != []]
    if not rows:
        raise DataError(f"{path}: the file is empty")
    header = rows[0][1]
    bad = [line for line, cells in rows[1:] if len(cells) != len(header)]
    if bad:
        raise DataError(f"{path}: rows of another width than the header: lines {bad}")
    return header, rows[1:]


def same_header(text):
    return unicodedata.normalize("NFC", text.lstrip("\ufeff")).strip().casefold()


def read_table(table, path, model, constant):
    """The rows of a table as [(line, {field: Value or None})], every cell converted and checked."""
    header, rows = read_csv(path)
    names = [same_header(h) for h in header]
    columns, problems = {}, []

    def column_of(field):
        for wanted in field.columns or [field.name]:
            if same_header(wanted) in names:
                if names.count(same_header(wanted)) > 1:
                    raise DataError(f"{path}: the column `{wanted}` stands twice")
                return names.index(same_header(wanted))
        raise DataError(f"{path}: no column `{(field.columns or [field.name])[0]}`")

    fields = {f.name: f for f in table.fields}
    for field in table.fields:
        at = column_of(field)
        codes = [None] * len(rows)
        if field.type == "money" and field.scale not in (None, "thousands", "millions"):
            if field.scale not in fields:
                raise RuleError(f"no field `{field.scale}` with the currency")
            codes_at = column_of(fields[field.scale])
            codes = [plain_text(cells[codes_at]) for _, cells in rows]
        try:
            columns[field.name] = column_values(field, [cells[at] for _, cells in rows], model, codes)
        except DataError as error:
            raise DataError(f"{path}: column `{header[at]}`: {error}")
        for (line, _), value in zip(rows, columns[field.name]):
            problem = str(value) if isinstance(value, BadCell) else beyond_limits(field, value, constant)
            if problem:
                problems.append(f"{path}:{line}: {header[at]}: {problem}")
        if field.unique and not problems:
            seen = set()
            for (line, _), value in zip(rows, columns[field.name]):
                if value is not None and value.n in seen:
                    problems.append(f"{path}:{line}: {header[at]}: stands twice")
                seen.add(value.n if value is not None else None)
    if problems:
        raise DataError("\n".join(problems))
    result = []
    for i, (line, cells) in enumerate(rows):
        values = {name: column[i] for name, column in columns.items()}
        if table.key not in values:
            values[table.key] = key_only(names, cells, table, path)
        result.append((line, values))
    return result


def key_only(names, cells, table, path):
    """The key where the braces do not declare it: a text."""
    if same_header(table.key) not in names:
        raise DataError(f"{path}: no column `{table.key}`")
    text = plain_text(cells[names.index(same_header(table.key))])
    return Value("text", text) if text else None


def beyond_limits(field, value, constant):
    """The limit that a value breaks, or None."""
    if value is None:
        return None
    for op, limit in field.limits:
        if not compare(op, value, constant(limit)):
            return f"`{value.n}` is not {op} the limit"
    return None


def key_text(value):
    return value.n if isinstance(value.n, str) else str(value.n)


def read_customers(model, data, files, constant):
    """All customers in the order of their file, with their rows."""
    table = model.customers
    path = data or files.get("customers")
    if path is None:
        if table.source is None:
            raise RuleError("no file of customers is given")
        path = os.path.join(table.file.folder, table.source)
    customers, by_key, problems = [], {}, []
    for line, values in read_table(table, path, model, constant):
        key = values[table.key]
        if key is None:
            problems.append(f"{path}:{line}: the key is empty")
            continue
        text = key_text(key)
        if text in by_key:
            problems.append(f"{path}:{line}: the key `{text}` stands twice")
            continue
        by_key[text] = Customer(text, len(customers), values)
        customers.append(by_key[text])
    for name, other in model.tables.items():
        if name == "customers":
            continue
        where = files.get(name)
        if where is None:
            if other.source is None:
                raise RuleError(f"no file for the table `{name}` is given")
            where = os.path.join(other.file.folder, other.source)
        add_rows(name, other, read_table(other, where, model, constant), where, customers, by_key, problems)
    for name in files:
        if name not in model.tables and name not in model.lookups:
            raise RuleError(f"no table `{name}`")
    for key in model.overrides:
        if key not in by_key:
            problems.append(f"override: no customer `{key}`")
    if problems:
        raise DataError("\n".join(problems))
    return customers


def add_rows(name, table, rows, where, customers, by_key, problems):
    for customer in customers:
        customer.rows[name], customer.single[name] = [], None
    nobody = 0
    optional = any(f.name == table.key and f.optional for f in table.fields)
    for line, values in rows:
        key = values[table.key]
        if key is None:
            if optional:
                nobody += 1
            else:
                problems.append(f"{where}:{line}: the key is empty")
            continue
        customer = by_key.get(key_text(key))
        if customer is None:
            problems.append(f"{where}:{line}: no customer `{key_text(key)}`")
        elif table.one and customer.single[name] is not None:
            problems.append(f"{where}:{line}: the customer `{customer.key}` stands twice")
        elif table.one:
            customer.single[name] = values
        else:
            customer.rows[name].append(values)


def read_lookups(model, files=()):
    """Lookups from files: name -> {key text: Value}; `files` go before the declared ones."""
    found = {}
    for name, lookup in model.lookups.items():
        if not lookup.source:
            continue
        path = files[name] if name in files else os.path.join(lookup.file.folder, lookup.source)
        header, rows = read_csv(path)
        names = [same_header(h) for h in header]
        places = []
        for wanted in (lookup.key_column, (lookup.field.columns or [lookup.field.name])[0]):
            if same_header(wanted) not in names:
                raise DataError(f"{path}: no column `{wanted}`")
            places.append(names.index(same_header(wanted)))
        values = column_values(lookup.field, [cells[places[1]] for _, cells in rows], model, [None] * len(rows))
        entries = {}
        for (line, cells), value in zip(rows, values):
            key = plain_text(cells[places[0]])
            if isinstance(value, BadCell):
                raise DataError(f"{path}:{line}: {value}")
            if key in entries:
                raise DataError(f"{path}:{line}: `{key}` stands twice")
            entries[key] = value
        found[name] = entries
    return found
