"""The result of a run: in comes an evaluator, out come the CSV text and the findings of checks and warns.

It decides nothing; it writes down.
"""

import re

from evaluate import PORTFOLIO, Scope
from values import MissingDecides, cell_text


def columns_of(evaluator):
    """[(header, what gives the cell of a customer)], by `output` or the default of section 9."""
    model, names = evaluator.model, evaluator.names
    if model.output:
        return [(header, expression_column(evaluator, value)) for header, value in model.output.columns]
    columns = []

    def of_found(header, found):
        columns.append((header, lambda c: evaluator.found(found, Scope(c))))

    key = model.customers.key
    columns.append((key, lambda c: c.values.get(key)))
    for axis in model.axes.values():
        of_found(axis.name, ("axis", axis))
    for name in model.segmentations:
        of_found(name or "segment", ("segmentation", name))
    if model.services:
        of_found("owner", ("owner",))
        for activity in model.activities.values():
            of_found(f"{activity.name}_per_year", ("activity", activity))
        for text in names.texts:
            of_found(text, ("service_text", text))
    if model.segmentations or model.excludes:
        columns.append(("decided_by", lambda c: evaluator.decided_by(c)))
    return columns


def expression_column(evaluator, node):
    """A column of an `output` block; of an excluded customer only fields and the reason are written."""
    found = evaluator.names.resolve(node.parts)[0] if node.kind == "path" else None

    def cell(customer):
        if found == "decided_by":
            return evaluator.decided_by(customer)
        if customer.index in evaluator.excluded and found not in ("field", "single"):
            return None
        return evaluator.value(node, Scope(customer))

    return cell


def label_of(evaluator):
    """Names to labels, of segments and teams."""
    model = evaluator.model

    def label(value):
        if value.dim == "team":
            return model.teams[value.n].label or value.n
        decl = model.segmentations.get(value.note)
        return decl and decl.labels.get(value.n) or value.n

    return label


def csv_cell(text):
    return '"' + text.replace('"', '""') + '"' if re.search('[,"\r\n]', text) else text


def guarded(value, text):
    """Texts that a spreadsheet would run get an apostrophe."""
    is_text = isinstance(value, str) or value.dim in ("text", "steps", "segment", "team")
    return "'" + text if is_text and re.match(r"'*[=+\-@\t\r]", text) else text


def result_csv(evaluator, labels=False):
    """The whole result; everything is computed also where no column asks for it."""
    columns = columns_of(evaluator)
    label = label_of(evaluator) if labels else None
    for customer in evaluator.included:
        for axis in evaluator.model.axes.values():
            evaluator.axis_scores(axis, customer)
        for name in evaluator.model.segmentations:
            evaluator.segment_of(name, customer)
        if evaluator.model.services:
            evaluator.served(customer)
    lines = [",".join(csv_cell(header) for header, _ in columns)]
    for customer in evaluator.customers:
        cells = []
        for _, give in columns:
            value = give(customer)
            text = value if isinstance(value, str) else cell_text(value, evaluator.decimals, label)
            cells.append(csv_cell(guarded(value, text) if value is not None else ""))
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


def findings(evaluator):
    """[(check or warn, label, whether it holds)] in the order of the files."""
    found = []
    for decl in evaluator.model.checks.values():
        try:
            holds = evaluator.truth(decl.condition, PORTFOLIO)
        except MissingDecides:
            holds = False
        found.append((decl.kind, decl.name, holds))
    return found
