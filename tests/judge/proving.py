"""The `test` declarations: in comes a model, out comes for each test whether it holds, and why not.

Each test runs against the model of its own file, on the customers it writes down itself.
"""

from data import Customer, key_text, read_lookups
from evaluate import Evaluator, Scope
from names import Names
from population import populate
from values import DataError, RuleError, Value, coerce, compare


def given_value(evaluator, field, node):
    """A written value as one of the field's."""
    if field.dim == "segment":
        text = node.parts[0] if node.kind == "path" else None if node.kind == "missing" else node.n
        decl = evaluator.model.segmentations.get(field.scale)
        for name, label in (decl.labels if decl else {}).items():
            if text == label and text not in decl.labels:
                text = name
        return None if text is None else Value("segment", text, field.scale)
    value = evaluator.constant(node)
    if value is None:
        if not field.optional:
            raise RuleError(f"`{field.name}` cannot be missing")
        return None
    if field.dim == "steps":
        if value.n not in field.texts:
            raise RuleError(f"`{value.n}` is no step of `{field.name}`")
        return Value("steps", field.texts.index(value.n), field.texts)
    if field.type == "one" and value.n not in field.texts:
        raise RuleError(f"`{value.n}` is none of `{field.name}`")
    value = coerce(value, field.dim, evaluator.decimals)
    if value.dim != field.dim:
        raise RuleError(f"`{field.name}` is no {value.dim}")
    for op, limit in field.limits:
        if not compare(op, value, evaluator.constant(limit)):
            raise RuleError(f"`{field.name}` is outside its constraint")
    return value


def customer_of(given, index, model, evaluator):
    names = evaluator.names
    customer = Customer(given.name or "given", index, {})
    for name, table in model.tables.items():
        if name != "customers":
            customer.rows[name], customer.single[name] = [], None
    for path, node in given.fields.items():
        table = "customers" if len(path) == 1 else path[0]
        if table not in names.fields or path[-1] not in names.fields[table]:
            raise RuleError(f"no field `{'.'.join(path)}`")
        value = given_value(evaluator, names.fields[table][path[-1]], node)
        if table == "customers":
            customer.values[path[-1]] = value
        else:
            customer.single[table] = customer.single[table] or {}
            customer.single[table][path[-1]] = value
    key = model.customers.key
    if customer.values.get(key) is not None:
        customer.key = key_text(customer.values[key])
    else:
        customer.values[key] = Value("text", customer.key)
    for table, rows in given.tables.items():
        if table not in names.fields:
            raise RuleError(f"no table `{table}`")
        for row in rows:
            values = {model.tables[table].key: customer.values[key]}
            for column, node in row.items():
                if column not in names.fields[table]:
                    raise RuleError(f"no field `{column}` in {table}")
                field = names.fields[table][column]
                values[column] = None if node is None else given_value(evaluator, field, node)
            if model.tables[table].one:
                customer.single[table] = values
            else:
                customer.rows[table].append(values)
    return customer


def run_test(test, model, today):
    """None where the test holds, else what does not."""
    today = test.today or today
    lookups = read_lookups(model)
    bare = Evaluator(model, Names(model), [], today, lookups)
    customers = [customer_of(given, i, model, bare) for i, given in enumerate(test.givens)]
    named = {g.name: c for g, c in zip(test.givens, customers) if g.name}
    evaluator = populate(model, customers, today, lookups, named, lenient=True)
    scope = Scope(customers[0]) if len(customers) == 1 else Scope()
    for condition, source in test.expects:
        try:
            if not evaluator.truth(condition, scope):
                return f"does not hold: {source}"
        except (DataError, RuleError) as error:
            return f"{source}: {error}"
    return None
